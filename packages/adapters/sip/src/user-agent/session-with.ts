/** The session that an INVITE led to: with everybody where the peer is the focus of a conference, or else with the peer. */
import type { Address } from '@usher/core';
import type { Receiver } from '@usher/core/adapter';

import { ConferenceSession, tellsOfConference } from '../conference/conference-session.js';
import type { InviteUsage } from '../dialog/invite-usage.js';
import { type Agreed, DialogSession } from '../session/dialog-session.js';
import type { Post } from '../session/post.js';
import type { SipMessage } from '../syntax/message.js';
import { addressOf } from './party.js';

/** @param message the INVITE of the peer, or the answer to ours. */
export function sessionWith(
  message: SipMessage,
  post: Post,
  usage: InviteUsage,
  receiver: Receiver,
  peer: Address,
  agreed: Agreed,
): DialogSession {
  if (!tellsOfConference(message)) return new DialogSession(post, usage, receiver, peer, agreed);
  const ours = message.type === 'request' ? message.to : message.from;
  const local = addressOf(ours.uri);
  return new ConferenceSession(post, usage, receiver, peer, agreed, local);
}
