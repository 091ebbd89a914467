/** Where a message says that its sender can be reached (RFC 3261, 8.1.1.8). */
import { RemoteProtocolError } from '@usher/core';

import type { SipMessage, SipResponse } from '../syntax/message.js';

/**
 * The URI of the one Contact; undefined where there is none, or another number of them, or no SIP URI.
 * @throws RemoteProtocolError where the header field is malformed.
 */
export function contactOf(message: SipMessage): string | undefined {
  const { contacts } = message;
  const contact = contacts[0];
  if (contact === undefined || contacts.length > 1) return undefined;
  return /^sips?:/i.test(contact.uri) ? contact.uri : undefined;
}

/** The same of an answer within a dialog: what cannot be read says nothing new, and the dialog leads where it led. */
export function contactIn(response: SipResponse): string | undefined {
  try {
    return contactOf(response);
  } catch (error) {
    if (error instanceof RemoteProtocolError) return undefined;
    throw error;
  }
}
