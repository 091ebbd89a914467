/** Descriptions within a session that goes on: what the peer offers anew, and what we say once more (RFC 3264, 8). */
import type { EndpointCommand } from '../endpoint/endpoint-command.js';
import type { EndpointEvent } from '../endpoint/endpoint-event.js';
import { Refusal } from '../endpoint/refusal.js';
import type { InviteUsage } from '../dialog/invite-usage.js';
import type { Answer } from '../dialog/core.js';
import type { MessageEnd } from '../sdp/message-media.js';
import type { DialogSession } from '../session/dialog-session.js';
import { MediaSession } from '../session/media-session.js';
import type { SdpVersion } from '../session/sdp-version.js';
import { parseNameAddr } from '../syntax/name-addr.js';
import type { ServerTransaction } from '../transaction/server-transaction.js';
import { warning } from './answer-to.js';
import { agree, type Description, UNAVAILABLE } from './description.js';
import type { Reading } from './read-invite.js';

/** What a further offer needs of the user agent around it. */
export interface OfferDoorstep {
  execute(command: EndpointCommand): void;
  respond(transaction: ServerTransaction<InviteUsage>, answer: Answer): void;
  ours(uri: string, version: SdpVersion): MessageEnd;
}

type Session = DialogSession | MediaSession;

/** Answers a further INVITE within a session: the same agreement again, or none (RFC 3261, 14.2). */
export function answerFurtherOffer(
  doorstep: OfferDoorstep,
  reading: Reading,
  session: Session | undefined,
  { request, transaction }: Extract<EndpointEvent, { readonly type: 'offered' }>,
): void {
  const description = reading.read(request);
  if (description instanceof Refusal) {
    const { status, fields } = description;
    doorstep.respond(transaction, { status, fields });
    return;
  }
  const agreement = agreementWith(doorstep, session, description, request.to.uri);
  if ('warning' in agreement) {
    const fields = [warning(agreement.warning, agreement.text)];
    doorstep.respond(transaction, { status: 488, fields });
    return;
  }
  const fields = [['Content-Type', 'application/sdp']] as const;
  doorstep.respond(transaction, { status: 200, fields, body: agreement.body });
}

/** Says our description once more, as it is (RFC 4028, 7.4). */
export function sayAgain(
  doorstep: OfferDoorstep,
  session: Session | undefined,
  usage: InviteUsage,
): void {
  if (usage.dialog === undefined || session === undefined) return;
  const ours = doorstep.ours(parseNameAddr(usage.dialog.local).uri, session.version.again());
  const described =
    session instanceof MediaSession ? session.agree(undefined, ours) : agree(undefined, ours);
  if ('body' in described) doorstep.execute({ type: 'refresh', usage, body: described.body });
}

function agreementWith(
  doorstep: OfferDoorstep,
  session: Session | undefined,
  { offer, acceptable }: Description,
  uri: string,
): { readonly body: Uint8Array } | { readonly warning: number; readonly text: string } {
  if (session === undefined || !acceptable) return UNAVAILABLE;
  const ours = doorstep.ours(uri, session.version);
  return session instanceof MediaSession ? session.agree(offer, ours) : agree(offer, ours);
}
