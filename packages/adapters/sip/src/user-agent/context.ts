/** Facts of an invitation that have no name of their own: made when somebody looks at them. */
import type { Application } from '@usher/core';

import {
  CONFERENCE_INVITATION,
  type ConferenceInvitation,
  parseConferenceInvitation,
} from '../dialect/conference-invitation.js';

const NOTHING: ReadonlyMap<string, unknown> = new Map();

/** The conversation ID, under the number that the UCC API has for it. */
const CONVERSATION_ID = '10000';
/** What an invitation to a conference says: a `ConferenceInvitation`. */
const CONFERENCE = 'conference';

/** Facts of an invitation that have no name of their own. */
export function contextOf({
  conversationId,
  application,
}: {
  readonly conversationId?: string;
  readonly application?: Application;
}): ReadonlyMap<string, unknown> {
  const conference = application && conferenceIn(application);
  if (conversationId === undefined && conference === undefined) return NOTHING;
  const facts = new Map<string, unknown>();
  if (conversationId !== undefined) facts.set(CONVERSATION_ID, conversationId);
  if (conference !== undefined) facts.set(CONFERENCE, conference);
  return facts;
}

/** What an invitation to a conference says; undefined where it is about something else. */
export function conferenceIn({ contentType, body }: Application): ConferenceInvitation | undefined {
  const end = contentType.indexOf(';');
  const type = (end < 0 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
  return type === CONFERENCE_INVITATION ? parseConferenceInvitation(body) : undefined;
}
