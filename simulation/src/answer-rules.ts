/** The rules of answering: one final answer to each request, which stays the same, to whoever asked, and none to an ACK (RFC 3261, 17.2). */
import type { Flow } from '@usher/core/adapter';

import { type Court, PATIENCE, type Report, SLACK } from './court.js';
import type { Dialogs } from './dialogs.js';
import type { SipText } from './sip-text.js';

/** T4: so long an INVITE is remembered after the ACK to its refusal, over datagrams. */
const T4 = 5_000;

/** A request that arrived. */
interface Incoming {
  readonly callId: string;
  readonly flow: Flow;
  readonly branch: string;
  readonly bytes: string;
  readonly sequence: number;
  readonly at: number;
  /** Nothing can be said of its answers: another version of it came as well, or it is not certain whether it is still known. */
  tainted: boolean;
  final: { readonly status: number; toTag: string; readonly at: number } | undefined;
  /** Until when a second final answer would be one too many. */
  remembered: number;
  /** Until when it may be remembered: an ACK came again, and it is not certain which of them counted. */
  doubted: number;
  acknowledged: boolean;
  /** How often it came since its last answer; and how often before its first, which may have answered all of those at once. */
  asked: number;
  before: number;
}

/** The rules of answering, for one user agent. */
export class AnswerRules {
  readonly #court: Court;
  readonly #dialogs: Dialogs;
  readonly #report: Report;
  readonly #late: () => number;
  readonly #incoming = new Map<string, Incoming>();
  /** INVITEs among them, by Call-ID. */
  readonly #invites = new Map<string, Incoming[]>();
  /** Branches of ACKs that arrived. */
  readonly #acks = new Set<string>();
  /** Who sends what is no message. */
  readonly #garbage = new Set<string>();

  /** @param late by how much timers may be late: the processor was taken away, or the clock was set. */
  constructor(court: Court, dialogs: Dialogs, report: Report, late: () => number) {
    this.#court = court;
    this.#dialogs = dialogs;
    this.#report = report;
    this.#late = late;
  }

  /** The requests that had no final answer; those that are malformed or changed left out. */
  get unanswered(): readonly { key: string; callId: string; flow: Flow }[] {
    const open: { key: string; callId: string; flow: Flow }[] = [];
    for (const [key, { callId, final, tainted, flow, asked }] of this.#incoming) {
      if (tainted || this.#isGarbler(flow)) continue;
      // An INVITE that was acknowledged is absorbed when it comes once more; any other request is answered each time.
      const silent = asked > 0 && !/^(?:INVITE|CANCEL) /.test(key) && this.#late() === 0;
      if (final === undefined || silent) open.push({ key, callId, flow });
    }
    return open;
  }

  /** What comes from here may be no message: it may be answered, by what is left of it. */
  garbage(address: string): void {
    this.#garbage.add(address);
  }

  /** Counts what became of it all, at the end. */
  count(): void {
    for (const { final, acknowledged } of [...this.#invites.values()].flat()) {
      if (final !== undefined && !acknowledged)
        this.#court.count(`transaction: no ACK to ${final.status < 300 ? '2xx' : '300 to 699'}`);
    }
  }

  /** A request other than ACK has arrived. */
  asked(message: SipText, bytes: string, flow: Flow, now: number): void {
    const key = keyOf(message, message.of);
    const known = this.#incoming.get(key);
    if (known !== undefined && now <= Math.max(known.remembered + this.#late(), known.doubted)) {
      known.asked += 1;
      this.#court.count('transaction: retransmission came');
      if (known.bytes !== bytes || now > known.remembered) known.tainted = true;
      return;
    }
    const { callId, branch, sequence, method } = message;
    const incoming: Incoming = {
      callId,
      flow,
      branch,
      bytes,
      sequence,
      at: now,
      tainted: known?.tainted ?? false,
      final: undefined,
      remembered: Infinity,
      doubted: 0,
      acknowledged: false,
      asked: 1,
      before: 0,
    };
    this.#incoming.set(key, incoming);
    if (method === 'CANCEL') this.#countRace(message);
    if (method !== 'INVITE') return;
    const others = this.#invites.get(callId);
    if (others === undefined) this.#invites.set(callId, [incoming]);
    else others.push(incoming);
  }

  /** An ACK has arrived. */
  acknowledged(ack: SipText, flow: Flow, now: number): void {
    const { branch, callId, fromTag, toTag, sequence } = ack;
    if (!this.#isGarbler(flow)) this.#acks.add(branch);
    const course = this.#dialogs.known(callId, toTag, fromTag);
    if (course !== undefined) course.unconfirmed = undefined;
    for (const incoming of this.#invites.get(callId) ?? []) {
      const { final } = incoming;
      if (final === undefined || incoming.sequence !== sequence || final.toTag !== toTag) continue;
      // RFC 3261, 17.1.1.3: the ACK to a refusal is part of its transaction; any other is one of its own.
      if (final.status >= 300 && incoming.branch !== branch) continue;
      incoming.acknowledged = true;
      incoming.asked = 0;
      if (final.status < 300) continue;
      const linger = flow.transport === 'udp' ? T4 - SLACK : -1;
      incoming.remembered = Math.min(incoming.remembered, now + linger);
      incoming.doubted = now + T4;
    }
  }

  /** An answer leaves. */
  answers(message: SipText, status: number, flow: Flow, now: number): void {
    if (message.of === 'ACK') {
      // A message that only says so in its CSeq is no ACK, but malformed.
      if (this.#acks.has(message.branch)) this.#report(message, 'answered an ACK');
      return;
    }
    const incoming = this.#incoming.get(keyOf(message, message.of));
    const of = `${status} to ${message.of}`;
    if (incoming === undefined) {
      // Of what never came to its end the head may have come.
      const stalled =
        flow.transport !== 'udp' && status === 400 && message.start.includes('stalled');
      if (!stalled && !this.#isGarbler(flow))
        this.#report(message, `answered ${of} to what never came`);
      return;
    }
    if (incoming.tainted) return;
    const elsewhere = flow.remote.address !== incoming.flow.remote.address;
    if (this.#isGarbler(flow) && (elsewhere || incoming.final !== undefined)) return;
    if (elsewhere) this.#report(message, `answered ${of} to somebody else`);
    // A CANCEL is answered without state: by its INVITE, for as long as that is known (RFC 3261, 8.2.7, 9.2).
    if (message.of === 'CANCEL' && incoming.final !== undefined) return;
    if (incoming.final !== undefined) this.#again(message, incoming, status, now);
    else if (status >= 200) this.#conclude(message, incoming, status, now);
  }

  #again(message: SipText, incoming: Incoming, status: number, now: number): void {
    const { final, acknowledged } = incoming;
    if (final === undefined) return;
    const asked = incoming.asked + incoming.before;
    const of = `${status} to ${message.of}`;
    const changed = status !== final.status;
    const late = this.#late();
    // Who refuses without state may find out better when asked again (RFC 3261, 8.2.7): 503 of whoever has no time to look.
    if (changed && (final.status === 503 || this.#mergesNoMore(incoming, final.status, now))) {
      if (status >= 200) this.#conclude(message, incoming, status, now);
      return;
    }
    if (status < 200) this.#report(message, `${of} after the final ${final.status}`);
    else if (changed && !(final.status >= 300 && message.of !== 'INVITE'))
      this.#report(message, `${of} after ${final.status}: two final answers to one request`);
    else if (status < 300 && !changed && message.toTag !== final.toTag)
      this.#report(message, `${of} with another To tag than before`);
    else if (asked === 0 && acknowledged && late === 0)
      this.#report(message, `${of} again after its ACK`);
    else if (asked === 0 && !repeats(message, incoming.flow))
      this.#report(message, `${of} again, and nobody asked`);
    else if (asked === 0 && now - final.at > PATIENCE + SLACK + late)
      this.#report(message, `${of} again after 64*T1`);
    // Whoever answers without state at first, and with it later, has another tag then: that is what its ACK has to bear.
    if (message.toTag !== final.toTag) incoming.acknowledged = false;
    final.toTag = message.toTag;
    if (incoming.asked > 0) incoming.asked -= 1;
    else if (incoming.before > 0) incoming.before -= 1;
  }

  /** RFC 3261, 8.2.2.2: what merged with a request that has been given up since, without an answer, is the only one there is. */
  #mergesNoMore({ callId, sequence, branch }: Incoming, status: number, now: number): boolean {
    if (status !== 482) return false;
    for (const other of this.#incoming.values()) {
      const same = other.callId === callId && other.sequence === sequence;
      if (same && other.branch !== branch && now - other.at >= PATIENCE) return true;
    }
    return false;
  }

  #conclude(message: SipText, incoming: Incoming, status: number, now: number): void {
    const { toTag, of, callId, fromTag } = message;
    incoming.final = { status, toTag, at: now };
    incoming.acknowledged = false;
    incoming.before = incoming.asked - 1;
    incoming.asked = 0;
    // RFC 3261, table 4: over streams nothing lingers, except for an INVITE that awaits its ACK.
    const lingers = incoming.flow.transport === 'udp' || of === 'INVITE';
    incoming.remembered = lingers ? now + PATIENCE - SLACK : now - 1;
    if (status >= 300) return;
    const course = this.#dialogs.known(callId, toTag, fromTag);
    if (of === 'BYE' && course !== undefined) course.over = true;
    // What may not be sent yet may have been decided before.
    if (of === 'INVITE') this.#dialogs.of(callId, toTag, fromTag).unconfirmed = incoming.at;
  }

  /** Counts which way the race went. */
  #countRace(cancel: SipText): void {
    const final = this.#incoming.get(keyOf(cancel, 'INVITE'))?.final?.status;
    const came = final === undefined ? 'came first' : `came after ${final < 300 ? '2xx' : final}`;
    this.#court.count(`race: CANCEL ${came}`);
  }

  #isGarbler({ remote }: Flow): boolean {
    return this.#garbage.has(remote.address);
  }
}

/** By what the server transaction of a request is known (RFC 3261, 17.2.3). */
function keyOf({ branch, via }: SipText, method: string): string {
  return `${method} ${branch} ${/SIP\/2\.0\/\w+\s+([^\s;,]+)/.exec(via)?.[1] ?? ''}`;
}

/** Whether an answer leaves again by itself: a 2xx to INVITE over everything, its refusal over datagrams. */
function repeats({ of, status = 0 }: SipText, { transport }: Flow): boolean {
  return of === 'INVITE' && (status < 300 || transport === 'udp');
}
