/** Accepts an invitation by other media than messages, where somebody answers for these (RFC 3264). */
import type { Answered, MediaAnswerer, MediaOutcome, Receiver } from '@usher/core/adapter';

import type { InviteServerUsage } from '../dialog/invite-server-usage.js';
import type { InviteUsage } from '../dialog/invite-usage.js';
import { answerMedia, mediaOffer } from '../sdp/media-lines.js';
import type { MessageEnd } from '../sdp/message-media.js';
import { printSdp } from '../sdp/sdp-printer.js';
import type { Sdp } from '../sdp/sdp.js';
import { MediaSession } from '../session/media-session.js';
import type { Post } from '../session/post.js';
import type { SdpVersion } from '../session/sdp-version.js';
import type { ServerTransaction } from '../transaction/server-transaction.js';
import { seconds } from '../session/incoming.js';
import { warning } from './answer-to.js';
import type { SipInvitation } from './sip-invitation.js';

/** What is needed of the user agent around it. */
export interface MediaDoorstep extends Post {
  /** Who answers for other media than messages, in the order in which they are asked. */
  readonly media: readonly MediaAnswerer[];
  begin(usage: InviteUsage, session: MediaSession): void;
  leave(usage: InviteUsage): void;
}

/** An invitation that the house accepts, but not by messages. */
export interface MediaKnock {
  readonly usage: InviteServerUsage;
  readonly transaction: ServerTransaction<InviteUsage>;
  readonly invitation: SipInvitation;
  readonly offer: Sdp;
  readonly ours: MessageEnd;
  readonly version: SdpVersion;
}

/** Milliseconds after which there may be room again. */
const FULL = 5_000;

/** Accepts it by media; undefined where nobody answers for any of those that are offered. */
export function acceptMedia(
  doorstep: MediaDoorstep,
  knock: MediaKnock,
  receiver: Receiver,
): Promise<Answered> | undefined {
  if (doorstep.media.length === 0) return undefined;
  const offer = mediaOffer(knock.offer);
  const answerer = doorstep.media.find((one) => one.concerns(offer));
  if (answerer === undefined) return undefined;
  const { invitation, transaction } = knock;
  let session: MediaSession | undefined;
  const party = {
    id: invitation.id,
    peer: invitation.inviter.address,
    host: transaction.source.remote.address,
    receiver,
    lost: () => session?.lose(),
  };
  return outcomeOf(answerer.answer(offer, party)).then((outcome) => {
    if (outcome.type === 'refused') return refuse(doorstep, knock, outcome);
    const { media, answer } = outcome;
    if (invitation.gone !== undefined) {
      media.close();
      return { type: 'gone', why: invitation.gone };
    }
    const description = answerMedia(knock.offer, answer, knock.ours);
    const { usage, version } = knock;
    const agreement = { media, peer: party.peer, description, version };
    session = new MediaSession(doorstep, usage, receiver, agreement);
    doorstep.begin(usage, session);
    const fields = [['Content-Type', 'application/sdp']] as const;
    doorstep.respond(transaction, { status: 200, fields, body: printSdp(description) });
    if (usage.dialog !== undefined) return { type: 'accepted', medium: session };
    doorstep.leave(usage);
    media.close();
    return { type: 'gone', why: 'lost' };
  });
}

/** An answerer that fails has refused. */
async function outcomeOf(answering: Promise<MediaOutcome>): Promise<MediaOutcome> {
  try {
    return await answering;
  } catch {
    return { type: 'refused', status: 488, warning: 399, text: 'the media could not be had' };
  }
}

function refuse(
  doorstep: MediaDoorstep,
  { usage, transaction, invitation }: MediaKnock,
  { status, warning: code, text }: Extract<MediaOutcome, { type: 'refused' }>,
): Answered {
  if (invitation.gone !== undefined) return { type: 'gone', why: invitation.gone };
  doorstep.leave(usage);
  const retry = status === 503 ? [['Retry-After', seconds(FULL)] as const] : [];
  doorstep.respond(transaction, { status, fields: [warning(code, text), ...retry] });
  return { type: 'answered' };
}
