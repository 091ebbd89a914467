/** What a usage needs of the endpoint around it: RFC 3261, 6, has it as the "core". */
import type { Instant } from '@usher/core';
import type { Chance, Flow, Timer } from '@usher/core/adapter';

import type { Field } from '../syntax/printer.js';
import type { ServerTransaction } from '../transaction/server-transaction.js';
import type { OutgoingRequest } from './outgoing-request.js';
import type { UsageEvent } from './usage-event.js';

/** An answer of ours to a request. */
export interface Answer {
  readonly status: number;
  /** The reason phrase; the usual one unless given. */
  readonly text?: string | undefined;
  /** Every header field but those that each answer copies (RFC 3261, 8.2.6.2). */
  readonly fields?: readonly Field[] | undefined;
  readonly body?: Uint8Array | undefined;
}

/** The lengths of time that everything is made of, in milliseconds (RFC 3261, 17.1.1.1). */
interface Times {
  readonly t1: number;
  readonly t2: number;
}

/** A timer that was started, and what it does when its time has come. */
export type Alarm = Timer<() => void>;

/** What a usage needs of the endpoint around it. */
export interface Core<Usage> {
  /** The moment of the door that was last opened. */
  readonly now: Instant;
  readonly times: Times;
  readonly chance: Chance;
  /** Seconds after which a session that nobody refreshes is to be over, where we have a say in it; 0 where we ask for none. */
  readonly interval: number;
  tell(event: UsageEvent<Usage>): void;
  /** Starts a timer; `after` is one of few lengths. */
  start(after: number, ring: () => void): Alarm;
  stop(alarm: Alarm | undefined): void;
  /** Sends an answer in its transaction; returns its bytes, undefined where it is too late for it. */
  answer(
    transaction: ServerTransaction<Usage>,
    answer: Answer,
    tag?: string,
  ): Uint8Array | undefined;
  /** Sends a final answer once more (RFC 3261, 13.3.1.4). */
  repeat(transaction: ServerTransaction<Usage>, status: number, bytes: Uint8Array): void;
  /** Sends a request: this way, or without one where its hop is found. An ACK goes out without a transaction, and has no outcome. */
  send(request: OutgoingRequest, way: Flow | undefined): void;
  /** Sends the CANCEL of a request that has had a provisional answer (RFC 3261, 9.1). */
  cancel(request: OutgoingRequest): void;
  /** Forgets a request: no outcome is told. */
  forget(request: OutgoingRequest): void;
  /** The way to this hop for a dialog that has this flow; undefined where the hop's name has to be looked up. */
  wayBack(hop: string, flow: Flow, direct: boolean): Flow | undefined;
  /** Whether bytes can go this way. */
  alive(way: Flow): boolean;
  /** Whether somebody has proved to be at the other end. */
  isProven(way: Flow): boolean;
  /** Somebody has proved to be at the other end. */
  prove(way: Flow): void;
  /** Nobody was heard from there for long. */
  revoke(way: Flow): void;
  /** Whether a dialog with the peer at the other end of this flow may go on at another place than before. */
  mayMove(before: string, after: string, flow: Flow): boolean;
  /** Something is to be done about a session in this second (RFC 4028). */
  expect(due: number): void;
  /** The value of our Contact where this way is used. */
  contact(way: Flow, user: string | undefined): string;
  /** Keeps a usage in the table of dialogs, by its local tag. */
  enter(usage: Usage): void;
  /** Takes it out. */
  leave(usage: Usage): void;
  /** Keeps an INVITE of a peer that awaits our answer, by what it may be named by without our tag. */
  pend(key: string, usage: Usage): void;
  /** Lets go of it: it has had its answer. */
  settle(key: string): void;
}
