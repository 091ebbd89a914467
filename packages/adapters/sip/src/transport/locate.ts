/** Where to send a request: from a URI to an ordered list of transport, address and port (RFC 3263, 4). */
import type { Chance } from '@usher/core/adapter';

import { inOrderOfPointers, inOrderOfServices } from './dns-order.js';
import { numericAddress } from './numeric-address.js';
import type { Resolver } from './resolver.js';

/** What is to be found: of a SIP URI that which counts here. */
export interface Sought {
  /** `sip` or `sips`. */
  readonly scheme: string;
  /** A domain name or a numeric address; IPv6 with or without its brackets. */
  readonly host: string;
  readonly port?: number | undefined;
  /** The URI's `transport` parameter. */
  readonly transport?: string | undefined;
}

/** One way to reach what is sought. */
export interface Hop {
  /** `udp`, `tcp`, `tls`, `ws` or `wss`. */
  readonly transport: string;
  /** Numeric; IPv6 without brackets. */
  readonly address: string;
  readonly port: number;
}

/** What a transport is in the DNS. */
interface Transport {
  readonly name: string;
  /** Its name in NAPTR records. */
  readonly service: string;
  /** What its SRV records begin with; a WebSocket is only found by NAPTR. */
  readonly prefix: string | undefined;
  readonly port: number;
  readonly secure: boolean;
}

/** In the order of preference where nobody states one (RFC 3263, 4.1; RFC 7118; RFC 3261, 19.1.2 and RFC 6455 for the ports). */
const TRANSPORTS: readonly Transport[] = [
  { name: 'udp', service: 'SIP+D2U', prefix: '_sip._udp.', port: 5060, secure: false },
  { name: 'tcp', service: 'SIP+D2T', prefix: '_sip._tcp.', port: 5060, secure: false },
  { name: 'tls', service: 'SIPS+D2T', prefix: '_sips._tcp.', port: 5061, secure: true },
  { name: 'ws', service: 'SIP+D2W', prefix: undefined, port: 80, secure: false },
  { name: 'wss', service: 'SIPS+D2W', prefix: undefined, port: 443, secure: true },
];

/** However much the DNS returns: of each kind of record this many count, and so many hops come of them. */
const MOST = 16;

/**
 * All ways to reach what is sought, the best first; none where it cannot be found, or by no transport of ours.
 * @param transports those that we have, such as `udp` and `tcp`.
 */
export async function locate(
  sought: Sought,
  transports: readonly string[],
  resolver: Resolver,
  chance: Chance,
): Promise<readonly Hop[]> {
  if (numericAddress(sought.host) !== undefined) {
    const hop = locateNumeric(sought, transports);
    return hop === undefined ? [] : [hop];
  }
  const ours = usable(sought, transports);
  const known = transportOf(sought, ours, false);
  if (known === 'none') return [];
  const last = known ?? ours[0];
  if (last === undefined) return [];
  // RFC 3263, 4.2: with a port, there is nothing left to ask but the address.
  if (sought.port !== undefined) return hopsTo(sought.host, sought.port, last, resolver);
  const services = await findServices(sought.host, known, ours, resolver);
  const hops = await hopsOf(services, resolver, chance);
  return hops.length > 0 ? hops : hopsTo(sought.host, last.port, last, resolver);
}

/** The one way to a numeric address, found without asking anybody; undefined for a name, or with no transport of ours. */
export function locateNumeric(sought: Sought, transports: readonly string[]): Hop | undefined {
  const address = numericAddress(sought.host);
  if (address === undefined) return undefined;
  const transport = transportOf(sought, usable(sought, transports), true);
  if (transport === undefined || transport === 'none') return undefined;
  return { transport: transport.name, address, port: sought.port ?? transport.port };
}

/** The name that has the SRV records of one transport. */
interface Services {
  readonly transport: Transport;
  readonly name: string;
}

/** RFC 3263, 4.1: a `sips` URI is reached over TLS only. */
function usable(sought: Sought, transports: readonly string[]): readonly Transport[] {
  const secure = sought.scheme === 'sips';
  return TRANSPORTS.filter((one) => transports.includes(one.name) && (one.secure || !secure));
}

/** The transport that is known without a look-up (RFC 3263, 4.1); `none` where that is not ours. */
function transportOf(
  { scheme, port, transport }: Sought,
  ours: readonly Transport[],
  isNumeric: boolean,
): Transport | 'none' | undefined {
  if (transport !== undefined) {
    const name = transport.toLowerCase();
    // RFC 3261, 26.2.2: with `sips`, the parameter names what TLS runs over.
    const secure = name === 'ws' || name === 'wss' ? 'wss' : 'tls';
    return ours.find((one) => one.name === (scheme === 'sips' ? secure : name)) ?? 'none';
  }
  // UDP for `sip`, TLS for `sips`: each is the first of those that are usable, where we have it.
  return isNumeric || port !== undefined ? (ours[0] ?? 'none') : undefined;
}

/** Where SRV records are to be asked for: by NAPTR, or where there is none of use, at the usual names. */
async function findServices(
  host: string,
  wanted: Transport | undefined,
  ours: readonly Transport[],
  resolver: Resolver,
): Promise<readonly Services[]> {
  if (wanted === undefined) {
    const pointers = await orNone(resolver.pointers(host));
    const found = inOrderOfPointers(pointers.slice(0, MOST)).flatMap((pointer): Services[] => {
      const transport = ours.find((one) => one.service === pointer.service.toUpperCase());
      return transport === undefined || pointer.flags.toLowerCase() !== 's'
        ? []
        : [{ transport, name: pointer.replacement }];
    });
    if (found.length > 0) return found;
  }
  return (wanted === undefined ? ours : [wanted]).flatMap((transport) =>
    transport.prefix === undefined ? [] : [{ transport, name: transport.prefix + host }],
  );
}

async function hopsOf(
  services: readonly Services[],
  resolver: Resolver,
  chance: Chance,
): Promise<readonly Hop[]> {
  const asked = services.map(async ({ transport, name }) => {
    const records = await orNone(resolver.services(name));
    // RFC 2782: the target "." says that the service is not offered.
    const offered = records
      .slice(0, MOST)
      .filter((record) => record.name !== '' && record.name !== '.');
    const hops = inOrderOfServices(offered, chance).map((record) =>
      hopsTo(record.name, record.port, transport, resolver),
    );
    return (await Promise.all(hops)).flat();
  });
  return (await Promise.all(asked)).flat().slice(0, MOST);
}

async function hopsTo(
  host: string,
  port: number,
  transport: Transport,
  resolver: Resolver,
): Promise<readonly Hop[]> {
  const addresses = await orNone(resolver.addresses(host));
  return addresses.slice(0, MOST).map((address) => ({ transport: transport.name, address, port }));
}

/** A look-up that fails is as good as one that finds nothing: the next way is tried. */
async function orNone<T>(asked: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await asked;
  } catch {
    return [];
  }
}
