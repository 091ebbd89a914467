/** Where else a registrar says that we are to register (RFC 3261, 8.1.3.4, 10.2.7). */
import { RemoteProtocolError } from '@usher/core';

import type { SipResponse } from '../syntax/message.js';
import { parseUri, type SipUri } from '../syntax/uri.js';
import { uriEquals } from '../syntax/uri-equality.js';

/**
 * The registrar that a 3xx names first; undefined where it names none that may be followed: by SIP alone, never out of TLS
 * where we began in it, and never back to where we are.
 */
export function elsewhere(response: SipResponse, registrar: string): string | undefined {
  const here = parseUri(registrar);
  if (here === undefined) return undefined;
  try {
    const [best] = response.contacts
      .map(({ uri, params }) => ({ there: parseUri(uri), q: Number(params.get('q') ?? 1) }))
      .filter(({ there }) => there !== undefined && mayFollow(there, here))
      .toSorted((one, other) => other.q - one.q);
    return best?.there && registrarAt(best.there);
  } catch (error) {
    if (error instanceof RemoteProtocolError) return undefined;
    throw error;
  }
}

function mayFollow(there: SipUri, here: SipUri): boolean {
  if (there.headers.size > 0 || (isSecure(here) && !isSecure(there))) return false;
  if (here.scheme === 'sips' && there.scheme !== 'sips') return false;
  return !uriEquals({ ...there, user: undefined, password: undefined }, here);
}

function isSecure({ scheme, params }: SipUri): boolean {
  const transport = params.get('transport')?.toLowerCase();
  return scheme === 'sips' || transport === 'tls' || transport === 'wss';
}

/** RFC 3261, 10.2: a registrar is a domain, and nobody in it. */
function registrarAt({ scheme, host, port, params }: SipUri): string {
  const transport = params.get('transport');
  const place = port === undefined ? host : `${host}:${port}`;
  return `${scheme}:${place}${transport === undefined ? '' : `;transport=${transport}`}`;
}
