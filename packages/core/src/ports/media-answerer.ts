/** Who takes up what an invitation offers besides messages: a description in, a description out, and a life (RFC 3264). */
import type { Address } from '../words/address.js';
import type { Composing, Content, Delivery } from '../words/message.js';
import type { Receiver } from './medium.js';
import type { Gauge } from './user-agent.js';

/** One attribute of a media line (RFC 8866, 5.13). */
export interface MediaAttribute {
  readonly name: string;
  /** What stands behind the colon; absent where there is none. */
  readonly value?: string;
}

/** One media line and what holds for it, as plain data (RFC 8866, 5.14). */
export interface MediaLine {
  /** `audio`, `video`, `text`, …, in lower case. */
  readonly kind: string;
  /** 0: not wanted. */
  readonly port: number;
  /** `RTP/AVP`, …, as it stands. */
  readonly protocol: string;
  readonly formats: readonly string[];
  /** The host that the media go to: an IP address, or a name; absent where none is told. */
  readonly address?: string;
  /** Its own, and behind them those of the whole session. */
  readonly attributes: readonly MediaAttribute[];
  /** What `b=` lines say, such as `RS:0` (RFC 8866, 5.8); absent where there are none. */
  readonly bandwidths?: readonly string[];
}

/** What is offered: the media lines in their order. */
export type MediaOffer = readonly MediaLine[];

/** For each line of the offer, in its order, ours; undefined where it is not taken (RFC 3264, 6). */
export type MediaAnswer = readonly (MediaLine | undefined)[];

/** Why an offer that concerns an answerer cannot be had (RFC 3261, 20.43). */
export interface MediaRefusal {
  /** 488, or 503 where there is no room. */
  readonly status: number;
  /** A code of RFC 3261, 20.43, such as 305. */
  readonly warning: number;
  readonly text: string;
}

/** The session that an answerer serves. */
export interface MediaParty {
  /** Unique in this house: messages are named by it. */
  readonly id: string;
  /** Who invites, and so says what comes. */
  readonly peer: Address;
  /** The IP address that the invitation came from. */
  readonly host: string;
  /** Where messages go. Its `end` is not the answerer's to say. */
  readonly receiver: Pick<Receiver, 'receive' | 'compose'>;
  /** The media are dead, and the session with them. */
  readonly lost: () => void;
}

/** Media that were agreed on. Whoever holds them tells them when the session is over. */
export interface AnsweredMedia {
  /** `text`, …: the name of the medium. */
  readonly name: string;
  /** The most octets that one message may have, where there is a bound. */
  readonly limit: number | undefined;
  /**
   * The peer has confirmed the session; said at least once. Nothing goes to the peer before: until then, the one who is named
   * in the offer may know nothing of it.
   */
  confirmed(): void;
  /** Carries one message to the peer: never before the last one's fate is known. */
  send(content: Content, id: string): Promise<Delivery>;
  /** Tells the peer whether we are typing, where it can be told; never fails. */
  compose(composing: Composing): void;
  /** Answers a further offer within the session; undefined leaves everything as it was (RFC 3264, 8). */
  answer(offer: MediaOffer): MediaAnswer | undefined;
  /**
   * The session is over, or did not begin: what the peer had begun to say is handed over, what waits to be sent fails, and
   * everything is let go.
   */
  close(): void;
}

/** What came of an offer. */
export type MediaOutcome =
  | { readonly type: 'answered'; readonly answer: MediaAnswer; readonly media: AnsweredMedia }
  | ({ readonly type: 'refused' } & MediaRefusal);

/** Who takes up what an invitation offers besides messages. */
export interface MediaAnswerer {
  /** `text`, …: unique among those of one user agent. */
  readonly name: string;
  /** How many sessions it serves, and may; where it can tell. */
  readonly places?: Gauge;
  /** Whether the offer has a line that concerns it; looks, and does nothing else. */
  concerns(offer: MediaOffer): boolean;
  /** Answers an offer that concerns it. A promise that fails counts as a refusal. */
  answer(offer: MediaOffer, party: MediaParty): Promise<MediaOutcome>;
  /** Lets go of everything; its sessions are over by then. */
  close(): Promise<void>;
}
