/** Where to listen, as an operator writes it: `sip:127.0.0.1:5060;transport=udp`. */
import { LocalProtocolError } from '@usher/core';

import { parseUri } from '../syntax/uri.js';
import { numericAddress } from '../transport/numeric-address.js';

/** The transports that can be listened at, and their ports where none is written (RFC 3261, 19.1.2; RFC 7118). */
const PORTS = { udp: 5060, tcp: 5060, ws: 80 } as const;
type Transport = keyof typeof PORTS;

/** Where to listen. */
export interface ListenPlace {
  readonly transport: Transport;
  /** Numeric, IPv6 without brackets. */
  readonly address: string;
  /** 0: any port that is free. */
  readonly port: number;
}

/**
 * The place that a URI names.
 * @throws LocalProtocolError `bad-listener`, which says what to write.
 */
export function listenPlace(text: string): ListenPlace {
  // Port 0 is no port of a URI, but means any free one to a listener.
  const anyPort = /^([^;]*):0(;.*)?$/.exec(text);
  const uri = parseUri(anyPort === null ? text : `${anyPort[1]}${anyPort[2] ?? ''}`);
  if (uri === undefined) throw bad(text, 'it is no SIP URI');
  const transport = uri.params.get('transport')?.toLowerCase() ?? 'udp';
  if (!isTransport(transport)) {
    throw bad(
      text,
      `the transport ${JSON.stringify(transport.slice(0, 20))} is not one of ${Object.keys(PORTS).join(', ')}`,
    );
  }
  const address = numericAddress(uri.host);
  if (address === undefined) throw bad(text, 'its host is not a numeric address of this machine');
  if (uri.scheme !== 'sip' || uri.user !== undefined)
    throw bad(text, 'it has a user, or is not of the scheme sip');
  return { transport, address, port: anyPort === null ? (uri.port ?? PORTS[transport]) : 0 };
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
