/** Which peers are trusted, and by whose signatures others are known, as operators write it. */
import { AddressPattern } from '@usher/core';
import { Trust, type TrustOptions } from '@usher/sip';
import * as z from 'zod';

import { field, oneOrMore, section, text } from './field.js';

const NETWORK = 'a network such as `10.0.0.0/8` or `192.0.2.7`, or several in a row';
const CERTIFICATE =
  'a name in a certificate such as `proxy.example.com` or `sip:alice@example.com`, or several in a row';
const FILE = 'a file in PEM such as `./sti-ca.pem`, or several in a row';
const HOST =
  "a host such as `cert.example.org`, `cert.example.org:8443` or `'*.example.org'`, or several in a row";
const PATTERN = "a pattern of our addresses such as `'*@example.com'`, or several in a row";
const HOST_FORM = /^(?:\*\.)?[A-Za-z0-9.-]{1,253}(?::\d{1,5})?$/;

const passports = section('passports', {
  authorities: field('authorities: ./sti-ca.pem', oneOrMore(text(FILE), FILE)),
  hosts: field(
    'hosts: cert.example.org',
    oneOrMore(text(HOST).regex(HOST_FORM, { error: HOST }), HOST),
  ),
  required: field('required: true', z.boolean({ error: '`true` or `false`' }).exactOptional()),
  addresses: field(
    "addresses: '*@example.com'",
    oneOrMore(
      text(PATTERN).refine((value) => AddressPattern.from(value) !== undefined, { error: PATTERN }),
      PATTERN,
    ).exactOptional(),
  ),
});

const settings = section('trust', {
  networks: field(
    'networks: [10.0.0.0/8, 192.0.2.7]',
    oneOrMore(
      text(NETWORK).refine((value) => isTrustable({ networks: [value] }), { error: NETWORK }),
      NETWORK,
    ).exactOptional(),
  ),
  certificates: field(
    'certificates: proxy.example.com',
    oneOrMore(
      text(CERTIFICATE).refine((value) => isTrustable({ certificates: [value] }), {
        error: CERTIFICATE,
      }),
      CERTIFICATE,
    ).exactOptional(),
  ),
  passports: field(
    'passports: { authorities: ./sti-ca.pem, hosts: cert.example.org }',
    passports.exactOptional(),
  ),
});

/** Which peers are trusted, and by whose signatures others are known. */
export type TrustSetting = Readonly<z.output<typeof settings>>;

const FORM = '`everyone`, or a table such as `{ networks: [192.0.2.0/24] }`';

/** Which peers are trusted; `everyone`: nobody is, and whoever comes may come in all the same. */
export const trust: z.ZodType<TrustSetting | 'everyone'> = z
  .unknown()
  .transform((value, context) => {
    if (value === 'everyone') return value;
    const read = settings.safeParse(value);
    if (read.success && Object.keys(read.data).length > 0) return read.data;
    if (read.success) context.addIssue({ code: 'custom', message: FORM });
    for (const issue of read.error?.issues ?? []) {
      const { path } = issue;
      const message = path.length === 0 ? FORM : issue.message;
      const params = issue.code === 'custom' ? issue.params : undefined;
      context.addIssue({ code: 'custom', message, path, ...(params && { params }) });
    }
    return z.NEVER;
  });

function isTrustable(options: TrustOptions): boolean {
  try {
    return !new Trust(options).isEmpty;
  } catch {
    return false;
  }
}
