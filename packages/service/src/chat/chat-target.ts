/** Whom to invite and how to get there, as people write it: `sip:echo@127.0.0.1`, `sips:…`, `sip:…;transport=ws`. */
import { Address } from '@usher/core';

import { type Listen, PORTS, SECURE } from '../config/listen.js';

/** A way to get somewhere. */
export type Transport = Listen['transport'];

/** Whom to invite, and how to get there. */
export interface ChatTarget {
  readonly address: Address;
  readonly transport: Transport;
}

const PARAMETER = /;transport=([^;?]*)/i;

/**
 * Whom a text names.
 * @param asked the transport that was asked for besides.
 * @returns what is wrong with it, where something is.
 */
export function chatTarget(text: string, asked?: Transport): ChatTarget | string {
  const address = Address.from(text) ?? Address.from(`sip:${text}`);
  if (address === undefined || !(address.scheme === 'sip' || address.scheme === 'sips')) {
    return 'Write an address like sip:echo@127.0.0.1, or sips:echo@example.com for TLS.';
  }
  const secure = address.scheme === 'sips';
  const written = PARAMETER.exec(text)?.[1]?.toLowerCase();
  // RFC 3261, 26.2.2: with `sips`, the parameter names what TLS runs over.
  const meant = [written, asked]
    .filter((name) => name !== undefined)
    .map((name) => (secure ? (SECURE.get(name) ?? '') : name));
  const transport = meant[0] ?? (secure ? 'tls' : 'udp');
  if (!isTransport(transport) || !meant.every(isTransport)) {
    const served = secure ? 'tls and wss' : 'udp, tcp, tls, ws and wss';
    return `To ${address.scheme}: addresses lead the transports ${served}.`;
  }
  if (meant.some((other) => other !== transport)) {
    return `;transport=${written} and --transport ${asked} cannot both be; leave one of them out.`;
  }
  return { address, transport };
}

function isTransport(name: string): name is Transport {
  return Object.hasOwn(PORTS, name);
}
