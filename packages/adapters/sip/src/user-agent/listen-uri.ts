/** Where to listen, as an operator writes it: `sip:127.0.0.1:5060;transport=udp`. */
import { LocalProtocolError } from '@usher/core';

import { isSecure } from '../node/connection.js';
import type { Secured } from '../node/secured.js';
import { parseUri } from '../syntax/uri.js';
import { numericAddress } from '../transport/numeric-address.js';

/** The transports that can be listened at, and their ports where none is written (RFC 3261, 19.1.2; RFC 7118). */
const PORTS = { udp: 5060, tcp: 5060, tls: 5061, ws: 80, wss: 443 } as const;
/** What a `sips` URI means by its transport: what TLS runs over (RFC 3261, 26.2.2). */
const SECURE = new Map<string, Transport>([
  ['tcp', 'tls'],
  ['tls', 'tls'],
  ['ws', 'wss'],
  ['wss', 'wss'],
]);
type Transport = keyof typeof PORTS;

/** A place to listen with what TLS needs there. */
export interface SecureListener extends Secured {
  /** `sips:192.0.2.1:5061`, or `sips:192.0.2.1:443;transport=wss`. */
  readonly uri: string;
}

/** Where to listen. */
export interface ListenPlace {
  readonly transport: Transport;
  /** Numeric, IPv6 without brackets. */
  readonly address: string;
  /** 0: any port that is free. */
  readonly port: number;
  /** There for `tls` and `wss`. */
  readonly secured?: Secured;
}

/**
 * The place that a listener names.
 * @throws LocalProtocolError `bad-listener`, which says what to write; `no-certificate` where TLS is to be spoken without one.
 */
export function listenPlace(listener: string | SecureListener): ListenPlace {
  if (typeof listener === 'string') return placeOf(listener, undefined);
  const { uri, ...secured } = listener;
  return placeOf(uri, secured);
}

function placeOf(text: string, secured: Secured | undefined): ListenPlace {
  // Port 0 is no port of a URI, but means any free one to a listener.
  const anyPort = /^([^;]*):0(;.*)?$/.exec(text);
  const uri = parseUri(anyPort === null ? text : `${anyPort[1]}${anyPort[2] ?? ''}`);
  if (uri === undefined) throw bad(text, 'it is no SIP URI');
  const isSips = uri.scheme === 'sips';
  const written = uri.params.get('transport')?.toLowerCase() ?? (isSips ? 'tls' : 'udp');
  const transport = isSips ? SECURE.get(written) : written;
  if (transport === undefined || !isTransport(transport)) {
    const known = isSips ? [...SECURE.keys()] : Object.keys(PORTS);
    throw bad(
      text,
      `the transport ${JSON.stringify(written.slice(0, 20))} is not one of ${known.join(', ')}`,
    );
  }
  const address = numericAddress(uri.host);
  if (address === undefined) throw bad(text, 'its host is not a numeric address of this machine');
  if ((uri.scheme !== 'sip' && !isSips) || uri.user !== undefined)
    throw bad(text, 'it has a user, or is of another scheme than sip and sips');
  const port = anyPort === null ? (uri.port ?? PORTS[transport]) : 0;
  if (secured !== undefined && !isSecure(transport))
    throw bad(text, `it has a certificate, which is of no use to ${transport}`);
  if (secured === undefined && isSecure(transport)) {
    throw new LocalProtocolError(
      'no-certificate',
      `${JSON.stringify(text.slice(0, 120))} needs a certificate and its key; ` +
        `write { uri: '${text.slice(0, 120)}', certificate: './cert.pem', key: './key.pem' }`,
    );
  }
  return { transport, address, port, ...(secured !== undefined && { secured }) };
}

function isTransport(text: string): text is Transport {
  return Object.hasOwn(PORTS, text);
}

function bad(text: string, why: string): LocalProtocolError {
  return new LocalProtocolError(
    'bad-listener',
    `cannot listen at ${JSON.stringify(text.slice(0, 120))}: ${why}; write one like sip:127.0.0.1:5060;transport=udp`,
  );
}
