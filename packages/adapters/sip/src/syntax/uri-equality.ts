/** Whether two SIP URIs are the same (RFC 3261, 19.1.4). */
import { plainHost } from './host.js';
import type { SipUri } from './uri.js';

/** One of these in only one of the URIs never matches, even where it says what would hold without it. */
const DECISIVE = new Set(['user', 'ttl', 'method', 'maddr', 'transport']);

/** Whether two URIs are equivalent. Not transitive: other parameters that only one of them has are ignored. */
export function uriEquals(a: SipUri, b: SipUri): boolean {
  return (
    a.scheme === b.scheme &&
    a.user === b.user &&
    a.password === b.password &&
    a.port === b.port &&
    (a.host === b.host || plainHost(a.host) === plainHost(b.host)) &&
    sameParameters(a.params, b.params) &&
    sameParameters(b.params, a.params) &&
    sameHeaders(a.headers, b.headers)
  );
}

function sameParameters(a: SipUri['params'], b: SipUri['params']): boolean {
  for (const [name, value] of a) {
    if (!b.has(name)) {
      if (DECISIVE.has(name)) return false;
    } else if (value?.toLowerCase() !== b.get(name)?.toLowerCase()) return false;
  }
  return true;
}

function sameHeaders(a: SipUri['headers'], b: SipUri['headers']): boolean {
  if (a.size !== b.size) return false;
  for (const [name, value] of a) if (value !== b.get(name)) return false;
  return true;
}
