/** Which addresses the house registers, and the proxy that it sends by, as operators write it. */
import { Address, milliseconds } from '@usher/core';
import * as z from 'zod';

import { duration, field, section, text } from './field.js';

const REGISTRATIONS =
  'registrations such as `[{ registrar: sip:example.com, address: sip:bot@example.com }]`';
const REGISTRAR =
  'a registrar such as `sip:example.com` or `sip:192.0.2.1:5060;transport=tcp`, with nobody before an @';
const ADDRESS = 'the address to register such as `sip:bot@example.com`';
const PROXY = 'a proxy such as `sip:proxy.example.com;transport=tcp`';
const EXPIRES = 'a length of time from `1s` to `1d`, such as `1h`';
const DAY = 86_400_000;

/** Long enough for what can be said in a URI, and for nothing else. */
const PLACE = /^sips?:[^\s@<>"?,]{1,253}$/i;

/** The proxy that all goes by which the house sends outside of dialogs. */
export const proxy = text(PROXY).regex(PLACE, { error: PROXY });

const address: z.ZodType<string> = text(ADDRESS).refine((value) => isAddress(value), {
  error: ADDRESS,
});

/** Which addresses the house registers. */
export const registrations = z
  .array(
    section('a registration', {
      registrar: field(
        'registrar: sip:example.com',
        text(REGISTRAR).regex(PLACE, { error: REGISTRAR }),
      ),
      address: field('address: sip:bot@example.com', address),
      expires: field(
        'expires: 1h',
        duration(EXPIRES)
          .refine((value) => milliseconds(value) >= 1_000 && milliseconds(value) <= DAY, {
            error: EXPIRES,
          })
          .exactOptional(),
      ),
      outbound: field('outbound: true', z.boolean({ error: '`true` or `false`' }).exactOptional()),
      proxy: field('proxy: sip:proxy.example.com', proxy.exactOptional()),
      retry: field(
        'retry: 30s',
        duration('a length of time such as `30s` (ms, s, m, h or d)').exactOptional(),
      ),
    }),
    { error: REGISTRATIONS },
  )
  .min(1, { error: REGISTRATIONS });

/** What the house registers. */
export type RegistrationSetting = Readonly<z.output<typeof registrations>>[number];

function isAddress(value: string): boolean {
  const read = Address.from(value);
  return read !== undefined && read.user !== '' && /^sips?$/.test(read.scheme);
}
