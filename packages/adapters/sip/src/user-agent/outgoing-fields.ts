/** What an invitation of ours says besides whom it invites, as header fields. */
import type { InviteOptions } from '@usher/core/adapter';

import { ALLOW } from '../dialog/allow.js';
import type { Field } from '../syntax/printer.js';
import { historyInfo } from './history-info.js';
import type { Redirections } from './redirections.js';

/** The header fields of an invitation of ours to the present target. */
export function outgoingFields(options: InviteOptions, way: Redirections): readonly Field[] {
  const { subject, conversationId, headers } = options;
  const fields: Field[] = [];
  if (subject !== undefined) fields.push(['Subject', subject]);
  if (conversationId !== undefined) {
    // The first is the name that others have for it, the second is Microsoft's.
    fields.push(['Conversation-ID', conversationId], ['Ms-Conversation-ID', conversationId]);
  }
  const history = historyInfo(way.history, way.current.uri);
  if (history !== undefined) fields.push(history);
  if (headers !== undefined) fields.push(...headers);
  fields.push(['Allow', ALLOW], ['Content-Type', 'application/sdp']);
  return fields;
}
