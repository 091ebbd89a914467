/** What peers are told of where we listen. */
import { LocalProtocolError } from '@usher/core';
import type { Listening } from '@usher/core/adapter';

import type { Place } from '../endpoint/places.js';

/** An address that stands for all of ours, and tells a peer nothing. */
const EVERYWHERE = new Set(['0.0.0.0', '::']);

/**
 * What peers are told of where we listen.
 * @param advertise the host, or host and port, to be told instead.
 * @throws LocalProtocolError `bad-advertise` where that is neither; `no-advertise` where we listen everywhere, and it is missing.
 */
export function placesOf(
  listening: readonly Listening[],
  advertise: string | undefined,
): readonly Place[] {
  const told = advertise === undefined ? undefined : hostport(advertise);
  return listening.map(({ transport, address, port }) => {
    if (told === undefined && EVERYWHERE.has(address)) {
      throw new LocalProtocolError(
        'no-advertise',
        `${transport} listens at ${address}, which is no place that a peer could be told of; ` +
          `write advertise: 'sip.example.com', or the numeric address by which peers reach this machine`,
      );
    }
    return { transport, host: told?.host ?? address, port: told?.port ?? port, localPort: port };
  });
}

function hostport(text: string): { readonly host: string; readonly port: number | undefined } {
  const parts = /^(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::(\d{1,5}))?$/.exec(text);
  const [, host = '', digits] = parts ?? [];
  const port = digits === undefined ? undefined : Number(digits);
  if (parts === null || port === 0 || (port ?? 0) > 65_535) {
    throw new LocalProtocolError(
      'bad-advertise',
      `${JSON.stringify(text.slice(0, 80))} is no host; write one like 'sip.example.com', '192.0.2.1' or '192.0.2.1:5060'`,
    );
  }
  return { host: host.startsWith('[') ? host.slice(1, -1) : host, port };
}
