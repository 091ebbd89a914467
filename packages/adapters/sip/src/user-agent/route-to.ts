/** The first hop of what we send, where that is not the one that the target names. */
import { LocalProtocolError } from '@usher/core';

import { parseUri } from '../syntax/uri.js';

/** A first hop. */
export interface Route {
  /** The value of the header field Route. */
  readonly value: string;
  readonly uri: string;
}

/**
 * The route to a proxy, which is told to be a loose router (RFC 3261, 8.1.2, 16.12.1.1).
 * @throws LocalProtocolError `bad-proxy`, which says what to write.
 */
export function routeTo(proxy: string): Route {
  const uri = parseUri(proxy);
  if (uri === undefined || uri.headers.size > 0) {
    throw new LocalProtocolError(
      'bad-proxy',
      `${JSON.stringify(proxy.slice(0, 120))} is no proxy; write one like sip:proxy.example.com;transport=tcp`,
    );
  }
  const loose = uri.params.has('lr') ? proxy : `${proxy};lr`;
  return { value: `<${loose}>`, uri: loose };
}
