/** An INVITE of ours, from its sending to its final answer (RFC 3261, 13.2). */
import { RemoteProtocolError } from '@usher/core';
import type { Flow } from '@usher/core/adapter';

import type { SipResponse } from '../syntax/message.js';
import type { NameAddr } from '../syntax/name-addr.js';
import type { Field } from '../syntax/printer.js';
import type { ClientTransaction } from '../transaction/client-transaction.js';
import type { Alarm, Core } from './core.js';
import { contactOf } from './contact-of.js';
import { Dialog } from './dialog.js';
import { DialogPeer } from './dialog-peer.js';
import { SUPPORTED } from './extensions.js';
import { flat } from './flat.js';
import { InviteUsage } from './invite-usage.js';
import { OutgoingRequest, type Outcome, type RequestParts } from './outgoing-request.js';
import { leastIntervalOf } from './session-expires.js';
import { agreeAsClient, timerFields } from './session-timer.js';
import { outline } from './within-dialog.js';

/** What an invitation of ours is made of. */
export interface InviteParts {
  /** The Request-URI. */
  readonly uri: string;
  /** The URI in To, where it was sent on from there (RFC 3261, 8.1.3.4). */
  readonly to?: string;
  /** Over how many more hops it may go; 70 unless given. */
  readonly hops?: number | undefined;
  /** The value of From, without its tag. */
  readonly from: string;
  /** The value of Route, where the first hop is not the one that the Request-URI names; and its URI. */
  readonly route?: { readonly value: string; readonly uri: string } | undefined;
  /** The user part of our Contact. */
  readonly user: string | undefined;
  /** Every header field that is not made here: Subject, Content-Type and the like. */
  readonly fields: readonly Field[];
  readonly body: Uint8Array;
}

/** An invitation that is only ever answered provisionally is given up so long after the last of that. */
const LONGEST_PENDING = 180_000;
/** How many forks that accept as well are sent away one by one; more than that are left to their own timers. */
const MOST_FORKS = 8;

/** What an INVITE says of how long the session lasts. */
const TIMED = new Set(['Session-Expires', 'Min-SE']);

const CANCELLED: Outcome = { status: 487, text: 'Request Terminated' };
/** RFC 3261, 21.5.3. */
const UNREADABLE: Outcome = { status: 502, text: 'Bad Gateway' };

/** A session that we invite a peer to. */
export class InviteClientUsage extends InviteUsage {
  readonly #from: string;
  #invite: OutgoingRequest | undefined;
  /** The transaction that has brought a provisional answer: while it is the last one, CANCEL may go out (RFC 3261, 9.1). */
  #proceeding: ClientTransaction<OutgoingRequest> | undefined;
  #cancelled = false;
  /** Seconds that the session is to last unless somebody refreshes it; 0 where that does not matter to us. */
  #interval: number;
  #waiting: Alarm | undefined;
  /** The ACK to each fork that has accepted, by its tag, for as long as its 2xx may come again. */
  readonly #acknowledged = new Map<string, OutgoingRequest>();

  constructor(core: Core<InviteUsage>, parts: InviteParts) {
    super(core, undefined, true, parts.user);
    this.#from = flat(`${parts.from};tag=${this.tag}`);
    const fields: Field[] = [
      ['Max-Forwards', String(parts.hops ?? 70)],
      ['From', this.#from],
      ['To', `<${parts.to ?? parts.uri}>`],
      ['Call-ID', core.chance.token()],
      ['CSeq', '1 INVITE'],
      ['Supported', SUPPORTED],
      ...parts.fields,
    ];
    const { uri, route, body } = parts;
    this.#interval = core.interval;
    if (this.#interval > 0) fields.push(...timerFields(this.#interval));
    if (route !== undefined) fields.push(['Route', route.value]);
    this.#invite = this.#inviteOf({ method: 'INVITE', uri, hop: route?.uri ?? uri, fields, body });
  }

  override get opens(): boolean {
    return true;
  }

  #inviteOf(parts: RequestParts): OutgoingRequest {
    const invite = new OutgoingRequest(
      parts,
      (outcome) => this.#conclude(outcome),
      (response) => this.#progress(response),
    );
    invite.contact = (way) => this.core.contact(way, this.user);
    return invite;
  }

  /** Sends the INVITE: this way, or without one where its host is found. */
  invite(way?: Flow): void {
    if (this.#invite !== undefined) this.core.send(this.#invite, way);
  }

  /** Takes the INVITE back: at once, or as soon as its arrival is known (RFC 3261, 9.1). */
  cancel(): void {
    const invite = this.#invite;
    if (this.state !== 'pending' || this.#cancelled || invite === undefined) return;
    this.#cancelled = true;
    invite.cancelled = true;
    invite.hops = [];
    if (this.#isProceeding(invite)) {
      this.#sendCancel(invite);
    } else if (invite.flow === undefined) {
      // It has not left yet, and never will.
      this.core.forget(invite);
      this.#decline(CANCELLED);
    }
  }

  #sendCancel(invite: OutgoingRequest): void {
    this.core.cancel(invite);
    this.#wait(64 * this.core.times.t1, () => {
      // RFC 3261, 9.1: no final answer came; the INVITE counts as cancelled.
      this.core.forget(invite);
      this.#decline(CANCELLED);
    });
  }

  #progress(response: SipResponse): void {
    const invite = this.#invite;
    if (this.state !== 'pending' || invite === undefined) return;
    const first = !this.#isProceeding(invite);
    this.#proceeding = invite.transaction;
    if (this.#cancelled) {
      if (first) this.#sendCancel(invite);
      return;
    }
    this.#wait(LONGEST_PENDING, () => this.cancel());
    const { status, reason } = response;
    if (status > 100) this.core.tell({ type: 'progressed', usage: this, status, text: reason });
  }

  /** A final answer, or that there is none; each 2xx of each fork, as often as it comes. */
  #conclude(outcome: Outcome): void {
    const { response, status } = outcome;
    if (response?.status === 422 && this.#lengthen(response)) return;
    if (response === undefined || status >= 300) {
      // Whoever has taken it back has nothing to prove any more.
      const asked = response?.status === 401 || response?.status === 407;
      if (this.state === 'pending') this.#decline(this.#cancelled && asked ? CANCELLED : outcome);
      return;
    }
    const tag = response.toTag ?? '';
    const known = this.#acknowledged.get(tag);
    if (known !== undefined) {
      this.core.send(known, known.flow ?? outcome.from);
      return;
    }
    if (this.#acknowledged.size < MOST_FORKS) this.#accept(response, outcome.from);
  }

  /** RFC 4028, 7.3: the session would end too soon for somebody; it is asked for again as one that lasts longer. */
  #lengthen(response: SipResponse): boolean {
    const invite = this.#invite;
    const least = leastIntervalOf(response);
    if (this.state !== 'pending' || this.#cancelled || invite === undefined) return false;
    if (this.#interval === 0 || least <= this.#interval) return false;
    this.#interval = least;
    const sequence = response.cseq.number + 1;
    const kept = invite.fields.filter(([name]) => !TIMED.has(name));
    const fields = kept.map((field) =>
      field[0] === 'CSeq' ? (['CSeq', `${sequence} INVITE`] as const) : field,
    );
    const { method, uri, hop, body, flow } = invite;
    this.#invite = this.#inviteOf({
      method,
      uri,
      hop,
      fields: [...fields, ...timerFields(least), ['Min-SE', String(least)]],
      body,
    });
    this.core.send(this.#invite, flow);
    return true;
  }

  #accept(response: SipResponse, from: Flow | undefined): void {
    const uri = this.#invite?.uri ?? this.dialog?.remoteTarget ?? '';
    const lead = leadOf(response);
    const { target = uri, routes = [] } = lead ?? {};
    const dialog = Dialog.ofClient(response, this.#from, this.tag, uri, target, routes);
    dialog.protection = this.#invite?.exchange?.space;
    const direct = dialog.routes.length === 0;
    const way = from && this.core.wayBack(dialog.target.hop, from, direct);
    this.#acknowledge(dialog, response.cseq.number, way, from);
    if (lead !== undefined && this.state === 'pending' && !this.#cancelled) {
      this.peer = new DialogPeer(this.core, from, direct, false);
      this.begin(dialog, 'established');
      this.time(agreeAsClient(response, this.#interval, this.core.now));
      this.#settle();
      this.core.tell({ type: 'established', usage: this, response });
      return;
    }
    // Another fork was faster, we no longer want it, or it leads nowhere: it hears a BYE (RFC 3261, 13.2.2.4).
    const { fields, ...rest } = outline(dialog, 'BYE', dialog.nextSequence());
    const bye = new OutgoingRequest(
      { method: 'BYE', fields, ...rest },
      () => {},
      undefined,
      dialog,
    );
    bye.fallback = from;
    this.core.send(bye, way);
    if (this.state === 'pending') this.#decline(lead === undefined ? UNREADABLE : CANCELLED);
  }

  #acknowledge(
    dialog: Dialog,
    sequence: number,
    way: Flow | undefined,
    from: Flow | undefined,
  ): void {
    const { fields, ...rest } = outline(dialog, 'ACK', sequence);
    // RFC 3261, 22.1 and 13.2.2.4: the credentials of the INVITE, as they were.
    fields.push(...(this.#invite?.exchange?.sent ?? []));
    const ack = new OutgoingRequest({ method: 'ACK', fields, ...rest }, () => {});
    ack.fallback = from;
    this.#acknowledged.set(dialog.remoteTag, ack);
    this.core.send(ack, way);
  }

  /** The ACK has found where the peer is: what comes from there is his. */
  override comesFrom(from: Flow): boolean {
    this.#learn();
    return super.comesFrom(from);
  }

  #learn(): void {
    const ack = this.#acknowledged.get(this.dialog?.remoteTag ?? '');
    if (ack === undefined) return;
    this.peer.find(ack.hop);
    this.peer.learn(ack.hop, ack.flow);
  }

  /** Whether the peer, or somebody on the way, has the INVITE as it was sent last. */
  #isProceeding({ transaction }: OutgoingRequest): boolean {
    return transaction !== undefined && transaction === this.#proceeding;
  }

  #decline({ status, text, response }: Outcome): void {
    this.state = 'over';
    this.#settle();
    this.core.tell({
      type: 'declined',
      usage: this,
      status,
      text,
      ...(response !== undefined && { response }),
    });
  }

  /** The INVITE has its outcome. Its 2xx may come again for as long as its transaction remembers (RFC 6026, timer M). */
  #settle(): void {
    this.#wait(64 * this.core.times.t1, () => {
      this.#learn();
      this.#invite = undefined;
      this.#acknowledged.clear();
    });
  }

  #wait(after: number, ring: () => void): void {
    this.core.stop(this.#waiting);
    this.#waiting = this.core.start(after, ring);
  }
}

/** Where an acceptance leads: to its Contact, by its routes; undefined where they cannot be read. */
function leadOf(
  response: SipResponse,
): { readonly target: string | undefined; readonly routes: readonly NameAddr[] } | undefined {
  try {
    return { target: contactOf(response), routes: response.recordRoutes.toReversed() };
  } catch (error) {
    if (error instanceof RemoteProtocolError) return undefined;
    throw error;
  }
}
