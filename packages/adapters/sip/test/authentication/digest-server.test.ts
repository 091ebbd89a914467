/** A digest server: whom it lets in, whom it asks again, and whom it sends away. */
import { describe, expect, test } from '@jest/globals';
import { Address } from '@usher/core';
import { SeededChance } from '@usher/core/testing';

import { parseChallenge } from '../../src/authentication/challenge.js';
import type { Credentials, Secret } from '../../src/authentication/credentials.js';
import { hashedPassword } from '../../src/authentication/digest-response.js';
import type { DigestServerOptions } from '../../src/authentication/digest-server.js';
import { nodeDigestHash } from '../../src/node/node-digest-hash.js';
import { bytesOf } from '../syntax/corpora.js';
import { readRequest } from '../syntax/reading.js';
import {
  answer,
  type Answering,
  asking,
  CountingHash,
  nonceOf,
  REALM,
  responseTo,
  serverOf,
  SOURCE,
  START,
  URI,
} from './stage.js';

const ALICE = { From: '<sip:alice@example.com>;tag=a1' };

const VERIFIED = {
  type: 'verified',
  address: Address.parse('sip:alice@example.com'),
  username: 'alice',
  realm: REALM,
};

describe('a challenge', () => {
  test('offers SHA-256 alone unless told otherwise, always with qop, and never anything but Digest', () => {
    const [[name, value] = ['', ''], ...others] = serverOf().challenge(SOURCE, START);
    expect(others).toEqual([]);
    expect(name).toBe('WWW-Authenticate');
    expect(parseChallenge(value)).toEqual({
      realm: REALM,
      nonce: expect.stringMatching(/^[\w-]{25}$/),
      algorithm: 'SHA-256',
      qop: ['auth'],
      opaque: undefined,
      stale: false,
    });
  });

  test('has a field for each algorithm, the preferred one first and MD5 last wherever it was named', () => {
    const server = serverOf({ algorithms: ['MD5', 'SHA-512-256', 'SHA-256', 'MD5'] });
    const algorithms = server
      .challenge(SOURCE, START)
      .map(([, value]) => /algorithm=(\S+?),/.exec(value)?.[1]);
    expect(algorithms).toEqual(['SHA-512-256', 'SHA-256', 'MD5']);
  });

  test('offers auth-int where that is wanted', () => {
    const [[, value] = ['', '']] = serverOf({ integrity: true }).challenge(SOURCE, START);
    expect(parseChallenge(value)).toMatchObject({ qop: ['auth', 'auth-int'] });
  });

  test('says stale where it is told to', () => {
    const [[, value] = ['', '']] = serverOf().challenge(SOURCE, START, true);
    expect(parseChallenge(value)).toMatchObject({ stale: true });
  });

  test('takes at most 128 octets besides its realm, as an answer is not to be larger than what it answers', () => {
    const [[name, value] = ['', '']] = serverOf().challenge(SOURCE, START);
    expect(`${name}: ${value}\r\n`.length - REALM.length).toBeLessThanOrEqual(128);
  });

  test('leaves nothing behind, however many there are', () => {
    const server = serverOf();
    for (let count = 0; count < 5_000; count += 1) {
      const nonce = nonceOf(server, START + count, `192.0.2.${count % 256}`);
      const wrong = answer({ nonce, password: 'guessed' });
      server.verify(asking([wrong], ALICE), `192.0.2.${count % 256}`, START + count);
    }
    expect(server.size).toBe(0);
    expect(server.deadline).toBeUndefined();
  });
});

describe('a right response', () => {
  test.each(['SHA-256', 'SHA-512-256', 'MD5'] as const)('by %s lets its user in', (algorithm) => {
    const server = serverOf({ algorithms: [algorithm] });
    const text = answer({ nonce: nonceOf(server), algorithm });
    expect(server.verify(asking([text], ALICE), SOURCE, START + 20)).toEqual(VERIFIED);
  });

  test('without an algorithm is one by MD5', () => {
    const server = serverOf({ algorithms: ['MD5'] });
    const text = answer({ nonce: nonceOf(server), algorithm: 'MD5' }).replace(
      ' algorithm=MD5,',
      '',
    );
    expect(server.verify(asking([text], ALICE), SOURCE, START)).toEqual(VERIFIED);
  });

  test('with auth-int protects the body', () => {
    const server = serverOf({ integrity: true });
    const text = answer({ nonce: nonceOf(server), qop: 'auth-int' });
    expect(server.verify(asking([text], ALICE, 'hellO'), SOURCE, START)).toEqual({
      type: 'challenge',
      stale: false,
      why: 'wrong-response',
    });
    expect(server.verify(asking([text], ALICE, 'hello'), SOURCE, START)).toEqual(VERIFIED);
  });

  test('counts from any port: only the address of its source is bound', () => {
    // Nothing but the address is ever handed in.
    const server = serverOf();
    const nonce = nonceOf(server, START, '2001:db8::1');
    expect(server.verify(asking([answer({ nonce })], ALICE), '2001:db8::1', START)).toEqual(
      VERIFIED,
    );
  });

  test('is found among those for other realms, and behind other schemes', () => {
    const server = serverOf();
    const texts = [
      'Basic YWxpY2U6b3BlbiBzZXNhbWU=',
      answer({ nonce: 'n', realm: 'proxy.example.org' }),
      'Digest garbage',
      answer({ nonce: nonceOf(server) }),
    ];
    expect(server.verify(asking(texts, ALICE), SOURCE, START)).toEqual(VERIFIED);
  });

  test('may name the Request-URI in another spelling of the same (RFC 3261, 19.1.4)', () => {
    const server = serverOf();
    const uri = 'sip:b%6ft@EXAMPLE.net;X=1';
    const text = answer({ nonce: nonceOf(server), uri });
    const line = { ...ALICE, '': 'MESSAGE sip:bot@example.net SIP/2.0' };
    expect(server.verify(asking([text], line), SOURCE, START)).toEqual(VERIFIED);
  });

  test('may name another URI where the operator says that it stands for the Request-URI', () => {
    const uri = 'sip:help@example.com';
    const server = serverOf({ stands: (said, asked) => said === uri && asked === URI });
    const text = answer({ nonce: nonceOf(server), uri });
    expect(server.verify(asking([text], ALICE), SOURCE, START)).toEqual(VERIFIED);
    const other = answer({ nonce: nonceOf(server), uri: 'sip:sales@example.com' });
    expect(server.verify(asking([other], ALICE), SOURCE, START)).toMatchObject({
      why: 'other-uri',
    });
  });

  test('is good with names and passwords of any characters', () => {
    const [username, password] = ['Jäsøn "the\\boss', 'päss:"wörd\\'];
    const credentials: Credentials = {
      lookup: (name) =>
        name === username ? { password, addresses: [VERIFIED.address] } : undefined,
    };
    const server = serverOf({ credentials });
    const text = answer(
      { nonce: nonceOf(server), username, password },
      { username: String.raw`"Jäsøn \"the\\boss"` },
    );
    expect(server.verify(asking([text], ALICE), SOURCE, START)).toEqual({ ...VERIFIED, username });
  });
});

describe('whoever cannot prove it is challenged', () => {
  test.each([
    ['without credentials', []],
    ['with credentials for another realm', [answer({ nonce: 'n', realm: 'example.org' })]],
    ['by Basic, even with the right password', ['Basic YWxpY2U6b3BlbiBzZXNhbWU=']],
  ])('%s', (_what, texts) => {
    expect(serverOf().verify(asking(texts, ALICE), SOURCE, START)).toEqual({
      type: 'challenge',
      stale: false,
      why: 'no-credentials',
    });
  });

  test('beyond eight Authorization fields none is looked at', () => {
    const server = serverOf();
    const right = answer({ nonce: nonceOf(server) });
    const others = Array.from({ length: 8 }, () => answer({ nonce: 'n', realm: 'example.org' }));
    expect(server.verify(asking([...others, right], ALICE), SOURCE, START)).toMatchObject({
      why: 'no-credentials',
    });
    expect(server.verify(asking([...others.slice(1), right], ALICE), SOURCE, START)).toEqual(
      VERIFIED,
    );
  });

  test.each(['digest-auth-int-mismatch', 'digest-quote-break'])('as in %s.sip', (name) => {
    const request = readRequest(bytesOf(`sip-attacks/${name}.sip`));
    for (const realm of ['x', 'r\\', REALM]) {
      const server = serverOf({ realm, integrity: true });
      expect(server.verify(request, '127.0.0.1', START)).toMatchObject({
        type: 'challenge',
        stale: false,
      });
    }
  });

  const nonces = ['of another server', 'n', '', '0'.repeat(25)];
  test.each(nonces)('with the nonce %j', (nonce) => {
    const given = nonce === nonces[0] ? nonceOf(serverOf({ chance: new SeededChance(8) })) : nonce;
    expect(serverOf().verify(asking([answer({ nonce: given })], ALICE), SOURCE, START)).toEqual({
      type: 'challenge',
      // RFC 7616, 3.3: one of before a house was started anew is no reason to ask a person for the password again.
      stale: true,
      why: 'unknown-nonce',
    });
  });

  /** What somebody between changes in a request on its way, and what is then found of it. */
  const TAMPERING: readonly (readonly [
    what: string,
    why: string,
    change: (text: string) => string,
    lines?: Readonly<Record<string, string>>,
  ])[] = [
    ['the username', 'wrong-response', (text) => text.replace('"alice"', '"bob"')],
    [
      'the username to one that is unknown',
      'wrong-response',
      (text) => text.replace('"alice"', '"eve"'),
    ],
    ['the realm', 'no-credentials', (text) => text.replace(`"${REALM}"`, '"example.org"')],
    [
      'the case of the realm',
      'no-credentials',
      (text) => text.replace(`"${REALM}"`, '"Example.com"'),
    ],
    ['the nonce', 'unknown-nonce', (text) => text.replace(/nonce="./, 'nonce="z')],
    ['the digest-uri', 'other-uri', (text) => text.replace(URI, 'sip:other@127.0.0.1')],
    ['the Request-URI', 'other-uri', (text) => text, { '': 'MESSAGE sip:other@127.0.0.1 SIP/2.0' }],
    [
      'both URIs',
      'wrong-response',
      (text) => text.replace(URI, 'sip:other@127.0.0.1'),
      { '': 'MESSAGE sip:other@127.0.0.1 SIP/2.0' },
    ],
    [
      'the method',
      'wrong-response',
      (text) => text,
      { '': `OPTIONS ${URI} SIP/2.0`, CSeq: '1 OPTIONS' },
    ],
    [
      'the response',
      'wrong-response',
      (text) => text.replace(/response="../, 'response="zz'.replace('zz', '00')),
    ],
    [
      'the response to upper case',
      'wrong-response',
      (text) =>
        text.replace(
          /response="[^"]*"/,
          (found) => `response="${found.slice(10, -1).toUpperCase()}"`,
        ),
    ],
    [
      'the response to a part of it',
      'wrong-response',
      (text) => text.replace(/response="([^"]{32})[^"]*"/, 'response="$1"'),
    ],
    [
      'the response to nothing',
      'wrong-response',
      (text) => text.replace(/response="[^"]*"/, 'response=""'),
    ],
    [
      'the algorithm to MD5',
      'algorithm-not-offered',
      (text) => text.replace('algorithm=SHA-256', 'algorithm=MD5'),
    ],
    [
      'the algorithm to none',
      'algorithm-not-offered',
      (text) => text.replace(' algorithm=SHA-256,', ''),
    ],
    [
      'the algorithm to one of sessions',
      'algorithm-not-offered',
      (text) => text.replace('SHA-256', 'SHA-256-sess'),
    ],
    [
      'the algorithm to what objects inherit',
      'algorithm-not-offered',
      (text) => text.replace('SHA-256', '__proto__'),
    ],
    ['qop to auth-int', 'qop-not-offered', (text) => text.replace('qop=auth', 'qop=auth-int')],
    ['qop to none', 'qop-not-offered', (text) => text.replace(' qop=auth,', '')],
    ['the count', 'wrong-response', (text) => text.replace('nc=00000001', 'nc=00000002')],
    ['the count to a short one', 'bad-credentials', (text) => text.replace('nc=00000001', 'nc=1')],
    ['the cnonce', 'wrong-response', (text) => text.replace('cnonce="c"', 'cnonce="d"')],
    ['the username, by a second one', 'bad-credentials', (text) => `${text}, username="bob"`],
  ];

  test.each(TAMPERING)('with %s changed on the way: %s', (_what, why, change, lines = {}) => {
    const server = serverOf();
    const text = answer({ nonce: nonceOf(server) });
    expect(change(text) === text && Object.keys(lines).length === 0).toBe(false);
    const tampered = asking([change(text)], { ...ALICE, ...lines });
    expect(server.verify(tampered, SOURCE, START)).toEqual({
      type: 'challenge',
      stale: why === 'unknown-nonce',
      why,
    });
    // The count was not used up by that.
    expect(server.verify(asking([text], ALICE), SOURCE, START)).toEqual(VERIFIED);
  });

  test('with MD5 where SHA-256 is offered besides, MD5 is good only because the operator named it', () => {
    const server = serverOf({ algorithms: ['SHA-256', 'MD5'] });
    const text = answer({ nonce: nonceOf(server), algorithm: 'MD5' });
    expect(server.verify(asking([text], ALICE), SOURCE, START)).toEqual(VERIFIED);
    const strict = serverOf();
    const same = answer({ nonce: nonceOf(strict), algorithm: 'MD5' });
    expect(strict.verify(asking([same], ALICE), SOURCE, START)).toMatchObject({
      type: 'challenge',
      why: 'algorithm-not-offered',
    });
  });
});

describe('a captured request', () => {
  test('with the same count is challenged: somebody has used it', () => {
    const server = serverOf();
    const request = asking([answer({ nonce: nonceOf(server) })], ALICE);
    expect(server.verify(request, SOURCE, START)).toEqual(VERIFIED);
    for (const later of [0, 1, 119_999]) {
      expect(server.verify(request, SOURCE, START + later)).toMatchObject({
        type: 'challenge',
        why: 'replayed',
      });
    }
  });

  test('from another source is challenged, whether it was used or not', () => {
    const server = serverOf();
    const request = asking([answer({ nonce: nonceOf(server) })], ALICE);
    const elsewhere = { type: 'challenge', stale: true, why: 'unknown-nonce' };
    expect(server.verify(request, '192.0.2.8', START)).toEqual(elsewhere);
    expect(server.verify(request, SOURCE, START)).toEqual(VERIFIED);
    expect(server.verify(request, '192.0.2.8', START)).toEqual(elsewhere);
  });

  test('is of no use after the table of nonces was full, nor after it was emptied', () => {
    const server = serverOf({ nonces: 2 });
    const captured = asking([answer({ nonce: nonceOf(server, START) })], ALICE);
    expect(server.verify(captured, SOURCE, START)).toEqual(VERIFIED);
    for (const later of [1, 2]) {
      const next = asking([answer({ nonce: nonceOf(server, START + later) })], ALICE);
      expect(server.verify(next, SOURCE, START + later)).toEqual(VERIFIED);
    }
    expect(server.size).toBe(2);
    expect(server.verify(captured, SOURCE, START + 3)).toMatchObject({ type: 'challenge' });
    server.elapse(START + 200_000);
    expect(server.size).toBe(0);
    expect(server.verify(captured, SOURCE, START + 200_000)).toMatchObject({ type: 'challenge' });
  });

  test('does not become good with the server started anew', () => {
    const captured = asking([answer({ nonce: nonceOf(serverOf()) })], ALICE);
    const anew = serverOf({ chance: new SeededChance(99) });
    expect(anew.verify(captured, SOURCE, START)).toMatchObject({ why: 'unknown-nonce' });
  });
});

describe('a nonce', () => {
  const request = (nonce: string, nc: string): ReturnType<typeof asking> =>
    asking([answer({ nonce, nc })], ALICE);

  test('is good for many requests, each with its count, even where some overtake others', () => {
    const server = serverOf();
    const nonce = nonceOf(server);
    for (const nc of ['00000001', '00000003', '00000002', '0000000a', '0000000A']) {
      const again = nc === '0000000A';
      expect(server.verify(request(nonce, nc), SOURCE, START).type).toBe(
        again ? 'challenge' : 'verified',
      );
    }
    expect(server.verify(request(nonce, '00000000'), SOURCE, START)).toMatchObject({
      why: 'replayed',
    });
  });

  test.each([undefined, '30s', '300s'] as const)(
    'of lifetime %s is good until then, and stale from then on',
    (lifetime) => {
      const server = serverOf(lifetime === undefined ? {} : { lifetime });
      const ms = lifetime === undefined ? 120_000 : Number.parseInt(lifetime, 10) * 1_000;
      const nonce = nonceOf(server);
      expect(server.verify(request(nonce, '00000001'), SOURCE, START + ms - 1)).toEqual(VERIFIED);
      expect(server.verify(request(nonce, '00000002'), SOURCE, START + ms)).toEqual({
        type: 'challenge',
        stale: true,
        why: 'old-nonce',
      });
    },
  );

  test('that is old is called stale to those alone who know the password', () => {
    const server = serverOf();
    const nonce = nonceOf(server);
    const late = START + 130_000;
    for (const wrong of [{ password: 'guessed' }, { username: 'eve' }]) {
      const text = answer({ nonce, ...wrong });
      expect(server.verify(asking([text], ALICE), SOURCE, late)).toMatchObject({ stale: false });
    }
  });

  test('in use is forgotten when it can be used no more', () => {
    const server = serverOf();
    server.verify(request(nonceOf(server), '00000001'), SOURCE, START + 50_000);
    expect(server.size).toBe(1);
    expect(server.deadline).toBe(START + 170_000);
    server.elapse(START + 170_000);
    expect(server.size).toBe(0);
    expect(server.deadline).toBeUndefined();
  });
});

describe('a user', () => {
  const verdictOn = (from: string, answering: Partial<Answering> = {}): unknown => {
    const server = serverOf();
    const text = answer({ nonce: nonceOf(server), ...answering });
    return server.verify(asking([text], { From: `${from};tag=1` }), SOURCE, START);
  };
  const BOB = { username: 'bob', password: 'secret' };

  test('may come as each of their addresses', () => {
    for (const address of ['sip:bob@example.com', 'sip:sales@example.com']) {
      expect(verdictOn(`"Bob" <${address}>`, BOB)).toMatchObject({
        type: 'verified',
        username: 'bob',
        address: Address.parse(address),
      });
    }
    expect(verdictOn('<sips:bob@EXAMPLE.com:5061;transport=tcp>', BOB)).toMatchObject({
      address: Address.parse('sip:bob@example.com'),
    });
  });

  test.each([
    '<sip:alice@example.com>',
    '"alice@example.com" <sip:eve@example.com>',
    '<sip:bob@example.org>',
    '<sip:Bob@example.com>',
    '<sip:bob%00@example.com>',
    '<sip:bob@example.com.evil.test>',
    '<sip:example.com>',
    '<sip:anonymous@anonymous.invalid>',
    '<tel:+4930123>',
    '<urn:service:sos>',
  ])('may come as nobody else: From %s is forbidden', (from) => {
    expect(verdictOn(from, BOB)).toEqual({
      type: 'forbidden',
      why: 'other-address',
      username: 'bob',
    });
  });

  test('who is a stranger hears nothing of who may come as what', () => {
    expect(verdictOn('<sip:alice@example.com>', { ...BOB, password: 'guessed' })).toMatchObject({
      type: 'challenge',
      why: 'wrong-response',
    });
  });
});

describe('known and unknown users', () => {
  const addresses = [VERIFIED.address];
  const ha1 = hashedPassword(nodeDigestHash, 'SHA-256', 'hashed', REALM, 'open sesame');
  const secrets = new Map<string, Secret>([
    ['alice', { password: 'open sesame', addresses }],
    ['hashed', { ha1, addresses }],
  ]);

  /** What was computed to judge this answer, and what was found. */
  function costOf(
    answering: Partial<Answering>,
    options: Partial<DigestServerOptions> = {},
  ): unknown {
    const hash = new CountingHash();
    const credentials = { lookup: (name: string) => secrets.get(name) };
    const server = serverOf({ hash, credentials, ...options });
    const request = asking([answer({ nonce: nonceOf(server), ...answering })], ALICE);
    hash.take();
    const { type } = server.verify(request, SOURCE, START);
    return [type, ...hash.take()];
  }

  test.each([
    ['a password that is right', 'verified', { username: 'alice' }],
    ['a password that is wrong', 'challenge', { username: 'alice', password: 'guessed' }],
    ['an H(A1) that is right', 'verified', { username: 'hashed' }],
    ['an H(A1) that is wrong', 'challenge', { username: 'hashed', password: 'guessed' }],
    ['nothing, the user being unknown', 'challenge', { username: 'nobody' }],
  ])('cost the same hashes in the same order with %s', (_what, type, answering) => {
    // The nonce's code and its comparison; A1, A2 and the response; one comparison, whatever it came to.
    expect(costOf(answering)).toEqual([
      type,
      'mac',
      'equal',
      'SHA-256',
      'SHA-256',
      'SHA-256',
      'equal',
    ]);
    expect(costOf({ ...answering, qop: 'auth-int' }, { integrity: true })).toEqual([
      type,
      'mac',
      'equal',
      ...Array.from({ length: 4 }, () => 'SHA-256'),
      'equal',
    ]);
  });

  test('get the same verdict for a wrong password', () => {
    const server = serverOf();
    const verdicts = ['alice', 'nobody', ''].map((username) =>
      server.verify(
        asking([answer({ nonce: nonceOf(server), username, password: 'guessed' })], ALICE),
        SOURCE,
        START,
      ),
    );
    expect(verdicts).toEqual(verdicts.map(() => verdicts[0]));
  });

  test('nobody comes in as an unknown user, not even with the empty password, or with what H(A1) is', () => {
    for (const answering of [
      { username: 'nobody', password: '' },
      { username: 'nobody', password: 'undefined' },
      { username: 'hashed', password: ha1 },
      // The very password that stands for nobody's: the first that the stage's chance gives.
      { username: 'nobody', password: new SeededChance(7).token() },
    ]) {
      expect(costOf(answering)).toMatchObject({ 0: 'challenge' });
    }
  });

  test('of a nonce that is not ours no user is looked up at all', () => {
    const asked: string[] = [];
    const credentials = {
      lookup: (name: string): undefined => {
        asked.push(name);
      },
    };
    const hash = new CountingHash();
    const server = serverOf({ credentials, hash });
    const forged = nonceOf(server).replace(/.$/, '!');
    hash.take();
    server.verify(asking([answer({ nonce: forged })], ALICE), SOURCE, START);
    expect(hash.take()).toEqual(['mac', 'equal']);
    server.verify(asking([answer({ nonce: 'n' })], ALICE), SOURCE, START);
    expect(hash.take()).toEqual([]);
    expect(asked).toEqual([]);
  });
});

describe('a server is refused as bad-authentication', () => {
  test.each<readonly [string, Partial<DigestServerOptions>]>([
    ['with an empty realm', { realm: '' }],
    ['with a line end in its realm', { realm: 'a\r\nb' }],
    ['with no algorithm', { algorithms: [] }],
    ['with a nonce that lives less than 30 seconds', { lifetime: '29s' }],
    ['with a nonce that lives more than 300 seconds', { lifetime: 300_001 }],
    ['with room for no nonce', { nonces: 0 }],
  ])('%s', (_what, options) => {
    const { credentials } = { credentials: { lookup: () => undefined } };
    expect(() => serverOf({ credentials, ...options })).toThrow(
      expect.objectContaining({ code: 'bad-authentication' }),
    );
  });
});

describe('the stage', () => {
  test('answers as RFC 7616, 3.9.1, does', () => {
    expect(
      responseTo({
        username: 'Mufasa',
        realm: 'http-auth@example.org',
        password: 'Circle of Life',
        nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
        cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
        method: 'GET',
        uri: '/dir/index.html',
      }),
    ).toBe('753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1');
  });
});

test('nobody comes in by the password of whoever is computed with in the place of who is not there', () => {
  const server = serverOf();
  for (let number = 0; number < 50; number += 1) {
    const nonce = nonceOf(server, START + number);
    const username = `"nobody${number}"`;
    for (const known of [{}, { username: 'bob', password: 'secret' }]) {
      const request = asking([answer({ nonce, ...known }, { username })]);
      expect(server.verify(request, SOURCE, START + number)).toMatchObject({
        type: 'challenge',
        why: 'wrong-response',
      });
    }
  }
});
