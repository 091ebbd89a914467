/** Which peers speak the Microsoft dialect of SIP: that of OCS, Lync, Skype for Business and their free clients. */
import type { SipMessage } from '../syntax/message.js';

/** Who is taken to speak it: whoever shows a sign of it, everybody, or nobody. */
export type DialectRule = 'detect' | 'always' | 'never';

/** An option tag that is of Microsoft's own making, in a Supported or Require line. */
const TAG = /(?:^|[,\s])(?:ms-|com\.microsoft\.)/i;

/**
 * Whether whoever sent this shows a sign of it: a header field, or an option tag, that nobody else uses. Neither is told by what
 * the User-Agent calls itself, nor by the form of its description, which others have copied.
 */
function isSigned(message: SipMessage): boolean {
  // Whoever gives a conversation both its names is no Microsoft peer: we do so ourselves.
  const isNamed =
    message.get('Ms-Conversation-ID') !== undefined && message.get('Conversation-ID') === undefined;
  return (
    isNamed ||
    message.get('ms-text-format') !== undefined ||
    message.all('Supported').some((line) => TAG.test(line))
  );
}

/** Whether whoever sent this is taken to speak it. */
export function isMicrosoft(message: SipMessage, rule: DialectRule): boolean {
  return rule === 'detect' ? isSigned(message) : rule === 'always';
}
