/** Our side of a session in its dialog: what we send in it, and how it comes to its end (RFC 3261, 12.2.1, 15; RFC 5057). */
import type { Flow } from '@usher/core/adapter';

import type { Field } from '../syntax/printer.js';
import type { Acknowledgement } from './acknowledgement.js';
import type { Core } from './core.js';
import type { Dialog } from './dialog.js';
import { DialogPeer } from './dialog-peer.js';
import { flat } from './flat.js';
import { Further } from './further.js';
import { OutgoingRequest, type Outcome } from './outgoing-request.js';
import { type ReferParts, referFields, Referring } from './referring.js';
import type { SessionTimer } from './session-timer.js';
import type { UsageEvent } from './usage-event.js';
import { outline } from './within-dialog.js';

/**
 * `pending`: the INVITE has no final answer yet. `answered`: we have accepted, and wait for the ACK. `leaving`: our BYE is
 * under way, or waits for the ACK. `over`: nothing is left to do.
 */
export type UsageState = 'pending' | 'answered' | 'established' | 'leaving' | 'over';

/** Methods that say nothing of where we are (RFC 3261, 8.1.1.8; RFC 3428, 4; RFC 6086, 4.2). */
const UNADDRESSED = new Set(['MESSAGE', 'BYE', 'INFO', 'OPTIONS']);

/** Our side of a session in its dialog; `Usage` is what its events name. */
export abstract class DialogUsage<Usage> {
  /** What is going on. */
  state: UsageState = 'pending';
  /** Undefined while pending. */
  dialog: Dialog | undefined;
  /** Our tag, by which everything that belongs here is found. */
  readonly tag: string;
  /** Where the peer is. */
  peer: DialogPeer;
  /** How long it lasts if nobody refreshes it; undefined where that does not matter. */
  timer: SessionTimer | undefined = undefined;
  /** Whether INFO is taken in it: by a dialect alone, and then said in Allow. */
  takesInfo = false;
  /** What goes on besides; undefined while nothing does. */
  further: Further | undefined = undefined;
  protected readonly core: Core<Usage>;
  /** Itself, as its events name it. */
  protected abstract readonly self: Usage;
  /** A 2xx of ours that awaits its ACK. */
  protected awaited: Acknowledgement | undefined;
  #told = false;

  constructor(
    core: Core<Usage>,
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

  /** Whether it began by an INVITE of ours. */
  get opens(): boolean {
    return false;
  }

  /** Whether the ACK with this CSeq number is one that we wait for. */
  awaits(sequence: number): boolean {
    return this.awaited?.sequence === sequence;
  }

  /** The peer's ACK to a 2xx of ours. */
  acknowledge(sequence: number): void {
    if (!this.awaits(sequence)) return;
    const held = this.awaited?.held;
    this.awaited?.stop();
    this.awaited = undefined;
    if (this.state === 'answered') this.state = 'established';
    if (this.state === 'established') this.core.tell({ type: 'acknowledged', usage: this.self });
    for (const request of held ?? []) this.send(request);
  }

  /** Sends a message, or INFO; what becomes of it is told under its reference. */
  message(
    reference: number,
    fields: readonly Field[],
    body: Uint8Array,
    method: 'MESSAGE' | 'INFO' = 'MESSAGE',
  ): void {
    this.request(method, fields, body, ({ status, text }) => {
      this.core.tell({ type: 'delivered', reference, status, text });
    });
  }

  /**
   * Sends a request in the session; before the ACK to our 2xx it waits for that. Where it shows that the peer is gone, the
   * session is over.
   */
  request(
    method: string,
    fields: readonly Field[],
    body: Uint8Array | undefined,
    conclude: (outcome: Outcome) => void,
  ): OutgoingRequest | undefined {
    const { dialog } = this;
    if (dialog === undefined || (this.state !== 'answered' && this.state !== 'established')) {
      conclude({ status: 481, text: 'The Session Is Over' });
      return undefined;
    }
    const concluded = (outcome: Outcome, { hop, flow }: OutgoingRequest): void => {
      const { status, response } = outcome;
      if (response !== undefined) this.peer.learn(hop, flow);
      conclude(outcome);
      // RFC 3261, 12.2.1.2: the peer does not know us any more, or does not answer, or cannot be reached.
      const unreachable = status === 503 && response === undefined;
      // RFC 5057, 5.1: a subscription that is over takes no session with it.
      if (method === 'NOTIFY' || method === 'SUBSCRIBE') return;
      if (status === 408 || status === 481 || unreachable) this.lost(status);
    };
    return this.#request(dialog, method, concluded, fields, body);
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

  /** Asks the peer to invite somebody else; what becomes of it is told under its reference (RFC 3515). */
  refer(reference: number, parts: ReferParts): void {
    const further = this.extend();
    const tell = (status: number, text: string): void => {
      further.referring = undefined;
      this.core.tell({ type: 'delivered', reference, status, text });
    };
    if (further.referring !== undefined) {
      this.core.tell({ type: 'delivered', reference, status: 491, text: 'Being Transferred' });
      return;
    }
    const referring = new Referring(this.core, parts.lifetime, tell);
    further.referring = referring;
    this.request('REFER', referFields(parts), undefined, (outcome) => referring.answered(outcome));
  }

  /** Tells the peer that referred us what came of that. */
  progress(status: number): void {
    this.further?.progress?.conclude(status);
  }

  /** The way to the peer is gone for good. */
  lose(): void {
    if (this.state !== 'pending') this.finish('network', 503);
  }

  /** A dialog has come into being. */
  protected begin(dialog: Dialog, state: 'answered' | 'established'): void {
    this.dialog = dialog;
    this.state = state;
    this.core.enter(this.self);
  }

  /** Nothing of this usage is left to do. */
  protected finish(by: 'us' | 'peer' | 'network', status?: number, reason?: string): void {
    if (this.state !== 'over') this.core.leave(this.self);
    this.state = 'over';
    const held = this.awaited?.held;
    this.awaited?.stop();
    this.awaited = undefined;
    for (const request of held ?? []) {
      if (request.method !== 'BYE')
        request.conclude({ status: 481, text: 'The Session Is Over' }, request);
    }
    this.further?.close();
    this.tellEnd(by, status, reason);
  }

  /** A request within a dialog (RFC 3261, 12.2.1.1). */
  #request(
    dialog: Dialog,
    method: string,
    conclude: (outcome: Outcome, request: OutgoingRequest) => void,
    extra: readonly Field[],
    body?: Uint8Array,
  ): OutgoingRequest {
    const { uri, hop, fields } = outline(dialog, method, dialog.nextSequence());
    fields.push(...extra);
    const parts = { method, uri, hop, fields, body };
    const request = new OutgoingRequest(parts, conclude, undefined, dialog);
    if (!UNADDRESSED.has(method)) request.contact = (way) => this.core.contact(way, this.user);
    if (this.awaited === undefined) this.send(request);
    else (this.awaited.held ??= []).push(request);
    return request;
  }

  /** Sends what is ready to go, the way that the peer is. */
  send(request: OutgoingRequest): void {
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
    const held = this.awaited?.held;
    this.awaited?.stop();
    this.awaited = undefined;
    const leaving = held?.find((request) => request.method === 'BYE');
    for (const request of held ?? []) {
      if (request !== leaving) request.conclude({ status: 408, text: 'No ACK' }, request);
    }
    if (this.peer.isDoubted) this.finish(leaving === undefined ? 'network' : 'us', 408);
    else if (leaving !== undefined) this.send(leaving);
    else this.lost(408);
    if (this.flow !== undefined) this.core.revoke(this.flow);
  }

  /** How long it lasts from now on. */
  time(timer: SessionTimer | undefined): void {
    this.timer = timer;
    if (timer !== undefined) this.core.expect(timer.due);
  }

  /** The peer is somewhere else now, where it may be there. */
  retarget(uri: string): void {
    const { dialog, flow, core } = this;
    if (flow === undefined || dialog === undefined) return;
    if (core.mayMove(dialog.remoteTarget, uri, flow)) dialog.retarget(uri);
  }

  extend(): Further {
    return (this.further ??= new Further());
  }

  /** The peer is lost: says so, and says BYE into the dark. */
  lost(status: number): void {
    if (this.state !== 'answered' && this.state !== 'established') return;
    this.tellEnd('network', status);
    this.bye();
  }

  protected tellEnd(by: 'us' | 'peer' | 'network', status?: number, reason?: string): void {
    if (this.#told) return;
    this.#told = true;
    const event: UsageEvent<Usage> = {
      type: 'ended',
      usage: this.self,
      by,
      ...(status !== undefined && { status }),
      ...(reason !== undefined && { reason }),
    };
    this.core.tell(event);
  }
}
