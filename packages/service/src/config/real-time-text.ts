/** Where callers with real-time text are read and written to, as operators write it. */
import type * as z from 'zod';

import { duration, field, section, text, word } from './field.js';
import { IPV4, isEverywhere } from './listen.js';
import type { Place, Problem } from './problem.js';
import { partAt, placeAt, type Tree } from './tree.js';

const ADDRESS = 'an address of this machine in numbers, such as `127.0.0.1`';
const PORTS = 'a range of ports from 1 to 65535 with an even one in it, such as `30000-30100`';
const HOST = 'the host by which peers reach this machine, such as `192.0.2.1`';

const ports = text(PORTS).transform((value, context) => {
  const parts = /^(\d{1,5})-(\d{1,5})$/.exec(value);
  const [first, last] = [Number(parts?.[1]), Number(parts?.[2])];
  const isRange = parts !== null && first >= 1 && last <= 65_535 && first + (first % 2) <= last;
  if (isRange) return { first, last };
  context.addIssue({ code: 'custom', message: PORTS });
  return { first: 0, last: 0 };
});

/** Where callers with real-time text are read and written to. */
export const realTimeText = section('real-time text', {
  address: field(
    'address: 127.0.0.1',
    text(ADDRESS).refine(
      (value) => IPV4.test(value) || /^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$/.test(value),
      {
        error: ADDRESS,
      },
    ),
  ),
  ports: field('ports: 30000-30100', ports.exactOptional()),
  advertise: field(
    'advertise: 192.0.2.1',
    text(HOST)
      .regex(/^(?:[0-9A-Fa-f:.]{2,45}|[A-Za-z0-9._-]{1,253})$/, { error: HOST })
      .exactOptional(),
  ),
  pause: field(
    'pause: 5s',
    duration('a length of time such as `5s` (ms, s, m, h or d)').exactOptional(),
  ),
  sources: field('sources: peer', word(['offered', 'peer', 'anybody']).exactOptional()),
  unheard: field('unheard: wait', word(['wait', 'send']).exactOptional()),
});

/** Where callers with real-time text are read and written to. */
export type RealTimeTextSetting = Readonly<z.output<typeof realTimeText>>;

/** Peers must be told where to send, and "everywhere" is no answer to that. */
export function namelessText(house: Tree | undefined): Problem[] {
  const at = (key: string): ReturnType<typeof partAt> =>
    house && partAt(house, ['realTimeText', key]);
  const address = at('address');
  if (house === undefined || address?.kind !== 'leaf') return [];
  if (typeof address.value !== 'string' || !isEverywhere(address.value)) return [];
  if (at('advertise') !== undefined || partAt(house, ['advertise']) !== undefined) return [];
  const place: Place = placeAt(house, ['realTimeText', 'address']);
  const message =
    `real-time text at \`${address.value}\` is at every address of this machine, and peers must be told one of them; ` +
    'write `advertise: 192.0.2.1` in `realTimeText`, or in the house, with the host by which they reach it';
  return [{ code: 'no-advertise', place, message }];
}

/** The host of what the house is known by, without its port. */
export function hostOf(advertise: string | undefined): string | undefined {
  if (advertise === undefined) return undefined;
  const bracket = advertise.indexOf(']');
  return bracket > 0 ? advertise.slice(1, bracket) : advertise.split(':')[0];
}
