/** Messages outside any dialog (RFC 3428), on their way to their sessions, or to the door. */
import { Message } from '@usher/core';
import type { Door } from '@usher/core/adapter';

import { IS_COMPOSING, parseIsComposing } from '../composing/is-composing.js';
import { flat } from '../dialog/flat.js';
import type { InviteUsage } from '../dialog/invite-usage.js';
import type { Provenance } from '../endpoint/provenance.js';
import { messageOf } from '../session/incoming.js';
import { PagerSession } from '../session/pager-session.js';
import { PagerSessions } from '../session/pager-sessions.js';
import type { Post } from '../session/post.js';
import type { SipRequest } from '../syntax/message.js';
import type { ServerTransaction } from '../transaction/server-transaction.js';
import { refusalOf } from './answer-to.js';
import { PagerKnock } from './pager-knock.js';
import { addressOf } from './party.js';
import { SipInvitation } from './sip-invitation.js';

type Transaction = ServerTransaction<InviteUsage>;

/** Messages outside any dialog. */
export class Paging {
  /** Whether no new session may begin. */
  draining = false;
  readonly #post: Post;
  readonly #door: Door;
  readonly #sessions: PagerSessions;
  /** Who waits for the house to decide, by the message that began it. */
  readonly #knocks = new Map<Transaction, PagerKnock>();

  constructor(
    post: Post,
    door: Door,
    { idle, most }: { readonly idle: number; readonly most: number },
  ) {
    this.#post = post;
    this.#door = door;
    this.#sessions = new PagerSessions(post.clock, idle, most);
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** The numbers of the connections that the sessions came by. */
  get connections(): readonly number[] {
    return this.#sessions.connections;
  }

  /** A message has arrived. */
  receive(request: SipRequest, transaction: Transaction, provenance: Provenance): void {
    const peer = addressOf(request.from.uri);
    const { how, address, attestation = '' } = provenance.identity;
    // Who is known otherwise is somebody else: nobody gets into a session by writing the From of whoever began it.
    const known = `${how}${attestation} ${address?.toString() ?? ''}`;
    const key = `${addressOf(request.to.uri).toString()} ${peer.toString()} ${known}`;
    const session = this.#sessions.get(key);
    if (request.mediaType === IS_COMPOSING) {
      this.#hear(request, transaction, session);
      return;
    }
    const { callId, fromTag = '', cseq } = request;
    // The same for each transmission, and of nobody else: clients may share Call-ID and tag.
    const id = `${callId} ${cseq.number} ${fromTag} ${peer.toString()}`;
    const message = messageOf(request, id, peer, this.#post.clock.now());
    if (!(message instanceof Message)) {
      this.#post.respond(transaction, message);
    } else if (session !== undefined) {
      session.take({ message, transaction });
    } else if (this.draining || this.#sessions.full) {
      this.#post.respond(transaction, { status: 503 });
    } else {
      const begun = new PagerSession(
        this.#post,
        key,
        { message, transaction },
        { us: request.to.uri, them: request.from.uri },
        this.#sessions,
      );
      this.#sessions.touch(begun);
      const invitation = new SipInvitation(
        flat(this.#post.chance.token()),
        'im',
        'pager',
        request,
        provenance,
        message,
      );
      this.#knock(begun, invitation, transaction);
    }
  }

  /** It is too late to answer this message. */
  lapse(transaction: Transaction): void {
    this.#knocks.get(transaction)?.withdraw('no decision came in time');
  }

  /** The user agent goes. */
  dismiss(): void {
    for (const knock of this.#knocks.values()) knock.withdraw('the user agent closes');
    this.#sessions.dismiss({ by: 'host', why: 'drain' });
  }

  #knock(session: PagerSession, invitation: SipInvitation, transaction: Transaction): void {
    const knock = new PagerKnock(invitation, session, () => this.#knocks.delete(transaction));
    this.#knocks.set(transaction, knock);
    const refusal = this.#door.knock(knock);
    if (refusal === undefined) return;
    this.#knocks.delete(transaction);
    session.refuse(refusalOf(refusal));
  }

  /** News of typing begins no session. */
  #hear(request: SipRequest, transaction: Transaction, session: PagerSession | undefined): void {
    const news = parseIsComposing(request.body);
    this.#post.respond(transaction, { status: news === undefined ? 400 : 200 });
    if (news !== undefined) session?.hear(news);
  }
}
