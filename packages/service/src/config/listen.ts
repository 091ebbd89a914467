/** A place to listen, as operators write it: `sip:127.0.0.1:5060;transport=udp`, or with the files that TLS needs. */

import type { Place } from './problem.js';

/** The files that TLS needs. */
interface Certificate {
  readonly certificate: string;
  readonly key: string;
  readonly ca?: string;
  /** Whether peers must show a certificate of their own. */
  readonly clients?: 'required' | 'asked' | 'none';
}

/** Where to listen, and by which transport. */
export interface Listen {
  /** As it was written. */
  readonly text: string;
  readonly transport: keyof typeof PORTS;
  /** An IP address; IPv6 without brackets. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Where this is written; nowhere where it is the default. */
  readonly place?: Place;
  /** There for `tls` and `wss`, and for nothing else; its files as they were written. */
  readonly certificate?: Certificate;
  /** Where each of its files is named. */
  readonly filePlaces?: Readonly<Record<'certificate' | 'key' | 'ca', Place>>;
}

const FORM =
  /^(sips?):(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9.-]{1,253}))(?::(\d{1,5}))?(?:;transport=(\w{1,8}))?$/i;
/** An IPv4 address in numbers. */
export const IPV4 =
  /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/;
/** Where nothing else is written (RFC 3261, 19.1.2; RFC 7118). */
export const PORTS = { udp: 5060, tcp: 5060, tls: 5061, ws: 80, wss: 443 } as const;
/** What TLS runs over at a `sips` address (RFC 3261, 26.2.2). */
export const SECURE: ReadonlyMap<string, Listen['transport']> = new Map([
  ['tcp', 'tls'],
  ['tls', 'tls'],
  ['ws', 'wss'],
  ['wss', 'wss'],
]);

/** Reads a place to listen; what is wrong with it is returned in words. */
export function listen(text: string): Listen | string {
  const parts = FORM.exec(text);
  if (parts === null)
    return 'a SIP address with a host, a port and a transport, but nobody before an @';
  const isSips = parts[1]?.toLowerCase() === 'sips';
  const written = (parts[5] ?? (isSips ? 'tls' : 'udp')).toLowerCase();
  const transport = isSips ? SECURE.get(written) : written;
  if (transport === undefined || !isTransport(transport)) {
    const served = isSips ? 'tcp or ws' : 'udp, tcp, tls, ws or wss';
    return `of transport ${served}; \`${written}\` is not served`;
  }
  const port = parts[4] === undefined ? PORTS[transport] : Number(parts[4]);
  if (port > 65_535) return 'of a port from 0 to 65535';
  const host = (parts[2] ?? parts[3] ?? '').toLowerCase();
  // A name may mean several addresses, and other ones tomorrow.
  if (parts[2] === undefined && !IPV4.test(host))
    return 'at an address in numbers, such as 127.0.0.1, not at a name';
  return { text, transport, host, port };
}

function isTransport(text: string): text is Listen['transport'] {
  return Object.hasOwn(PORTS, text);
}

/** Whether TLS is spoken there. */
export function isSecure({ transport }: { readonly transport: string }): boolean {
  return transport === 'tls' || transport === 'wss';
}

/** Whether it is every address of this machine, which tells a peer nothing. */
export function isEverywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** Whether only this machine can come there. */
export function isLoopback(host: string): boolean {
  return host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

type Bound = Pick<Listen, 'transport' | 'host' | 'port'>;

/** Whether two places cannot both be had. */
export function collide(a: Bound, b: Bound): boolean {
  const stream = (one: Bound): boolean => one.transport !== 'udp';
  return a.port !== 0 && a.port === b.port && a.host === b.host && stream(a) === stream(b);
}

/** The place as people write it: `127.0.0.1:5060`, `[::1]:5060`. */
export function hostAndPort({ host, port }: Pick<Listen, 'host' | 'port'>): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
