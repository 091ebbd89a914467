/** An INVITE at the door. */
import { LocalProtocolError } from '@usher/core';
import type { Answer as HouseAnswer, Answered, Knock, Receiver } from '@usher/core/adapter';

import type { Answer } from '../dialog/core.js';
import type { InviteServerUsage } from '../dialog/invite-server-usage.js';
import type { InviteUsage } from '../dialog/invite-usage.js';
import type { MessageEnd } from '../sdp/message-media.js';
import { SdpVersion } from '../session/sdp-version.js';
import { DialogSession } from '../session/dialog-session.js';
import type { Post } from '../session/post.js';
import type { ServerTransaction } from '../transaction/server-transaction.js';
import { answerTo, warning } from './answer-to.js';
import { agree, type Description, takesComposing, UNAVAILABLE } from './description.js';
import type { SipInvitation } from './sip-invitation.js';

/** What an INVITE at the door needs of the user agent around it. */
export interface Doorstep extends Post {
  /** Our end of a session in which we are this URI. */
  ours(uri: string, version: SdpVersion): MessageEnd;
  /** A session has come into being. */
  begin(usage: InviteUsage, session: DialogSession): void;
  /** No session comes of this usage. */
  leave(usage: InviteUsage): void;
}

const ANSWERED: Answered = { type: 'answered' };

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
      answer.type === 'accept' ? this.#accept(answer.receiver, description) : this.#refuse(answer);
    this.invitation.headers.pack();
    return Promise.resolve(answered);
  }

  /** Nobody waits for the answer any more. */
  withdraw(why: 'cancelled' | 'lost', reason: string): void {
    this.invitation.withdraw(why, new DOMException(reason, 'AbortError'));
  }

  /** The user agent goes: the inviter is turned away. */
  dismiss(): void {
    this.withdraw('lost', 'the user agent closes');
    this.#doorstep.respond(this.#transaction, { status: 503 });
  }

  #refuse(answer: Exclude<HouseAnswer, { type: 'accept' }>): Answered {
    this.#respond(answerTo(answer));
    return ANSWERED;
  }

  #respond(answer: Answer): void {
    this.#doorstep.leave(this.#usage);
    this.#doorstep.respond(this.#transaction, answer);
  }

  #accept(receiver: Receiver, { offer, acceptable }: Description): Answered {
    const { request } = this.#transaction;
    const { inviter } = this.invitation;
    const version = SdpVersion.begin(this.#doorstep.chance);
    const agreement =
      request === undefined || !acceptable
        ? UNAVAILABLE
        : agree(offer, this.#doorstep.ours(request.to.uri, version));
    if ('warning' in agreement) {
      // The house would talk, but by nothing that this peer has.
      const fields = [warning(agreement.warning, agreement.text)];
      this.#respond({ status: 488, fields });
      return ANSWERED;
    }
    const { body, peer } = agreement;
    const medium = new DialogSession(this.#doorstep, this.#usage, receiver, inviter.address, {
      composing: takesComposing(peer),
      version,
    });
    this.#doorstep.begin(this.#usage, medium);
    const fields = [['Content-Type', 'application/sdp']] as const;
    this.#doorstep.respond(this.#transaction, { status: 200, fields, body });
    if (this.#usage.dialog === undefined) {
      this.#doorstep.leave(this.#usage);
      return { type: 'gone', why: 'lost' };
    }
    return { type: 'accepted', medium };
  }
}

/** The error of whoever answers twice. */
export function alreadyAnswered(): LocalProtocolError {
  return new LocalProtocolError('already-answered', 'this invitation has had its one answer');
}
