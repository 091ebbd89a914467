/** Digest authentication from both sides: what is read of it, who gets in by it, and what we answer (RFC 7616; RFC 8760). */
import { RemoteProtocolError } from '@usher/core';

import { parseAuthenticationInfo } from '../../packages/adapters/sip/src/authentication/authentication-info.js';
import {
  type Authorization,
  parseAuthorization,
  printAuthorization,
} from '../../packages/adapters/sip/src/authentication/authorization.js';
import {
  parseChallenge,
  printChallenge,
} from '../../packages/adapters/sip/src/authentication/challenge.js';
import { digestAlgorithm } from '../../packages/adapters/sip/src/authentication/digest-algorithm.js';
import { digestText } from '../grammar/digest.js';
import { octetTarget } from '../octet-target.js';
import { latin1, utf8 } from '../octets.js';
import { holdClient } from '../rules/digest-client-rules.js';
import { holdUnpolluted } from '../rules/message-rules.js';
import { holdNonceCounts } from '../rules/nonce-counts-rules.js';
import { admit, GOOD, NOW, REQUEST, SOURCE, server } from '../rules/digest-stage.js';
import { timed } from '../stopwatch.js';
import { hold } from '../target.js';

const lenient = new TextDecoder('utf-8');

function run(bytes: Uint8Array): void {
  // As header fields have it: folds and line ends are gone.
  const lines = lenient
    .decode(bytes)
    .split(/[\r\n]+/)
    .slice(0, 40);
  const [first = '', second = ''] = lines;
  for (const line of lines.slice(0, 4)) holdRead(line);
  holdServer(first);
  holdClient(lines, second);
  holdNonceCounts(bytes);
  holdUnpolluted();
}

/** What can be read of it is printed, read again, and says the same. */
function holdRead(text: string): void {
  const authorization = timed(text.length, () => parseAuthorization(text));
  if (authorization !== undefined && !(authorization instanceof RemoteProtocolError)) {
    const again = parseAuthorization(printAuthorization(authorization));
    hold(
      JSON.stringify(again) === JSON.stringify(authorization),
      'authorization-differs',
      () => text,
    );
  }
  const challenge = timed(text.length, () => parseChallenge(text));
  if (challenge !== undefined && !(challenge instanceof RemoteProtocolError)) {
    for (const short of [true, false]) {
      const again = parseChallenge(printChallenge(challenge, short));
      hold(JSON.stringify(again) === JSON.stringify(challenge), 'challenge-differs', () => text);
    }
  }
  timed(text.length, () => parseAuthenticationInfo(text));
}

/** Who gets in has said what somebody who knows the password says, to the letter; and gets in by it once. */
function holdServer(text: string): void {
  const judge = server();
  const fields = { ...REQUEST, all: () => [text] };
  const late = judge.verify(fields, SOURCE, NOW + 121_000);
  const elsewhere = judge.verify(fields, '192.0.2.99', NOW);
  const otherwise = judge.verify({ ...fields, method: 'OPTIONS' }, SOURCE, NOW);
  const other = judge.verify(
    { ...fields, uri: 'sip:other@example.com', requestUri: undefined },
    SOURCE,
    NOW,
  );
  for (const verdict of [late, elsewhere, otherwise, other])
    hold(verdict.type !== 'verified', 'verified-elsewhere', () => text);
  hold(judge.size === 0, 'counted-unproven');
  const verdict = timed(text.length, () => judge.verify(fields, SOURCE, NOW));
  if (verdict.type !== 'verified') return;
  const said = parseAuthorization(text);
  hold(
    GOOD.some((good) => sameProof(said, parseAuthorization(good))),
    'verified-other-proof',
    () => text,
  );
  hold(verdict.address.toString() === 'sip:alice@example.com', 'verified-other-address');
  const again = judge.verify(fields, SOURCE, NOW + 1);
  hold(
    again.type === 'challenge' && again.why === 'replayed' && again.stale,
    'verified-twice',
    () => text,
  );
  judge.elapse(NOW + 600_000);
  hold(judge.deadline === undefined, 'counts-stay');
}

function sameProof(
  one: ReturnType<typeof parseAuthorization>,
  other: ReturnType<typeof parseAuthorization>,
): boolean {
  const proof = (of: Authorization): string =>
    JSON.stringify([
      of.username,
      of.realm,
      of.nonce,
      of.uri,
      of.response,
      of.protection,
      digestAlgorithm(of.algorithm),
    ]);
  if (one === undefined || other === undefined || one instanceof Error || other instanceof Error)
    return false;
  return proof(one) === proof(other);
}

/** What is right, and right but written otherwise. */
function seeds(): readonly Uint8Array[] {
  const texts = GOOD.flatMap((good) => [
    good,
    good.replaceAll(', ', ','),
    good.replace('Digest', 'digest'),
    good.replaceAll(
      /(\w+)="([\w.@:-]+)"/g,
      (_, name: string, value: string) => `${name.toUpperCase()} = "${value}"`,
    ),
  ]);
  for (const good of GOOD) hold(admit(good) === 'verified', 'stage-is-wrong', () => good);
  return [
    ...texts,
    ...server()
      .challenge(SOURCE, NOW)
      .map(([, value]) => value),
  ].map(utf8);
}

export const target = octetTarget({
  name: 'digest',
  covers: [
    ...[
      'auth-parameters',
      'authentication-info',
      'authorization',
      'challenge',
      'choose-challenge',
      'digest-algorithm',
    ],
    ...[
      'digest-client',
      'digest-exchange',
      'digest-response',
      'kept-challenge',
      'nonce-counts',
      'nonces',
      'protection-space',
    ],
  ].map((file) => `packages/adapters/sip/src/authentication/${file}.ts`),
  seeds,
  grammar: (chance) => utf8(digestText(chance)),
  words: [
    ...[
      'Digest ',
      'Basic ',
      'username=',
      'realm=',
      'nonce=',
      'uri=',
      'response=',
      'algorithm=',
      'opaque=',
      'qop=',
      'nc=',
      'cnonce=',
    ],
    ...[
      '"',
      '\\"',
      '\\',
      ', ',
      ',',
      '=',
      '\n',
      'auth',
      'auth-int',
      'MD5',
      'SHA-256',
      'SHA-512-256',
      '00000001',
      'ffffffff',
    ],
    ...['@', '\nrspauth="RIGHT"', '\nnextnonce="n@", qop=auth'],
    ...[
      'stale=true',
      'nextnonce="n"',
      'rspauth="0"',
      'example.com',
      'alice',
      '__proto__=1',
      'é',
      '\t',
      '\x7f',
      '-sess',
    ],
    ...GOOD.map((good) => `\n${good}`),
  ],
  mutations: [
    // One letter in another case; or all of it after the tenth: what compares too little is content with that.
    (octets, _other, chance) => {
      const at = chance.integer(octets.length);
      const octet = octets[at] ?? 0;
      return octets.with(at, octet ^ (/[A-Za-z]/.test(String.fromCharCode(octet)) ? 0x20 : 1));
    },
    (octets, _other, chance) => {
      const digits = [...latin1(octets).matchAll(/[0-9a-f]/g)];
      const found = digits[chance.integer(digits.length)];
      return found === undefined ? octets : octets.with(found.index, 0x30 + chance.integer(10));
    },
  ],
  run,
});
