/** What an INVITE brings about: a session in a dialog, from its acceptance to its BYE (RFC 3261, 13 to 15; RFC 5057). */
import type { Flow } from '@usher/core/adapter';

import type { SipRequest } from '../syntax/message.js';
import type { Field } from '../syntax/printer.js';
import type { ServerTransaction } from '../transaction/server-transaction.js';
import { Acknowledgement } from './acknowledgement.js';
import { ALLOW } from './allow.js';
import { contactOf } from './contact-of.js';
import type { Answer, Core } from './core.js';
import type { Dialog } from './dialog.js';
import { DialogPeer } from './dialog-peer.js';
import { flat } from './flat.js';
import { OutgoingRequest, type Outcome } from './outgoing-request.js';
import type { UsageEvent, Withdrawal } from './usage-event.js';
import { outline, reasonOf, recordRoutes } from './within-dialog.js';

/**
 * `pending`: the INVITE has no final answer yet. `answered`: we have accepted, and wait for the ACK. `leaving`: our BYE is
 * under way, or waits for the ACK. `over`: nothing is left to do.
 */
export type UsageState = 'pending' | 'answered' | 'established' | 'leaving' | 'over';

/** One session, whoever invited. */
export abstract class InviteUsage {
  /** What is going on. */
  state: UsageState = 'pending';
  /** Undefined while pending. */
  dialog: Dialog | undefined;
  /** Our tag, by which everything that belongs here is found. */
  readonly tag: string;
  /** Where the peer is. */
  peer: DialogPeer;
  protected readonly core: Core<InviteUsage>;
  /** A 2xx of ours that awaits its ACK. */
  #awaited: Acknowledgement | undefined;
  /** What was asked for before the ACK. */
  #held: OutgoingRequest[] | undefined;
  #told = false;

  constructor(
    core: Core<InviteUsage>,
    flow: Flow | undefined,
    /** Whether nobody stands between the peer and us, as far as can be told. */
    direct: boolean,
    /** The user part of our Contact. */
    protected readonly user: string | undefined,
  ) {
    this.core = core;
    this.peer = new DialogPeer(core, flow, direct, true);
    this.tag = flat(core.chance.token());
  }

  /** The way that the peer's last request came, or its answer to our INVITE; undefined before that. */
  get flow(): Flow | undefined {
    return this.peer.flow;
  }

  /** Who has proved by a password to be the inviter; undefined where nobody has. */
  get inviter(): string | undefined {
    return undefined;
  }

  /** Whether this way leads to the peer, as far as can be told. */
  comesFrom(from: Flow): boolean {
    return this.peer.comesFrom(from, this.dialog?.target.hop, undefined);
  }

  /** Whether the ACK with this CSeq number is one that we wait for. */
  awaits(sequence: number): boolean {
    return this.#awaited?.sequence === sequence;
  }

  /** Answers an INVITE of the peer: here a further one, whose refusal leaves the session as it was (RFC 3261, 14.2). */
  answer(transaction: ServerTransaction<InviteUsage>, answer: Answer): void {
    const { request } = transaction;
    if (request === undefined) return;
    if (answer.status < 200 || answer.status >= 300) {
      this.core.answer(transaction, answer);
    } else if (this.state === 'established') {
      const target = contactOf(request);
      if (target !== undefined) this.dialog?.retarget(target);
      this.accept(request, transaction, answer);
    } else {
      this.core.answer(transaction, { status: 481 });
    }
  }

  /** The peer takes its INVITE back while it is pending. Returns whether that came in time. */
  withdraw(_why: Withdrawal, _reason?: string): boolean {
    return false;
  }

  /** Whether a request that was found by our tag belongs here (RFC 3261, 12.2.2). */
  matches(request: SipRequest): boolean {
    return this.dialog?.matches(request) === true;
  }

  /** A request of the peer within this dialog, other than ACK and CANCEL; its CSeq is in order. */
  receive(request: SipRequest, transaction: ServerTransaction<InviteUsage>): void {
    switch (request.method) {
      case 'BYE':
        this.core.answer(transaction, { status: 200 });
        this.#hangUp(request);
        return;
      case 'MESSAGE':
        if (this.state === 'answered' || this.state === 'established') {
          this.core.tell({ type: 'message', usage: this, request, transaction });
        } else {
          this.core.answer(transaction, { status: 481 });
        }
        return;
      case 'INVITE':
        this.#reinvite(request, transaction);
        return;
      default:
        this.core.answer(transaction, { status: 405, fields: [['Allow', ALLOW]] });
    }
  }

  /** The peer's ACK to a 2xx of ours. */
  acknowledge(sequence: number): void {
    if (!this.awaits(sequence)) return;
    this.#awaited?.stop();
    this.#awaited = undefined;
    const held = this.#held;
    this.#held = undefined;
    if (this.state === 'answered') this.state = 'established';
    if (this.state === 'established') this.core.tell({ type: 'acknowledged', usage: this });
    for (const request of held ?? []) this.#send(request);
  }

  /** Sends a message; what becomes of it is told under its reference. Before the ACK it waits for that. */
  message(reference: number, fields: readonly Field[], body: Uint8Array): void {
    const deliver = ({ status, text, response }: Outcome, { hop, flow }: OutgoingRequest): void => {
      if (response !== undefined) this.peer.learn(hop, flow);
      this.core.tell({ type: 'delivered', reference, status, text });
      // RFC 3261, 12.2.1.2: the peer does not know us any more, or does not answer, or cannot be reached.
      const unreachable = status === 503 && response === undefined;
      if (status === 408 || status === 481 || unreachable) this.#lose(status);
    };
    const { dialog } = this;
    if (dialog === undefined || (this.state !== 'answered' && this.state !== 'established')) {
      this.core.tell({ type: 'delivered', reference, status: 481, text: 'The Session Is Over' });
      return;
    }
    this.#request(dialog, 'MESSAGE', deliver, fields, body);
  }

  /**
   * Ends the session at the peer. Before the ACK to our 2xx no BYE may be sent (RFC 3261, 15), so it waits for that, or for
   * the time after which none comes any more.
   */
  bye(fields: readonly Field[] = []): void {
    const { dialog } = this;
    if (dialog === undefined || (this.state !== 'answered' && this.state !== 'established')) return;
    this.state = 'leaving';
    // Whatever the answer, and if there is none: the session is over (RFC 3261, 15.1.1).
    this.#request(dialog, 'BYE', ({ response }) => this.finish('us', response?.status), fields);
  }

  /** The way to the peer is gone for good. */
  lose(): void {
    if (this.state !== 'pending') this.finish('network', 503);
  }

  /** A dialog has come into being. */
  protected begin(dialog: Dialog, state: 'answered' | 'established'): void {
    this.dialog = dialog;
    this.state = state;
    this.core.enter(this);
  }

  /**
   * Answers an INVITE by a 2xx, which leaves again and again until the peer's ACK comes (RFC 3261, 12.1.1, 13.3.1.4).
   * @returns false where it is too late for any answer.
   */
  protected accept(
    request: SipRequest,
    transaction: ServerTransaction<InviteUsage>,
    answer: Answer,
  ): boolean {
    const { status, text, body } = answer;
    const fields: Field[] = [
      ...recordRoutes(request),
      ['Contact', this.core.contact(transaction.flow, this.user)],
      ['Allow', ALLOW],
      ...(answer.fields ?? []),
    ];
    const bytes = this.core.answer(transaction, { status, text, fields, body }, this.tag);
    if (bytes === undefined) return false;
    this.#awaited = new Acknowledgement(
      this.core,
      request.cseq.number,
      () => this.core.repeat(transaction, status, bytes),
      () => this.giveUp(),
    );
    return true;
  }

  /** Nothing of this usage is left to do. */
  protected finish(by: 'us' | 'peer' | 'network', status?: number, reason?: string): void {
    if (this.state !== 'over') this.core.leave(this);
    this.state = 'over';
    this.#awaited?.stop();
    this.#awaited = undefined;
    const held = this.#held;
    this.#held = undefined;
    for (const request of held ?? []) {
      if (request.method === 'MESSAGE')
        request.conclude({ status: 481, text: 'The Session Is Over' }, request);
    }
    this.tellEnd(by, status, reason);
  }

  #hangUp(request: SipRequest): void {
    if (this.withdraw('cancelled', reasonOf(request))) return;
    // Where our own BYE is under way, the two cross: its answer will find nothing left to do.
    this.finish(this.state === 'leaving' ? 'us' : 'peer', undefined, reasonOf(request));
  }

  #reinvite(request: SipRequest, transaction: ServerTransaction<InviteUsage>): void {
    if (this.state === 'leaving' || this.state === 'over') {
      this.core.answer(transaction, { status: 481 });
    } else if (this.state === 'pending' || this.#awaited !== undefined) {
      // RFC 3261, 14.2: the one before it is not through yet.
      const seconds = (this.core.chance.octets(1)[0] ?? 0) % 11;
      this.core.answer(transaction, { status: 500, fields: [['Retry-After', String(seconds)]] });
    } else {
      transaction.user = this;
      this.core.tell({ type: 'offered', usage: this, request, transaction });
    }
  }

  /** A request within a dialog (RFC 3261, 12.2.1.1). */
  #request(
    dialog: Dialog,
    method: string,
    conclude: (outcome: Outcome, request: OutgoingRequest) => void,
    extra: readonly Field[],
    body?: Uint8Array,
  ): void {
    const { uri, hop, fields } = outline(dialog, method, dialog.nextSequence());
    fields.push(...extra);
    const parts = { method, uri, hop, fields, body };
    const request = new OutgoingRequest(parts, conclude, undefined, dialog);
    if (this.#awaited === undefined) this.#send(request);
    else (this.#held ??= []).push(request);
  }

  #send(request: OutgoingRequest): void {
    const { core, peer } = this;
    request.fallback = peer.flow;
    const way = peer.find(request.hop);
    request.credit = peer.creditFor(way);
    core.send(request, way);
  }

  /**
   * RFC 3261, 13.3.1.4: no ACK came; the session is ended by a BYE all the same. Where nobody has proved to be the peer, none is
   * sent: a 2xx that went to somebody who knows nothing of it is enough.
   */
  giveUp(): void {
    this.#awaited?.stop();
    this.#awaited = undefined;
    const held = this.#held;
    this.#held = undefined;
    const leaving = held?.find((request) => request.method === 'BYE');
    for (const request of held ?? []) {
      if (request !== leaving) request.conclude({ status: 408, text: 'No ACK' }, request);
    }
    if (this.peer.isDoubted) this.finish(leaving === undefined ? 'network' : 'us', 408);
    else if (leaving !== undefined) this.#send(leaving);
    else this.#lose(408);
    if (this.flow !== undefined) this.core.revoke(this.flow);
  }

  /** The peer is lost: says so, and says BYE into the dark. */
  #lose(status: number): void {
    if (this.state !== 'answered' && this.state !== 'established') return;
    this.tellEnd('network', status);
    this.bye();
  }

  protected tellEnd(by: 'us' | 'peer' | 'network', status?: number, reason?: string): void {
    if (this.#told) return;
    this.#told = true;
    const event: UsageEvent<InviteUsage> = {
      type: 'ended',
      usage: this,
      by,
      ...(status !== undefined && { status }),
      ...(reason !== undefined && { reason }),
    };
    this.core.tell(event);
  }
}
