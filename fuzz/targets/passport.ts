/** Signatures of who somebody is: the header field, the token, the certificate, the number and the date (RFC 8224; RFC 8225). */
import { RemoteProtocolError } from '@usher/core';
import type { SeededChance } from '@usher/core/testing';

import { fromBase64url, toBase64url } from '../../packages/adapters/sip/src/passport/base64url.js';
import { derValues } from '../../packages/adapters/sip/src/passport/der.js';
import { parseIdentityField } from '../../packages/adapters/sip/src/passport/identity-field.js';
import { PassportJudge } from '../../packages/adapters/sip/src/passport/passport-judge.js';
import { readPassport } from '../../packages/adapters/sip/src/passport/passport.js';
import {
  authorizedNumbersOf,
  isFor,
  isStronglySigned,
} from '../../packages/adapters/sip/src/passport/signer-certificate.js';
import {
  canonicalNumber,
  telephoneNumberIn,
} from '../../packages/adapters/sip/src/passport/telephone-number.js';
import { parseDate } from '../../packages/adapters/sip/src/syntax/sip-date.js';
import { few, several, token, usually } from '../grammar/words.js';
import { octetTarget } from '../octet-target.js';
import { joined, octetsOf, sameOctets, utf8 } from '../octets.js';
import { holdUnpolluted } from '../rules/message-rules.js';
import { timed } from '../stopwatch.js';
import { hold } from '../target.js';

const lenient = new TextDecoder('utf-8');
const NOW = 1_443_208_345_000;

/** Header field, From, To and Date, each in a line of its own; and all of it as a certificate. */
function run(bytes: Uint8Array): void {
  const [identity = '', from = '', to = '', date = ''] = lenient.decode(bytes).split('\n', 4);
  holdToken(identity, from, to, date);
  holdCertificate(bytes);
  holdText(from);
  const written = toBase64url(bytes);
  const again = fromBase64url(written);
  hold(again !== undefined && sameOctets(again, bytes), 'base64-round');
  holdUnpolluted();
}

function holdToken(identity: string, from: string, to: string, written: string): void {
  const field = timed(identity.length, () => parseIdentityField(identity));
  if (field instanceof RemoteProtocolError) {
    hold(field.status >= 400, 'identity-status');
    return;
  }
  hold(
    field.info.length < identity.length && !field.info.includes('>'),
    'identity-info',
    () => identity,
  );
  const at = parseDate(written);
  const date = at === undefined ? undefined : at / 1_000;
  const passport = timed(identity.length, () => readPassport(field, { from, to, date }));
  if (passport === undefined) {
    hold(field.extension !== undefined, 'passport-absent');
    return;
  }
  if (passport instanceof RemoteProtocolError) return;
  hold(passport.signature.length === 64 && passport.dest.length > 0, 'passport-parts');
  hold(
    (passport.attestation !== undefined) === (field.extension === 'shaken'),
    'passport-attestation',
  );
  const judge = new PassportJudge();
  const presented = { from, to, date: at, asserted: undefined };
  const about = timed(identity.length, () => judge.judge(passport, presented, NOW));
  if (about instanceof RemoteProtocolError) return;
  hold(Math.abs(NOW - passport.iat * 1_000) <= 60_000, 'passport-stale');
  hold(judge.take(passport, NOW) && !judge.take(passport, NOW), 'passport-twice');
  hold(judge.judge(passport, presented, NOW) instanceof RemoteProtocolError, 'passport-again');
  // The second number of a signature may be replaced by its opposite; it is the same one for all that.
  const other = {
    ...passport,
    signature: Uint8Array.from(passport.signature, (octet, index) =>
      index < 32 ? octet : octet ^ 255,
    ),
  };
  hold(!judge.take(other, NOW), 'passport-malleable');
  judge.elapse(NOW + 600_000);
  hold(judge.size === 0 && judge.deadline === undefined, 'passports-stay');
}

function holdCertificate(bytes: Uint8Array): void {
  const values = timed(bytes.length, () => derValues(bytes));
  if (values !== undefined) {
    const length = values.reduce((sum, { content }) => sum + content.length, 0);
    hold(length <= bytes.length - 2 * values.length, 'der-length');
  }
  const numbers = timed(bytes.length, () => authorizedNumbersOf(bytes));
  timed(bytes.length, () => isStronglySigned(bytes));
  if (numbers === undefined || numbers === 'none') return;
  for (const { first, count } of numbers.ranges) {
    hold(count >= 0 && Number.isFinite(count), 'range-count');
    if (/^\d{1,15}$/.test(first) && !numbers.provider)
      hold(isFor(numbers, first), 'range-first', () => first);
  }
}

function holdText(text: string): void {
  const octets = fromBase64url(text);
  if (octets !== undefined) hold(toBase64url(octets) === text, 'base64-other-text', () => text);
  const number = timed(text.length, () => telephoneNumberIn(text));
  if (number !== undefined) {
    hold(/^[0-9*#]{1,15}$/.test(number.digits), 'number-digits', () => number.digits);
    hold(canonicalNumber(number.digits) === number.digits, 'number-canonical');
    hold(number.address.scheme === 'tel', 'number-address');
  }
  const at = parseDate(text);
  if (at !== undefined)
    hold(new Date(at).toUTCString().slice(5) === text.slice(5), 'date-differs', () => text);
}

/** RFC 8225, appendix A, with claims that fit what a request says. */
function identityText(chance: SeededChance): string {
  const info = usually(chance, [
    'https://cert.example.org/passport.cer',
    'http://x',
    '',
    'https://a;b',
  ]);
  const extension = usually(chance, ['', ';ppt=shaken', ';ppt="shaken"', ';ppt=div']);
  const head = {
    alg: usually(chance, ['ES256', 'none', 'HS256']),
    ...(extension.includes('shaken') && { ppt: usually(chance, ['shaken', 'div']) }),
    typ: usually(chance, ['passport', 'JWT']),
    x5u: usually(chance, [info, 'https://elsewhere']),
    ...(chance.chance(0.05) && { crit: ['x'] }),
  };
  const claims = {
    ...(extension.includes('shaken') && {
      attest: usually(chance, ['A', 'B', 'C', 'D']),
      origid: usually<unknown>(chance, ['id', 7]),
    }),
    dest: usually<unknown>(chance, [
      { uri: ['sip:bot@example.com'] },
      { tn: ['12155551213'] },
      { tn: several(few(chance, 20), () => '1') },
      {},
      [],
    ]),
    iat: usually<unknown>(chance, [NOW / 1_000, NOW / 1_000 - 61, '1', NaN]),
    orig: usually<unknown>(chance, [
      { uri: 'sip:alice@example.com' },
      { tn: '12155551212' },
      { tn: 1 },
      'x',
      { tn: '1', uri: 'sip:a@b' },
    ]),
  };
  const part = (value: unknown): string => toBase64url(utf8(JSON.stringify(value)));
  const signature = toBase64url(chance.octets(usually(chance, [64, 63, 0])));
  const signed = usually(chance, [
    `${part(head)}.${part(claims)}.${signature}`,
    `..${signature}`,
    `${token(chance)}.x.${signature}`,
  ]);
  const params = usually(chance, [
    `;info=<${info}>${extension}`,
    `;alg=ES256;info=<${info}>${extension}`,
    `${extension};info = <${info}>;alg=RS256`,
    ';info=x',
    '',
  ]);
  const from = usually(chance, [
    'sip:alice@example.com',
    'tel:+1-215-555-1212',
    'sip:+12155551212@example.com;user=phone',
    'x:y',
  ]);
  const to = usually(chance, ['sip:bot@example.com', 'tel:+12155551213', 'sip:%2b12155551213@x']);
  const date = usually(chance, [
    'Fri, 25 Sep 2015 19:12:25 GMT',
    'Sun, 31 Feb 2010 23:29:00 GMT',
    'Sat, 13 Nov 2010 24:29:00 GMT',
    '',
  ]);
  return `${signed}${params}\n${from}\n${to}\n${date}`;
}

/** Something like a certificate, as far as it is looked at. */
function certificate(chance: SeededChance): Uint8Array {
  const value = (tag: number, ...parts: readonly Uint8Array[]): Uint8Array => {
    const content = joined(...parts);
    const { length } = content;
    const size =
      length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
    return joined(Uint8Array.of(chance.chance(0.02) ? chance.integer(256) : tag, ...size), content);
  };
  const entry = (): Uint8Array =>
    usually(chance, [
      value(0xa2, value(0x16, utf8('12155551212'))),
      value(0xa1, value(0x30, value(0x16, utf8('1215555')), value(0x02, Uint8Array.of(1, 0)))),
      value(0xa0, value(0x16, utf8('709J'))),
      value(0xa1, value(0x30, value(0x16, utf8('99')), value(0x02, chance.octets(8)))),
      value(0xa2, value(0x16, utf8('1')), value(0x16, utf8('2'))),
      value(0xa3),
    ]);
  const name = value(
    0x06,
    octetsOf(usually(chance, ['\x2b\x06\x01\x05\x05\x07\x01\x1a', '\x55\x1d\x0f'])),
  );
  const list = value(0x04, value(0x30, ...several(few(chance, 4), entry)));
  const extension = value(
    0x30,
    name,
    ...(chance.chance(0.5) ? [value(0x01, Uint8Array.of(255))] : []),
    list,
  );
  const extensions = chance.chance(0.9) ? [value(0xa3, value(0x30, extension))] : [];
  const algorithm = value(
    0x30,
    value(
      0x06,
      octetsOf(
        usually(chance, [
          '\x2a\x86\x48\xce\x3d\x04\x03\x02',
          '\x2b\x65\x70',
          '\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05',
        ]),
      ),
    ),
  );
  return value(
    0x30,
    value(0x30, value(0x02, Uint8Array.of(1)), ...extensions),
    algorithm,
    value(0x03, chance.octets(8)),
  );
}

export const target = octetTarget({
  name: 'passport',
  covers: [
    ...[
      'base64url',
      'claimed',
      'der',
      'identity-field',
      'passport-faults',
      'passport-judge',
      'passport',
      'seen-passports',
    ],
    ...['signer-certificate', 'telephone-number'],
  ]
    .map((file) => `packages/adapters/sip/src/passport/${file}.ts`)
    .concat('packages/adapters/sip/src/syntax/sip-date.ts'),
  seeds: () => [],
  grammar: (chance) => {
    if (chance.chance(0.3)) return certificate(chance);
    if (chance.chance(0.2))
      return utf8(
        `;\n${usually(chance, ['tel:+1(215)555-1212', 'AAAA', 'AAB', 'Sat, 13 Nov 2010 23:29:00 GMT', 'tel:*#'])}`,
      );
    return utf8(identityText(chance));
  },
  words: [
    ...[
      ';info=<',
      '>',
      ';ppt=shaken',
      ';alg=ES256',
      '.',
      '..',
      '=',
      '-',
      '_',
      '"',
      '\n',
      'tel:+',
      'sip:',
      ';user=phone',
      '%2B',
      '%',
    ],
    ...['eyJ', 'AAAA', ' GMT', '\x30\x80', '\x30\x82\xff\xff', '\x06\x08', '__proto__'],
  ],
  run,
});
