/** The facts of an invitation of ours, for whoever talks in the session that comes of it. */
import type { Address } from '../words/address.js';
import type { Headers, Party, Retargeting } from '../words/invitation.js';
import type { Facts } from './asked-invitation.js';
import type { Draft } from './draft.js';

const NO_CONTEXT: ReadonlyMap<string, unknown> = new Map();
const NO_HEADERS: Headers = { get: () => undefined, all: () => [] };

/** The facts of an invitation of ours. The inviter is we ourselves, at the endpoint of ours that invites. */
export class OwnInvitation implements Facts {
  readonly endpoint: Address;
  readonly inviter: Party;
  readonly type = 'im';
  readonly history: readonly Retargeting[];
  readonly context = NO_CONTEXT;
  readonly headers = NO_HEADERS;
  readonly conversationId: string;
  declare readonly subject?: string;
  /** Known once it is accepted. */
  medium = '';
  target: Party;
  readonly #controller = new AbortController();

  constructor(
    readonly id: string,
    draft: Draft,
  ) {
    const { from, displayName, subject, target } = draft;
    this.endpoint = from;
    this.inviter = {
      ...partyAt(from),
      ...(displayName !== undefined && { displayName }),
    };
    this.target = partyAt(target);
    this.history = draft.history;
    this.conversationId = draft.conversationId;
    if (subject !== undefined) this.subject = subject;
  }

  /** Aborts when it is taken back. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  cancel(reason?: unknown): void {
    this.#controller.abort(reason);
  }

  /** Somebody has accepted: who that is, and what carries the messages. */
  accepted(peer: Address, medium: string): void {
    if (!peer.equals(this.target.address)) this.target = partyAt(peer);
    this.medium = medium;
  }
}

/** Somebody of whom nothing is proven. */
function partyAt(address: Address): Party {
  return { address, userAtHost: address.userAtHost, identity: { how: 'none' } };
}
