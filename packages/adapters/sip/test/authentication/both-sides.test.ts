/** A client and a server of ours against each other, and a server against headers spoilt by chance. */
import { describe, expect, test } from '@jest/globals';
import { Address } from '@usher/core';
import { SeededChance } from '@usher/core/testing';
import { constantFrom, property, record, string, subarray } from 'fast-check';

import { parseAuthenticationInfo } from '../../src/authentication/authentication-info.js';
import { parseAuthorization, printAuthorization } from '../../src/authentication/authorization.js';
import { parseChallenge, printChallenge } from '../../src/authentication/challenge.js';
import { DigestClient } from '../../src/authentication/digest-client.js';
import type { DigestServer } from '../../src/authentication/digest-server.js';
import type { Verdict } from '../../src/authentication/verdict.js';
import { nodeDigestHash } from '../../src/node/node-digest-hash.js';
import { exceptionTo } from '../syntax/arbitraries.js';
import { answer, asking, nonceOf, REALM, serverOf, SOURCE, START, URI } from './stage.js';

const MESSAGE = { method: 'MESSAGE', uri: URI, body: new TextEncoder().encode('hello') };
const ALICE = { From: '<sip:alice@example.com>;tag=a1' };

/** A request as it goes with these fields. */
function sent(fields: readonly (readonly [string, string])[]): ReturnType<typeof asking> {
  return asking(
    fields.map(([, value]) => value),
    ALICE,
  );
}

/** What the client makes of the server's verdict. */
function answered(
  server: DigestServer,
  exchange: ReturnType<DigestClient['begin']>,
  verdict: Verdict,
  now: number,
): ReturnType<ReturnType<DigestClient['begin']>['challenged']> {
  const stale = verdict.type === 'challenge' && verdict.stale;
  const challenges = server.challenge(SOURCE, now, stale).map(([, value]) => value);
  return exchange.challenged({
    status: 401,
    all: (name) => (name === 'WWW-Authenticate' ? challenges : []),
  });
}

const words = string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter(
  (text) => !/[\p{Cc}\p{Cs}]/u.test(text),
);

describe('a client and a server', () => {
  test('agree, whatever user, realm and password are, and by any algorithm that both have', () => {
    const worlds = record({
      username: words,
      realm: words,
      password: words,
      algorithms: subarray(['SHA-256', 'SHA-512-256', 'MD5'] as const, { minLength: 1 }),
      seed: constantFrom(1, 2, 3),
    });
    expect(
      exceptionTo(
        property(worlds, ({ username, realm, password, algorithms, seed }) => {
          const addresses = [Address.parse('sip:alice@example.com')];
          const credentials = {
            lookup: (name: string) => (name === username ? { password, addresses } : undefined),
          };
          const server = serverOf({ realm, algorithms, credentials });
          const client = new DigestClient({
            hash: nodeDigestHash,
            chance: new SeededChance(seed),
            accounts: [{ username, password, realm, algorithms }],
          });
          const exchange = client.begin(MESSAGE, 'here');
          const first = server.verify(sent(exchange.fields()), SOURCE, START);
          const outcome = answered(server, exchange, first, START);
          if (outcome.type !== 'retry') throw new Error(outcome.why);
          expect(server.verify(sent(outcome.fields), SOURCE, START)).toMatchObject({
            type: 'verified',
            username,
            realm,
          });
          const next = client.begin(MESSAGE, 'here').fields();
          expect(server.verify(sent(next), SOURCE, START + 119_000).type).toBe('verified');
        }),
      ),
    ).toBeUndefined();
  });

  test('get over a nonce that has grown old in one round, and go on with the new one', () => {
    const server = serverOf();
    const client = new DigestClient({
      hash: nodeDigestHash,
      chance: new SeededChance(3),
      accounts: [{ username: 'alice', password: 'open sesame', realm: REALM }],
    });
    const rounds: number[] = [];
    for (let request = 0; request < 10; request += 1) {
      const now = START + request * 50_000;
      const exchange = client.begin(MESSAGE, 'here');
      let fields: readonly (readonly [string, string])[] = exchange.fields();
      let verdict = server.verify(sent(fields), SOURCE, now);
      let count = 0;
      while (verdict.type === 'challenge') {
        const outcome = answered(server, exchange, verdict, now);
        if (outcome.type !== 'retry') throw new Error(outcome.why);
        ({ fields } = outcome);
        verdict = server.verify(sent(fields), SOURCE, now);
        count += 1;
      }
      expect(verdict.type).toBe('verified');
      rounds.push(count);
    }
    // A nonce is good for two minutes, and so for three requests that are 50 seconds apart.
    expect(rounds).toEqual([1, 0, 0, 1, 0, 0, 1, 0, 0, 1]);
  });

  test('with a wrong password come to an end after one answer', () => {
    const server = serverOf();
    const client = new DigestClient({
      hash: nodeDigestHash,
      chance: new SeededChance(3),
      accounts: [{ username: 'alice', password: 'guessed', realm: REALM }],
    });
    const exchange = client.begin(MESSAGE, 'here');
    const outcome = answered(server, exchange, server.verify(sent([]), SOURCE, START), START);
    if (outcome.type !== 'retry') throw new Error(outcome.why);
    const verdict = server.verify(sent(outcome.fields), SOURCE, START);
    expect(verdict).toMatchObject({ type: 'challenge', stale: false });
    expect(answered(server, exchange, verdict, START)).toMatchObject({
      type: 'refused',
      why: 'rejected',
    });
  });
});

const SEED = Number(process.env['SEED'] ?? 20_261_122);
const TIMES = Number(process.env['RUNS'] ?? 20_000);

const PIECES = [
  '"',
  '\\',
  ',',
  '=',
  ' ',
  '\t',
  ';',
  '<',
  '>',
  '%',
  '\0',
  '\r\n',
  '\u007f',
  '\ud83d',
  'é',
  '\u2028',
  ', ',
  '\\"',
  '""',
  '=",',
  'Digest ',
  'Basic ',
  'nc=00000001',
  'qop=auth-int',
  'username="bob"',
  'realm="example.com"',
  'algorithm=MD5',
  'algorithm=',
  'stale=true',
  '__proto__=x',
  'ffffffff',
  '0',
  'x'.repeat(1_100),
  '\\'.repeat(500),
  ','.repeat(500),
  '"'.repeat(500),
  ' '.repeat(500),
] as const;

/** The text with something of it changed. */
function spoilt(text: string, chance: SeededChance): string {
  const at = chance.integer(text.length + 1);
  const length = chance.integer(12);
  switch (chance.integer(6)) {
    case 0:
      return text.slice(0, at) + String.fromCharCode(chance.integer(0x180)) + text.slice(at + 1);
    case 1:
      return text.slice(0, at);
    case 2:
      return text.slice(0, at) + text.slice(at + length);
    case 3:
      return (
        text.slice(0, at) +
        text.slice(at, at + length).repeat(2 + chance.integer(20)) +
        text.slice(at + length)
      );
    case 4: {
      const from = chance.integer(text.length + 1);
      return text.slice(0, at) + text.slice(from, from + chance.integer(60)) + text.slice(at);
    }
    default:
      return text.slice(0, at) + chance.pick(PIECES) + text.slice(at + length);
  }
}

describe('spoilt headers', () => {
  test(`${TIMES} of them throw nothing, let nobody in who was not, and read the same once printed`, () => {
    const chance = new SeededChance(SEED);
    const server = serverOf({ integrity: true });
    const nonce = nonceOf(server);
    const request = asking([], ALICE);
    const right = answer({ nonce });
    const original = parseAuthorization(right);
    const challenge =
      'Digest realm="r", nonce="n\\"n", opaque="", stale=true, algorithm=SHA-256, qop="auth,auth-int"';
    const info = 'nextnonce="47364c", rspauth="6629fa", qop=auth, nc=00000001, cnonce="c"';
    let refused = 0;
    let proven = 0;
    for (let time = 0; time < TIMES; time += 1) {
      let text: string = chance.pick([right, right, challenge, info]);
      for (let steps = chance.integer(3); steps >= 0; steps -= 1) text = spoilt(text, chance);
      parseAuthenticationInfo(text);
      const asked = parseChallenge(text);
      if (asked !== undefined && !(asked instanceof Error) && text.length < 900) {
        expect(parseChallenge(printChallenge(asked))).toEqual(asked);
      }
      const said = parseAuthorization(text);
      if (said instanceof Error) refused += 1;
      else if (said !== undefined && text.length < 900) {
        expect(parseAuthorization(printAuthorization(said))).toEqual(said);
      }
      const asks = {
        method: request.method,
        uri: request.uri,
        requestUri: request.requestUri,
        from: request.from,
        body: request.body,
        all: () => [text],
      };
      const verdict = server.verify(asks, SOURCE, START);
      if (verdict.type === 'challenge' && verdict.why !== 'replayed') continue;
      // Only the very same proof is one, in whatever spelling.
      proven += 1;
      if (said === undefined || said instanceof Error) throw new Error('let in with nothing');
      expect({ ...said, algorithm: 'SHA-256', opaque: undefined }).toEqual(original);
    }
    expect(refused / TIMES).toBeGreaterThan(0.2);
    expect(refused / TIMES).toBeLessThan(0.9);
    expect(proven).toBeGreaterThan(0);
  });
});
