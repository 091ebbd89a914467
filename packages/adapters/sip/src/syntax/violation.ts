/** What a peer did against the grammar, as the error that says so. */
import { RemoteProtocolError } from '@usher/core';

const SHOWN = 60;

/**
 * An error that answers with 400 unless said otherwise; `seen` is shown cut and escaped, since it comes from the peer. It is a
 * name, a number or a value that may stand in a log: never a whole line, which could hold a credential, or what somebody said.
 */
export function violation(
  code: string,
  expected: string,
  seen?: string,
  status = 400,
): RemoteProtocolError {
  const shown = seen === undefined ? undefined : firstWord(seen);
  const quoted = shown === undefined || mayHoldPassword(shown) ? '' : `: ${JSON.stringify(shown)}`;
  return new RemoteProtocolError(code, `${expected}${quoted}`, status);
}

/** What stands behind it may have been meant for another line: one that is folded by mistake, or whose end is missing. */
function firstWord(text: string): string {
  const short = text.slice(0, SHOWN + 1);
  const end = short.search(/\s/);
  if (end < 0) return short.length > SHOWN ? `${short.slice(0, SHOWN)}…` : short;
  return `${short.slice(0, end)} …`;
}

/** Whether it could be a URI with a password, `sip:alice:secret@example.com` (RFC 3261, 19.1.1), or what was meant to be one. */
function mayHoldPassword(text: string): boolean {
  const at = text.lastIndexOf('@');
  const scheme = text.indexOf(':');
  const second = scheme < 0 ? -1 : text.indexOf(':', scheme + 1);
  return second >= 0 && (at < 0 || second < at);
}
