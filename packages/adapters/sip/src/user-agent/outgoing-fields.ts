/** What an invitation of ours says besides whom it invites, as header fields. */
import { LocalProtocolError } from '@usher/core';
import type { Introduction, InviteOptions } from '@usher/core/adapter';

import { ALLOW } from '../dialog/allow.js';
import type { Field } from '../syntax/printer.js';
import { printReplaces } from '../syntax/replaces.js';
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
  if (options.introduction !== undefined) fields.push(...introduced(options.introduction));
  const history = historyInfo(way.history, way.current.uri);
  if (history !== undefined) fields.push(history);
  if (headers !== undefined) fields.push(...headers);
  fields.push(['Allow', ALLOW], ['Content-Type', 'application/sdp']);
  return fields;
}

/** On whose word we come, and in whose place (RFC 3892, 2.1; RFC 3891, 4). */
function introduced({ referredBy, replaces }: Introduction): readonly Field[] {
  const fields: Field[] = [];
  if (referredBy !== undefined) fields.push(['Referred-By', referredBy]);
  if (replaces === undefined) return fields;
  const name = printReplaces(replaces);
  if (name === undefined) {
    throw new LocalProtocolError('unprintable', 'the session to be replaced has no name to say');
  }
  // Whoever does not know what it is must not take us for one more (RFC 3891, 4).
  return [...fields, ['Replaces', name], ['Require', 'replaces']];
}
