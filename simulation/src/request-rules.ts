/** The rules of asking: numbers that rise, retransmissions that end, an ACK to each answer, and silence before it and after the BYE. */
import type { Flow } from '@usher/core/adapter';

import { type Court, PATIENCE, type Report, SLACK } from './court.js';
import type { Dialogs } from './dialogs.js';
import type { SipText } from './sip-text.js';

/** RFC 3261, 17.1.1.2, 17.1.2.2: no schedule of retransmissions has more within 64*T1. */
const MOST_TRANSMISSIONS = 12;

/** A request that was sent. */
interface Outgoing {
  readonly method: string;
  readonly bytes: string;
  readonly flow: Flow;
  readonly at: number;
  sent: number;
  provisional: boolean;
  /** The way that it took leads nowhere any more. */
  lost: boolean;
  /** Its first answer came in the very millisecond in which nobody waits for it any more. */
  tied: boolean;
  /** The final answer, and when it came. */
  final: { readonly status: number; readonly at: number } | undefined;
}

/** The rules of asking, for one user agent. */
export class RequestRules {
  readonly #court: Court;
  readonly #dialogs: Dialogs;
  readonly #report: Report;
  readonly #late: () => number;
  readonly #serial: boolean;
  readonly #outgoing = new Map<string, Outgoing>();
  /** Final answers to INVITE that arrived and were never acknowledged, with their Call-IDs. */
  readonly unacknowledged = new Map<string, string>();

  /**
   * @param late by how much timers may be late: the processor was taken away, or the clock was set.
   * @param serial whether messages of one session go one after the other.
   */
  constructor(court: Court, dialogs: Dialogs, report: Report, late: () => number, serial: boolean) {
    this.#serial = serial;
    this.#court = court;
    this.#dialogs = dialogs;
    this.#report = report;
    this.#late = late;
  }

  /** Counts what became of it all, at the end. */
  count(): void {
    for (const { final, method } of this.#outgoing.values()) {
      if (final === undefined) this.#court.count(`transaction: ${method} never answered`);
    }
  }

  /** A way leads nowhere any more: what was sent by it has failed, and answers to it that still come are strays. */
  lost({ transport, remote }: Flow): void {
    for (const outgoing of this.#outgoing.values()) {
      const { flow } = outgoing;
      if (flow.transport !== transport || flow.remote.address !== remote.address) continue;
      if (transport !== 'udp') outgoing.lost = true;
    }
  }

  /** A response has arrived. */
  answered(message: SipText, status: number, now: number): void {
    const outgoing = this.#outgoing.get(`${message.of} ${message.branch}`);
    if (outgoing === undefined || outgoing.lost) return;
    // What comes after 64*T1 comes too late, unless something came before.
    const late = now - outgoing.at > PATIENCE && !outgoing.provisional;
    // RFC 3261, 17.1.1.2: whether Timer B or the answer was first in their one millisecond cannot be seen from here, and
    // nobody acknowledges what came after Timer B.
    if (now - outgoing.at === PATIENCE && !outgoing.provisional && outgoing.final === undefined)
      outgoing.tied = true;
    if (status < 200) {
      if (!late) outgoing.provisional = true;
      return;
    }
    if (!late) outgoing.final ??= { status, at: now };
    if (message.of === 'INVITE' && outgoing.final?.status === status && !outgoing.tied)
      this.unacknowledged.set(ackKey(message, status), message.callId);
  }

  /** A request other than ACK leaves. */
  asks(message: SipText, bytes: string, flow: Flow, now: number): void {
    const { method = '', branch } = message;
    const key = `${method} ${branch}`;
    const known = this.#outgoing.get(key);
    if (known !== undefined) {
      this.#again(message, known, bytes, now);
      return;
    }
    const outgoing = { method, bytes, flow, at: now, sent: 1, final: undefined };
    this.#outgoing.set(key, { ...outgoing, provisional: false, lost: false, tied: false });
    if (method === 'CANCEL') this.#cancels(message, now);
    else this.#follows(message, now);
    if (method === 'MESSAGE' && this.#serial) this.#waits(message, now);
  }

  /** A message within a dialog waits for the answer to the one before (RFC 3428, 8); news of typing counts for nothing here. */
  #waits(message: SipText, now: number): void {
    const { callId, fromTag, toTag, branch } = message;
    if (toTag === '' || message.get('content-type')?.includes('iscomposing') === true) return;
    const course = this.#dialogs.of(callId, fromTag, toTag);
    const last = this.#outgoing.get(`MESSAGE ${course.lastMessage}`);
    const waited = last === undefined || last.final !== undefined || last.lost;
    if (!waited && now - last.at < PATIENCE - SLACK && this.#late() === 0)
      this.#report(message, 'a message before the answer to the last one');
    course.lastMessage = branch;
  }

  /** RFC 3261, 13.2.2.4, 17.1.1.3: an ACK bears the number of its INVITE. */
  acknowledges(ack: SipText): void {
    const { callId, fromTag, toTag, sequence, branch } = ack;
    this.unacknowledged.delete(ackKey(ack, 200));
    this.unacknowledged.delete(branch);
    const known = ['', toTag].some((tag) =>
      this.#dialogs.known(callId, fromTag, tag)?.invites.has(sequence),
    );
    if (!known) this.#report(ack, 'ACK to no INVITE of ours');
  }

  #again(message: SipText, known: Outgoing, bytes: string, now: number): void {
    const { method, flow, final } = known;
    known.sent += 1;
    this.#court.count('transaction: sent again');
    if (known.bytes !== bytes) this.#report(message, `${method} changed when sent again`);
    else if (final !== undefined && now > final.at + this.#late())
      this.#report(message, `${method} sent again after its final answer ${final.status}`);
    else if (flow.transport !== 'udp')
      this.#report(message, `${method} sent again over ${flow.transport}`);
    else if (now - known.at > PATIENCE + SLACK + this.#late())
      this.#report(message, `${method} sent again after 64*T1`);
    else if (known.sent > MOST_TRANSMISSIONS)
      this.#report(message, `${method} sent ${known.sent} times`);
  }

  /** RFC 3261, 12.2.1.1: each request within a dialog has a higher number than the last. */
  #follows(message: SipText, now: number): void {
    const { method = '', callId, fromTag, toTag, sequence } = message;
    const course = this.#dialogs.of(callId, fromTag, toTag);
    // What each fork of an INVITE made is a dialog of its own, numbered from there (RFC 3261, 12.1.2).
    const first = this.#dialogs.known(callId, fromTag, '')?.sequence ?? 0;
    const last = Math.max(first, course.sequence);
    if (course.over) this.#report(message, `${method} in a dialog that is over`);
    if (sequence <= last) this.#report(message, `${method} with CSeq ${sequence} after ${last}`);
    // RFC 3261, 13.3.1.4, 15: before the ACK, or the time after which none comes, nothing is said.
    const { unconfirmed } = course;
    if (unconfirmed !== undefined && now - unconfirmed < PATIENCE - SLACK)
      this.#report(message, `${method} before the ACK to our 2xx`);
    course.sequence = Math.max(course.sequence, sequence);
    if (method === 'INVITE') course.invites.add(sequence);
    if (method === 'BYE') course.over = true;
  }

  /** RFC 3261, 9.1: of an INVITE that was sent, had a provisional answer, and has no final one. */
  #cancels(message: SipText, now: number): void {
    const invite = this.#outgoing.get(`INVITE ${message.branch}`);
    this.#court.count('race: CANCEL sent');
    if (invite === undefined) this.#report(message, 'CANCEL of what was never sent');
    else if (!invite.provisional) this.#report(message, 'CANCEL before any provisional answer');
    else if (invite.final !== undefined && invite.final.at < now)
      this.#report(message, 'CANCEL after the final answer');
  }
}

/** By what the ACK to an answer is known: a refusal's is part of its transaction, any other bears the tag. */
function ackKey({ callId, sequence, toTag, branch }: SipText, status: number): string {
  return status < 300 ? `${callId} ${sequence} ${toTag}` : branch;
}
