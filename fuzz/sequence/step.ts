/** What may happen to an endpoint, one thing after the other: made, changed and written down as plain data. */

/** A request of a peer. Numbers choose among a few, so that requests often have something in common. */
export interface Asked {
  readonly method: string;
  /** The way that it comes. */
  readonly flow: number;
  readonly branch: number;
  readonly call: number;
  /** Of From. */
  readonly tag: number;
  /** The Request-URI. */
  readonly uri: number;
  /** Of To: none, one that nobody knows, or one of those that we have given out, with the ids that belong to it or others. */
  readonly to: 'none' | 'strange' | number;
  readonly sequence: number;
  /** What is in it besides: see `wire.ts`. */
  readonly contact: number;
  readonly body: number;
  readonly extra: number;
  /** Not 0: it is spoilt by this seed. */
  readonly spoilt: number;
}

/** A response of a peer to one of the requests that we sent. */
export interface Answered {
  readonly which: number;
  readonly status: number;
  readonly flow: number;
  readonly tag: number;
  readonly contact: number;
  readonly body: number;
  /** 0: as it should be; else with another branch, method, Call-ID or CSeq. */
  readonly crossed: number;
  readonly extra: number;
  readonly spoilt: number;
}

/** One thing that happens. */
export type Step =
  | { readonly does: 'ask'; readonly asked: Asked }
  | { readonly does: 'answer'; readonly answered: Answered }
  /** One of those that were sent before, the last one first. */
  | { readonly does: 'again'; readonly which: number; readonly flow: number }
  /** Any octets, one character for each. */
  | { readonly does: 'octets'; readonly flow: number; readonly text: string }
  | { readonly does: 'wait'; readonly ms: number }
  /** The house answers one of those that wait for it. */
  | { readonly does: 'respond'; readonly which: number; readonly status: number }
  | { readonly does: 'invite' | 'page'; readonly target: number }
  | { readonly does: 'say' | 'inform' | 'refer' | 'leave' | 'cancel'; readonly which: number }
  /** What came of what the peer asked us for by REFER. */
  | { readonly does: 'progress'; readonly which: number; readonly status: number }
  | { readonly does: 'found'; readonly which: number; readonly hops: number }
  | { readonly does: 'closed' | 'failed'; readonly flow: number }
  | { readonly does: 'subscribe' | 'unsubscribe'; readonly which: number }
  | { readonly does: 'turn' | 'drain' | 'register' }
  | { readonly does: 'late'; readonly delay: number };

/** All that happens, and to what kind of endpoint. */
export interface Sequence {
  readonly overload: boolean;
  readonly authentication: boolean;
  readonly credentials: boolean;
  readonly trust: boolean;
  /** Whether there is room for few transactions only. */
  readonly narrow: boolean;
  /** Whether sessions that nobody refreshes come to an end. */
  readonly timers?: boolean;
  /** Whether it has an address of its own to register. */
  readonly registers?: boolean;
  /** What the house answers to those who knock, by turns; 0: nothing yet. */
  readonly answers: readonly number[];
  readonly steps: readonly Step[];
}
