/** The first message of a session, where its INVITE carried it. */
import { type Instant, Message } from '@usher/core';

import type { FirstContent } from '../body/first-content.js';
import type { InviteUsage } from '../dialog/invite-usage.js';
import type { SipRequest } from '../syntax/message.js';
import { addressOf } from './party.js';

/** The message that came with an INVITE; by the CSeq of that, no other in the dialog has its id. */
export function firstMessage(
  { contentType, body, alternatives }: FirstContent,
  { tag }: InviteUsage,
  { cseq, from }: SipRequest,
  at: Instant,
): Message {
  const id = [tag, cseq.number].join('.');
  return new Message(id, addressOf(from.uri), contentType, body, at, alternatives);
}
