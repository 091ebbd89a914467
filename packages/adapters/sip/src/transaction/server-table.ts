/** The server transactions of a layer, found by what a request says of itself (RFC 3261, 17.2.3). */
import type { SipRequest } from '../syntax/message.js';
import { parseMessage } from '../syntax/parser.js';
import { hasBranch, mergeKey, oldAckKey, serverKey } from './key.js';
import { Lingering } from './lingering.js';
import type { ServerTransaction } from './server-transaction.js';

/** The part of the room for what waits for our final answer that strangers may take. */
const STRANGERS = 0.75;

/** The server transactions of a layer. */
export class ServerTable<User> {
  readonly #byKey = new Map<string, ServerTransaction<User>>();
  /** Requests without a To tag, by what shows that the same came on another way. */
  readonly #first = new Map<string, ServerTransaction<User>>();
  /** INVITE transactions of RFC 2543, by the ACK that is due. */
  readonly #oldAcks = new Map<string, ServerTransaction<User>>();
  readonly #lingering = new Lingering<User>();
  /** Those of them whose sender has never proved to be there. */
  readonly #strange = new Lingering<User>();
  readonly #mostOpen: number;
  readonly #mostLingering: number;
  #open = 0;

  constructor(mostOpen: number, mostLingering: number) {
    this.#mostOpen = mostOpen;
    this.#mostLingering = mostLingering;
  }

  get size(): number {
    return this.#byKey.size;
  }

  /** How many wait for our final answer. */
  get open(): number {
    return this.#open;
  }

  /** Whether as many wait for our final answer as may. */
  get full(): boolean {
    return this.#open >= this.#mostOpen;
  }

  /** Whether there are so many that those have to stay away who have not proved to be where they seem. */
  get crowded(): boolean {
    return this.#open >= this.#mostOpen * STRANGERS;
  }

  get(key: string): ServerTransaction<User> | undefined {
    return this.#byKey.get(key);
  }

  /** The INVITE that an ACK to a 300 to 699 is about, or an ACK with the branch of its INVITE whatever it is to. */
  acknowledgedBy(ack: SipRequest): ServerTransaction<User> | undefined {
    return hasBranch(ack)
      ? this.#byKey.get(serverKey(ack, 'INVITE'))
      : this.#oldAcks.get(oldAckKey(ack, ack.toTag));
  }

  /** Whether the same request came on another way, and is still being dealt with (RFC 3261, 8.2.2.2). */
  merges(request: SipRequest): boolean {
    if (!isFirst(request)) return false;
    const first = this.#first.get(mergeKey(request));
    return first !== undefined && !comesBack(request, first);
  }

  /** Adds one that is new: it is open. */
  add(transaction: ServerTransaction<User>, request: SipRequest): void {
    this.#open += 1;
    this.#byKey.set(transaction.key, transaction);
    if (!isFirst(request)) return;
    const key = mergeKey(request);
    const first = this.#first.get(key);
    if (first !== undefined) {
      if (!comesBack(request, first)) return;
      first.mergeKey = undefined;
    }
    transaction.mergeKey = key;
    this.#first.set(key, transaction);
  }

  /** An INVITE was refused by these bytes: of a client of RFC 2543, the ACK is known by the To tag in them. */
  refused(transaction: ServerTransaction<User>, request: SipRequest, bytes: Uint8Array): void {
    if (hasBranch(request)) return;
    const response = parseMessage(bytes);
    if (response.type !== 'response') return;
    transaction.ackKey = oldAckKey(request, response.toTag);
    this.#oldAcks.set(transaction.ackKey, transaction);
  }

  /** One is open no longer: it lingers, or has ended. */
  closed(transaction: ServerTransaction<User>): void {
    this.#open -= 1;
    if (transaction.state === 'terminated') return;
    (transaction.credit === undefined ? this.#lingering : this.#strange).add(transaction);
  }

  /** The oldest of those that linger, of strangers first, where there are more of them than may be. */
  get surplus(): ServerTransaction<User> | undefined {
    if (this.#byKey.size - this.#open <= this.#mostLingering) return undefined;
    return this.#strange.oldest ?? this.#lingering.oldest;
  }

  delete(transaction: ServerTransaction<User>): void {
    this.#byKey.delete(transaction.key);
    if (transaction.mergeKey !== undefined) this.#first.delete(transaction.mergeKey);
    if (transaction.ackKey !== undefined) this.#oldAcks.delete(transaction.ackKey);
    this.#lingering.trim();
    this.#strange.trim();
  }
}

/** Whether a request that was sent on comes back to another address of ours: that is no merged one. */
function comesBack({ uri }: SipRequest, { left }: ServerTransaction): boolean {
  return left !== undefined && left !== uri;
}

/** A CANCEL goes the way of its INVITE, and is found by that; within a dialog nothing merges. */
function isFirst(request: SipRequest): boolean {
  return request.toTag === undefined && request.method !== 'CANCEL';
}
