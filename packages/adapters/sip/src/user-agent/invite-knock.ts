/** An INVITE at the door. */
import { type Address, LocalProtocolError, type WithdrawalReason } from '@usher/core';
import type { Answer as HouseAnswer, Answered, Knock, Receiver } from '@usher/core/adapter';

import { BriefDialog } from '../conference/brief-dialog.js';
import type { Answer } from '../dialog/core.js';
import type { InviteServerUsage } from '../dialog/invite-server-usage.js';
import type { InviteUsage } from '../dialog/invite-usage.js';
import { MicrosoftPeer } from '../dialect/microsoft-peer.js';
import { diagnostics } from '../dialect/ms-diagnostics.js';
import type { MessageEnd, PeerMessages } from '../sdp/message-media.js';
import { SdpVersion } from '../session/sdp-version.js';
import { DialogSession } from '../session/dialog-session.js';
import type { MediaSession } from '../session/media-session.js';
import type { SipMessage } from '../syntax/message.js';
import type { Field } from '../syntax/printer.js';
import type { ServerTransaction } from '../transaction/server-transaction.js';
import { acceptMedia, type MediaDoorstep } from './accept-media.js';
import { answerTo, warning } from './answer-to.js';
import {
  agree,
  type Description,
  type MicrosoftInvite,
  takesComposing,
  UNAVAILABLE,
} from './description.js';
import { conferenceIn } from './context.js';
import { sessionWith } from './session-with.js';
import type { SipInvitation } from './sip-invitation.js';

/** Who joins which conference. */
export interface Joining {
  /** The URI of its focus. */
  readonly focus: string;
  /** Who we are in it. */
  readonly local: Address;
  /** By what the conversation is known. */
  readonly conversationId: string | undefined;
}

/** What an INVITE at the door needs of the user agent around it. */
export interface Doorstep extends MediaDoorstep {
  /** Our end of a session in which we are this URI. */
  ours(uri: string, version: SdpVersion): MessageEnd;
  /** A session has come into being. */
  begin(usage: InviteUsage, session: DialogSession | MediaSession | BriefDialog): void;
  /** Whether whoever sent this is taken for a Microsoft peer. */
  isMicrosoft(message: SipMessage): boolean;
  /** Joins a conference; where that fails, nothing of it is left. */
  join(joining: Joining, receiver: Receiver): Promise<Answered>;
  /** No session comes of this usage. */
  leave(usage: InviteUsage): void;
}

const ANSWERED: Answered = { type: 'answered' };
const DESCRIBED: Field = ['Content-Type', 'application/sdp'];
const EMPTY = { body: undefined, peer: undefined };

/** An INVITE at the door. */
export class InviteKnock implements Knock {
  readonly #doorstep: Doorstep;
  readonly #usage: InviteServerUsage;
  readonly #transaction: ServerTransaction<InviteUsage>;
  /** Undefined once it is answered. */
  #description: Description | undefined;

  constructor(
    doorstep: Doorstep,
    usage: InviteServerUsage,
    transaction: ServerTransaction<InviteUsage>,
    description: Description,
    readonly invitation: SipInvitation,
  ) {
    this.#doorstep = doorstep;
    this.#usage = usage;
    this.#transaction = transaction;
    this.#description = description;
  }

  answer(answer: HouseAnswer): Promise<Answered> {
    const description = this.#description;
    if (description === undefined) return Promise.reject(alreadyAnswered());
    this.#description = undefined;
    const { gone } = this.invitation;
    if (gone !== undefined) return Promise.resolve({ type: 'gone', why: gone });
    const answered =
      answer.type === 'accept'
        ? this.#accept(answer.receiver, description, answer.apart === true)
        : this.#refuse(answer, description.microsoft !== undefined);
    this.invitation.headers.pack();
    return Promise.resolve(answered);
  }

  /** A refusal as it is said to this inviter: a Microsoft peer looks for the reason in a field of its own. */
  diagnosed(answer: Answer, microsoft = this.#description?.microsoft !== undefined): Answer {
    if (!microsoft) return answer;
    const { fields = [], status } = answer;
    return { ...answer, fields: [...fields, diagnostics(status, this.invitation.endpoint.host)] };
  }

  /** Nobody waits for the answer any more. */
  withdraw(why: WithdrawalReason, reason: string): void {
    this.invitation.withdraw(why, reason);
  }

  /** The user agent goes: the inviter is turned away. */
  dismiss(): void {
    this.withdraw('lost', 'the user agent closes');
    this.#doorstep.respond(this.#transaction, { status: 503 });
  }

  #refuse(answer: Exclude<HouseAnswer, { type: 'accept' }>, microsoft: boolean): Answered {
    this.#respond(answerTo(answer, microsoft), microsoft);
    return ANSWERED;
  }

  #respond(answer: Answer, microsoft: boolean): void {
    this.#doorstep.leave(this.#usage);
    this.#doorstep.respond(this.#transaction, this.diagnosed(answer, microsoft));
  }

  #accept(
    receiver: Receiver,
    { offer, acceptable, application, microsoft }: Description,
    apart: boolean,
  ): Answered | Promise<Answered> {
    const { request } = this.#transaction;
    const { inviter } = this.invitation;
    const version = SdpVersion.begin(this.#doorstep.chance);
    const ours = request && this.#doorstep.ours(request.to.uri, version);
    const agreement =
      ours === undefined || !acceptable
        ? // Content that was claimed is agreed to without a word: there is nothing to describe.
          application === undefined
          ? UNAVAILABLE
          : EMPTY
        : agree(offer, ours);
    if ('warning' in agreement) {
      const [usage, transaction] = [this.#usage, this.#transaction];
      const { invitation } = this;
      const knock = offer && ours && { usage, transaction, invitation, offer, ours, version };
      const accepting = knock && acceptMedia(this.#doorstep, knock, receiver);
      if (accepting !== undefined) return accepting;
      // The house would talk, but by nothing that this peer has.
      const fields = [warning(agreement.warning, agreement.text)];
      this.#respond({ status: 488, fields }, microsoft !== undefined);
      return ANSWERED;
    }
    const { body, peer } = agreement;
    const focus = application && !apart ? conferenceIn(application)?.focusUri : undefined;
    if (focus !== undefined && body === undefined) return this.#join(focus, receiver, microsoft);
    const agreed = {
      composing: takesComposing(peer),
      version,
      microsoft: microsoft && this.#peerOf(microsoft, peer),
    };
    const medium =
      this.invitation.type === 'conference' && request !== undefined
        ? sessionWith(request, this.#doorstep, this.#usage, receiver, inviter.address, agreed)
        : new DialogSession(this.#doorstep, this.#usage, receiver, inviter.address, agreed);
    this.#doorstep.begin(this.#usage, medium);
    const fields: Field[] = body === undefined ? [] : [DESCRIBED];
    fields.push(...supportedBy(microsoft));
    this.#doorstep.respond(this.#transaction, { status: 200, fields, body });
    if (this.#usage.dialog === undefined) {
      this.#doorstep.leave(this.#usage);
      return { type: 'gone', why: 'lost' };
    }
    return { type: 'accepted', medium };
  }

  /** The inviter hears that we come; then we do, and nothing more is said in this dialog. */
  async #join(
    focus: string,
    receiver: Receiver,
    microsoft: MicrosoftInvite | undefined,
  ): Promise<Answered> {
    const doorstep = this.#doorstep;
    const brief = new BriefDialog(doorstep, this.#usage);
    doorstep.begin(this.#usage, brief);
    doorstep.respond(this.#transaction, { status: 200, fields: supportedBy(microsoft) });
    if (this.#usage.dialog === undefined) {
      doorstep.leave(this.#usage);
      return { type: 'gone', why: 'lost' };
    }
    const { endpoint: local, conversationId } = this.invitation;
    const answered = await doorstep.join({ focus, local, conversationId }, receiver);
    brief.go();
    return answered;
  }

  #peerOf({ repeatable }: MicrosoftInvite, peer: PeerMessages | undefined): MicrosoftPeer {
    this.#usage.takesInfo = true;
    const { clock } = this.#doorstep;
    return new MicrosoftPeer(peer?.acceptTypes ?? [], repeatable, clock.now());
  }
}

/** The option tags of an acceptance, where there are any. */
function supportedBy(microsoft: MicrosoftInvite | undefined): readonly Field[] {
  const supported = microsoft?.supported ?? '';
  return supported === '' ? [] : [['Supported', supported]];
}

/** The error of whoever answers twice. */
export function alreadyAnswered(): LocalProtocolError {
  return new LocalProtocolError('already-answered', 'this invitation has had its one answer');
}
