/** What a peer did against the grammar, as the error that says so. */
import { RemoteProtocolError } from '@usher/core';

const SHOWN = 60;

/** An error that answers with 400 unless said otherwise; `seen` is shown cut and escaped, since it comes from the peer. */
export function violation(
  code: string,
  expected: string,
  seen?: string,
  status = 400,
): RemoteProtocolError {
  const shown = seen === undefined ? '' : `: ${JSON.stringify(seen.slice(0, SHOWN))}`;
  return new RemoteProtocolError(code, `${expected}${shown}`, status);
}
