/** Where a message says that its sender can be reached (RFC 3261, 8.1.1.8). */
import type { SipMessage } from '../syntax/message.js';

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
