/** What a user agent registers, out of what it was given. */
import { Address, type Duration, LocalProtocolError, milliseconds } from '@usher/core';
import type { Chance } from '@usher/core/adapter';

import type { Binding } from '../registration/binding.js';
import { uuidOf } from '../registration/uuid.js';
import { parseUri } from '../syntax/uri.js';
import { type Route, routeTo } from './route-to.js';

/** One address that is to be registered. */
export interface RegistrationOptions {
  /** Who keeps the binding: `sip:example.com`, or `sip:192.0.2.1:5060;transport=tcp`. */
  readonly registrar: string;
  /** Who we are there: `sip:bot@example.com`. One address may be registered several times, by several proxies (RFC 5626, 4.2). */
  readonly address: string | Address;
  /** How long the binding is to last; an hour unless given. The registrar may say less. */
  readonly expires?: Duration;
  /** Whether requests may come by the flow that we register on, which is kept alive then (RFC 5626); so it is unless given. */
  readonly outbound?: boolean;
  /** The proxy that it goes by; that of the user agent unless given. */
  readonly proxy?: string;
  /** What pauses after failures begin with, and twice as long with each (RFC 5626, 4.5); 30 seconds unless given. */
  readonly retry?: Duration;
}

/** Seconds. */
const EXPIRES = { usual: '1h', least: 1, most: 86_400 } as const;
const RETRY = '30s';
const INSTANCE = /^urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The bindings that are to be asked for.
 * @param proxy of the user agent.
 * @param instance who we are however often we were started, as a `urn:uuid:`; one of chance unless given.
 * @throws LocalProtocolError `bad-registrar`, `bad-proxy`, `bad-address`, `bad-duration`, which say what to write.
 */
export function bindingsOf(
  registrations: readonly RegistrationOptions[],
  proxy: Route | undefined,
  instance: string | undefined,
  chance: Chance,
): readonly Binding[] {
  if (instance !== undefined && !INSTANCE.test(instance)) {
    const found = JSON.stringify(instance.slice(0, 80));
    const message = `${found} names no instance; write one like urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6`;
    throw new LocalProtocolError('bad-registrar', message);
  }
  const own = instance ?? `urn:uuid:${uuidOf(chance.octets(16))}`;
  const flows = new Map<string, number>();
  return registrations.map((one) => {
    const address = addressOf(one.address);
    const regId = (flows.get(address) ?? 0) + 1;
    flows.set(address, regId);
    const route = one.proxy === undefined ? proxy : routeTo(one.proxy);
    return {
      registrar: registrarOf(one.registrar),
      address,
      user: parseUri(address)?.user,
      expires: secondsOf(one.expires ?? EXPIRES.usual),
      outbound: one.outbound ?? true,
      instance: own,
      regId,
      retry: milliseconds(one.retry ?? RETRY),
      ...(route !== undefined && { route }),
    };
  });
}

/** RFC 3261, 10.2: a domain, and nobody in it. */
function registrarOf(registrar: string): string {
  const uri = parseUri(registrar);
  if (uri !== undefined && uri.user === undefined && uri.headers.size === 0) return registrar;
  const found = JSON.stringify(registrar.slice(0, 120));
  const message = `${found} is no registrar; write one like sip:example.com, or sip:192.0.2.1:5060;transport=tcp`;
  throw new LocalProtocolError('bad-registrar', message);
}

function addressOf(address: string | Address): string {
  const text = (typeof address === 'string' ? Address.parse(address) : address).toString();
  if (parseUri(text)?.user !== undefined) return text;
  const message = `${JSON.stringify(text.slice(0, 120))} cannot be registered; write one like sip:bot@example.com`;
  throw new LocalProtocolError('bad-registrar', message);
}

function secondsOf(expires: Duration): number {
  const seconds = Math.ceil(milliseconds(expires) / 1_000);
  if (seconds >= EXPIRES.least && seconds <= EXPIRES.most) return seconds;
  const message = `a registration lasts from a second to a day, not ${seconds} s; write \`expires: 1h\``;
  throw new LocalProtocolError('bad-registrar', message);
}
