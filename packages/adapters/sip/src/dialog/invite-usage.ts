/** What an INVITE brings about: a session in a dialog, from its acceptance to its BYE (RFC 3261, 13 to 15; RFC 5057). */
import type { Flow } from '@usher/core/adapter';

import type { SipRequest } from '../syntax/message.js';
import type { Field } from '../syntax/printer.js';
import type { ServerTransaction } from '../transaction/server-transaction.js';
import { Acknowledgement } from './acknowledgement.js';
import { ALLOW } from './allow.js';
import { contactOf } from './contact-of.js';
import type { Answer } from './core.js';
import { DialogUsage } from './dialog-usage.js';
import { SUPPORTED } from './extensions.js';
import { ReferralProgress } from './referral-progress.js';
import { referToOf } from './refer-to.js';
import { agreeAsServer } from './session-timer.js';
import { eventOf } from './subscription.js';
import type { Withdrawal } from './usage-event.js';
import { reasonOf, recordRoutes } from './within-dialog.js';

/** What we understand news of (RFC 6665, 8.2.2). */
const EVENTS = new Set(['refer', 'conference']);
/** The content type of what is told unasked. */
const DELIVERY_REPORT = 'application/ms-imdn+xml';

/** One session, whoever invited. */
export abstract class InviteUsage extends DialogUsage<InviteUsage> {
  protected override get self(): InviteUsage {
    return this;
  }

  /** Who has proved by a password to be the inviter; undefined where nobody has. */
  get inviter(): string | undefined {
    return undefined;
  }

  /** Whether this way leads to the peer, as far as can be told. */
  comesFrom(from: Flow): boolean {
    return this.peer.comesFrom(from, this.dialog?.target.hop, undefined);
  }

  /** Answers an INVITE of the peer: here a further one, whose refusal leaves the session as it was (RFC 3261, 14.2). */
  answer(transaction: ServerTransaction<InviteUsage>, answer: Answer): void {
    const { request } = transaction;
    if (request === undefined) return;
    if (answer.status < 200 || answer.status >= 300) {
      this.core.answer(transaction, answer);
    } else if (request.method === 'REFER') {
      this.#follow(request, transaction);
    } else if (this.state === 'established' || (this.state === 'answered' && isUpdate(request))) {
      const target = contactOf(request);
      if (target !== undefined) this.dialog?.retarget(target);
      if (isUpdate(request)) this.#agree(request, transaction, answer);
      else this.accept(request, transaction, answer);
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
      case 'INFO':
        if (this.state === 'answered' || this.state === 'established') {
          const type = request.method === 'INFO' ? 'informed' : 'message';
          this.core.tell({ type, usage: this, request, transaction });
        } else {
          this.core.answer(transaction, { status: 481 });
        }
        return;
      case 'INVITE':
      case 'UPDATE':
        this.#modify(request, transaction);
        return;
      case 'REFER':
        this.#refer(request, transaction);
        return;
      case 'NOTIFY':
        this.#notify(request, transaction);
        return;
      default:
        this.core.answer(transaction, { status: 405, fields: [['Allow', ALLOW]] });
    }
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
    const fields: Field[] = [...recordRoutes(request), ...(answer.fields ?? [])];
    const bytes = this.#agree(request, transaction, { status, text, fields, body });
    if (bytes === undefined) return false;
    this.awaited = new Acknowledgement(
      this.core,
      request.cseq.number,
      () => this.core.repeat(transaction, status, bytes),
      () => this.giveUp(),
    );
    return true;
  }

  #hangUp(request: SipRequest): void {
    if (this.withdraw('cancelled', reasonOf(request))) return;
    // Where our own BYE is under way, the two cross: its answer will find nothing left to do.
    this.finish(this.state === 'leaving' ? 'us' : 'peer', undefined, reasonOf(request));
  }

  /** Another INVITE, or UPDATE: with an offer it comes one at a time (RFC 3261, 14.2; RFC 3311, 5.2). */
  #modify(request: SipRequest, transaction: ServerTransaction<InviteUsage>): void {
    const offers = !isUpdate(request) || request.body.length > 0;
    if (this.state === 'leaving' || this.state === 'over') {
      this.core.answer(transaction, { status: 481 });
    } else if (offers && this.further?.refreshing?.offers === true) {
      this.core.answer(transaction, { status: 491 });
    } else if (this.state === 'pending' || (offers && this.awaited !== undefined)) {
      // The one before it is not through yet.
      const seconds = (this.core.chance.octets(1)[0] ?? 0) % 11;
      this.core.answer(transaction, { status: 500, fields: [['Retry-After', String(seconds)]] });
    } else if (offers) {
      transaction.user = this;
      this.core.tell({ type: 'offered', usage: this, request, transaction });
    } else this.answer(transaction, { status: 200 });
  }

  #refer(request: SipRequest, transaction: ServerTransaction<InviteUsage>): void {
    if (this.state !== 'answered' && this.state !== 'established') {
      this.core.answer(transaction, { status: 481 });
      return;
    }
    const to = referToOf(request);
    if (typeof to === 'number') this.core.answer(transaction, { status: to });
    // One at a time: whoever wants more has us invite half the world.
    else if (this.further?.progress?.over === false) this.core.answer(transaction, { status: 486 });
    else {
      transaction.user = this;
      this.core.tell({ type: 'referred', usage: this, to, request, transaction });
    }
  }

  /** We do what the peer asked for, who hears how it goes unless it does not want to (RFC 3515, 2.4.4; RFC 4488, 4). */
  #follow(request: SipRequest, transaction: ServerTransaction<InviteUsage>): void {
    const { core } = this;
    const further = this.extend();
    const told = request.get('Refer-Sub')?.trim().toLowerCase() !== 'false';
    const fields: Field[] = [['Contact', core.contact(transaction.flow, this.user)]];
    if (!told) fields.push(['Refer-Sub', 'false']);
    if (core.answer(transaction, { status: 202, fields }, this.tag) === undefined || !told) return;
    // RFC 3515, 2.4.6: the first one needs no name.
    const id = further.referrals === 0 ? undefined : request.cseq.number;
    further.referrals += 1;
    further.progress = new ReferralProgress(core, id, (said, body) => {
      this.request('NOTIFY', said, body, () => {});
    });
  }

  /** BENOTIFY: news that are not answered (MS-SIPRE, 3.6), and that Microsoft peers alone send. */
  overhear(request: SipRequest): void {
    if (this.#report(request)) return;
    const name = eventOf(request);
    if (name !== undefined) this.further?.subscriptionOf(name)?.take(request);
  }

  /** What became of a message of ours at those who were to have it, which whoever relays it tells unasked (MS-CONFIM). */
  #report(request: SipRequest): boolean {
    if (!this.takesInfo || request.mediaType !== DELIVERY_REPORT) return false;
    this.core.tell({ type: 'reported', usage: this, body: request.body });
    return true;
  }

  /** RFC 6665, 4.1.3: whoever tells of what nobody asked for is told to stop. */
  #notify(request: SipRequest, transaction: ServerTransaction<InviteUsage>): void {
    if (this.#report(request)) {
      this.core.answer(transaction, { status: 200 });
      return;
    }
    const name = eventOf(request);
    if (name === undefined || !EVENTS.has(name.event)) {
      const fields: Field[] = [['Allow-Events', [...EVENTS].join(', ')]];
      this.core.answer(transaction, { status: 489, fields });
      return;
    }
    const subscription = this.further?.subscriptionOf(name);
    this.core.answer(transaction, { status: subscription === undefined ? 481 : 200 });
    subscription?.take(request);
  }

  /** What a refresh by INVITE will have to say, where that is more than anybody would say anew. */
  #describe(body: Uint8Array | undefined): void {
    if (body !== undefined && countMedia(body) > 1) this.extend().described = body;
    else if (this.further !== undefined) this.further.described = undefined;
  }

  /** A 2xx to an INVITE or UPDATE, and what it says of how long the session lasts (RFC 4028, 9). */
  #agree(
    request: SipRequest,
    transaction: ServerTransaction<InviteUsage>,
    answer: Answer,
  ): Uint8Array | undefined {
    const { core } = this;
    const agreed = agreeAsServer(request, core.interval, core.now, this.timer);
    const { fields } = agreed;
    // A stranger's answer may have no room for what was agreed: then it is we who refresh.
    const timer = transaction.credit === undefined ? agreed.timer : agreed.timer?.asOurs(core.now);
    const said: Field[] = [
      ['Contact', core.contact(transaction.flow, this.user)],
      ['Allow', this.takesInfo ? `${ALLOW}, INFO` : ALLOW],
      ['Supported', SUPPORTED],
      ...fields,
      ...(answer.fields ?? []),
    ];
    const bytes = core.answer(transaction, { ...answer, fields: said }, this.tag);
    if (bytes === undefined) return undefined;
    this.time(timer);
    if (timer?.ours === true && !timer.byUpdate) this.#describe(answer.body);
    return bytes;
  }
}

/** How many media sections a description has: lines that begin by `m=`. */
function countMedia(body: Uint8Array): number {
  let count = 0;
  for (let at = body.indexOf(0x0a); at >= 0; at = body.indexOf(0x0a, at + 1)) {
    if (body[at + 1] === 0x6d && body[at + 2] === 0x3d) count += 1;
  }
  return count;
}

function isUpdate({ method }: SipRequest): boolean {
  return method === 'UPDATE';
}
