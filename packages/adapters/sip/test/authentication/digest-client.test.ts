/** A digest client: which challenges it answers, how often, and which it refuses. */
import { inspect } from 'node:util';

import { describe, expect, test } from '@jest/globals';
import { SeededChance } from '@usher/core/testing';

import { parseAuthorization, type Authorization } from '../../src/authentication/authorization.js';
import type { DigestAlgorithm } from '../../src/authentication/digest-algorithm.js';
import {
  DigestClient,
  type DigestClientOptions,
  type Lasting,
} from '../../src/authentication/digest-client.js';
import type { ChallengeOutcome, DigestExchange } from '../../src/authentication/digest-exchange.js';
import { digestResponse, hashedPassword } from '../../src/authentication/digest-response.js';
import { nodeDigestHash } from '../../src/node/node-digest-hash.js';
import type { Field } from '../../src/syntax/printer.js';
import { responseTo } from './stage.js';

const INVITE = {
  method: 'INVITE',
  uri: 'sip:carol@example.com',
  body: new TextEncoder().encode('v=0'),
};
const SPACE = 'sip.example.com';

const USHER = { username: 'usher', password: 'open sesame', realm: 'example.com' };

function clientOf(options: Partial<DigestClientOptions> = {}): DigestClient {
  return new DigestClient({
    hash: nodeDigestHash,
    chance: new SeededChance(3),
    accounts: [USHER],
    ...options,
  });
}

/** Usher, who may use these algorithms. */
const allowing = (
  ...algorithms: readonly DigestAlgorithm[]
): Pick<DigestClientOptions, 'accounts'> => ({ accounts: [{ ...USHER, algorithms }] });

/** What a test says of one challenge. */
interface Said {
  readonly realm?: string;
  readonly nonce?: string;
  readonly algorithm?: string;
  readonly qop?: string;
  readonly stale?: boolean;
}

function saying({
  realm = 'example.com',
  nonce = 'n1',
  algorithm = 'SHA-256',
  qop = 'auth',
  stale,
}: Said): string {
  const parts = [`Digest realm="${realm}", nonce="${nonce}", opaque="o"`];
  if (algorithm !== '') parts.push(`algorithm=${algorithm}`);
  if (qop !== '') parts.push(`qop="${qop}"`);
  if (stale !== undefined) parts.push(`stale=${stale}`);
  return parts.join(', ');
}

type Response = Parameters<DigestExchange['challenged']>[0];

function responding(status: 401 | 407, ...texts: readonly string[]): Response {
  const name = status === 401 ? 'WWW-Authenticate' : 'Proxy-Authenticate';
  return { status, all: (asked) => (asked === name ? texts : []) };
}

const challenging = (...said: readonly Said[]): Response => responding(401, ...said.map(saying));

/** The fields of a retry; the test fails where there is none. */
function fieldsOf(outcome: ChallengeOutcome): readonly Field[] {
  if (outcome.type === 'retry') return outcome.fields;
  throw new Error(`refused: ${outcome.why}`);
}

/** What the only field of these says. */
function proofIn(fields: readonly Field[]): Authorization {
  expect(fields).toHaveLength(1);
  const parsed = parseAuthorization(fields[0]?.[1] ?? '');
  if (parsed === undefined || parsed instanceof Error) throw new Error(String(parsed));
  return parsed;
}

/** The response that the book has for this proof. */
function byTheBook(
  { nonce, uri, realm, algorithm, protection }: Authorization,
  body = 'v=0',
): string {
  return responseTo({
    username: 'usher',
    password: 'open sesame',
    realm,
    nonce,
    uri,
    method: 'INVITE',
    algorithm: algorithm ?? 'MD5',
    qop: protection?.qop ?? '',
    nc: protection?.nc ?? '',
    cnonce: protection?.cnonce ?? '',
    body,
  });
}

describe('a challenge is answered', () => {
  test('by the response of the book, with opaque as it came', () => {
    const exchange = clientOf().begin(INVITE, SPACE);
    expect(exchange.fields()).toEqual([]);
    const fields = fieldsOf(exchange.challenged(challenging({})));
    expect(fields[0]?.[0]).toBe('Authorization');
    const proof = proofIn(fields);
    expect(proof).toMatchObject({
      username: 'usher',
      realm: 'example.com',
      nonce: 'n1',
      uri: INVITE.uri,
      opaque: 'o',
      algorithm: 'SHA-256',
      protection: { qop: 'auth', nc: '00000001', cnonce: expect.stringMatching(/^\w{26}$/) },
    });
    expect(proof.response).toBe(byTheBook(proof));
  });

  test('with auth-int where nothing else is offered, and auth where it is', () => {
    const begin = (): DigestExchange => clientOf().begin(INVITE, SPACE);
    const both = proofIn(fieldsOf(begin().challenged(challenging({ qop: 'auth-int,auth' }))));
    expect(both.protection?.qop).toBe('auth');
    const whole = proofIn(fieldsOf(begin().challenged(challenging({ qop: 'auth-int' }))));
    expect(whole.protection?.qop).toBe('auth-int');
    expect(whole.response).toBe(byTheBook(whole));
  });

  test('of a proxy in Proxy-Authorization, and the peer behind it besides', () => {
    const exchange = clientOf().begin(INVITE, SPACE);
    const first = fieldsOf(exchange.challenged(responding(407, saying({ nonce: 'p' }))));
    expect(first.map(([name]) => name)).toEqual(['Proxy-Authorization']);
    const second = fieldsOf(exchange.challenged(responding(401, saying({ nonce: 'q' }))));
    expect(
      second.map(([name, value]) => [name, /nonce="(.)", .*nc=(\d+)/.exec(value)?.slice(1)]),
    ).toEqual([
      ['Proxy-Authorization', ['p', '00000002']],
      ['Authorization', ['q', '00000001']],
    ]);
  });

  test('for the account of its realm, before the one for any realm', () => {
    const accounts = [
      { username: 'anyone', password: 'p' },
      { username: 'usher', password: 'p', realm: 'example.com' },
    ];
    const answered = (realm: string): string =>
      proofIn(
        fieldsOf(clientOf({ accounts }).begin(INVITE, SPACE).challenged(challenging({ realm }))),
      ).username;
    expect(answered('example.com')).toBe('usher');
    expect(answered('Example.com')).toBe('anyone');
  });

  test('for each realm in which we are somebody, and that is enough', () => {
    const accounts = ['a', 'b'].map((realm) => ({ username: 'usher', password: 'p', realm }));
    const exchange = clientOf({ accounts }).begin(INVITE, SPACE);
    const response = challenging({ realm: 'a' }, { realm: 'x' }, { realm: 'b' });
    expect(
      fieldsOf(exchange.challenged(response)).map(([, value]) => /realm="(.)"/.exec(value)?.[1]),
    ).toEqual(['a', 'b']);
  });
});

describe('of several challenges of a realm', () => {
  const algorithmOf = (
    offered: readonly string[],
    allowed: readonly DigestAlgorithm[] = ['SHA-256', 'SHA-512-256'],
  ): string | undefined =>
    proofIn(
      fieldsOf(
        clientOf(allowing(...allowed))
          .begin(INVITE, SPACE)
          .challenged(challenging(...offered.map((algorithm) => ({ algorithm })))),
      ),
    ).algorithm;

  test('the topmost that policy allows is answered (RFC 8760, 2.4)', () => {
    expect(algorithmOf(['SHA-256', 'SHA-512-256'])).toBe('SHA-256');
    expect(algorithmOf(['SHA-512-256', 'SHA-256'])).toBe('SHA-512-256');
    expect(algorithmOf(['SHA-3', 'SHA-256-sess', 'SHA-512-256', 'SHA-256'])).toBe('SHA-512-256');
    expect(algorithmOf(['SHA-512-256', 'SHA-256'], ['SHA-256'])).toBe('SHA-256');
    expect(algorithmOf(['MD5', 'sha-256'])).toBe('sha-256');
  });

  test('MD5 is the last to be taken even where it is allowed, and stands first', () => {
    const allowed = ['MD5', 'SHA-256'] as const;
    expect(algorithmOf(['MD5', 'SHA-256'], allowed)).toBe('SHA-256');
    expect(algorithmOf(['MD5', 'SHA-512-256'], allowed)).toBe('MD5');
    const twice = challenging({ algorithm: 'MD5', nonce: 'n1' }, { algorithm: 'MD5', nonce: 'n2' });
    const outcome = clientOf(allowing(...allowed))
      .begin(INVITE, SPACE)
      .challenged(twice);
    expect(proofIn(fieldsOf(outcome)).nonce).toBe('n1');
  });

  test('one that cannot be read, or is not by Digest, is passed over', () => {
    const response = responding(
      401,
      'Basic realm="example.com"',
      'Digest realm="example.com"',
      'NTLM',
      saying({}),
    );
    expect(fieldsOf(clientOf().begin(INVITE, SPACE).challenged(response))).toHaveLength(1);
  });
});

describe('a challenge is refused', () => {
  const refusalOf = (
    response: Response,
    options: Partial<DigestClientOptions> = {},
  ): ChallengeOutcome => clientOf(options).begin(INVITE, SPACE).challenged(response);

  test('where MD5 is all that is left, as when somebody on the way struck SHA-256 out', () => {
    for (const algorithm of ['MD5', '', 'md5', 'MD5-sess']) {
      expect(refusalOf(challenging({ algorithm }))).toEqual({
        type: 'refused',
        why: 'algorithm-forbidden',
        realm: 'example.com',
        offered: [algorithm === '' ? 'MD5' : algorithm],
      });
    }
    expect(refusalOf(challenging({ algorithm: '' }), allowing('MD5'))).toMatchObject({
      type: 'retry',
    });
  });

  test('without qop, since the peer alone would choose what we compute', () => {
    expect(refusalOf(challenging({ qop: '' }))).toMatchObject({ why: 'qop-missing' });
    expect(refusalOf(challenging({ qop: 'auth-conf' }))).toMatchObject({ why: 'qop-missing' });
  });

  test('in a realm in which we are nobody', () => {
    expect(refusalOf(challenging({ realm: 'evil.test' }))).toEqual({
      type: 'refused',
      why: 'no-account',
      realm: 'evil.test',
    });
  });

  test('where there is none by Digest', () => {
    expect(refusalOf(responding(401))).toEqual({ type: 'refused', why: 'no-challenge' });
    expect(refusalOf(responding(401, 'Basic realm="example.com"'))).toMatchObject({
      why: 'no-challenge',
    });
    // A proxy's challenge is not the peer's.
    expect(refusalOf({ status: 401, all: responding(407, saying({})).all })).toMatchObject({
      why: 'no-challenge',
    });
  });

  test('where the answer to the one before did not help', () => {
    const exchange = clientOf().begin(INVITE, SPACE);
    fieldsOf(exchange.challenged(challenging({ nonce: 'n1' })));
    expect(exchange.challenged(challenging({ nonce: 'n2' }))).toEqual({
      type: 'refused',
      why: 'rejected',
      realm: 'example.com',
    });
  });

  test('in one realm, whatever other could be answered besides', () => {
    const accounts = [{ username: 'usher', password: 'p' }];
    const exchange = clientOf({ accounts }).begin(INVITE, SPACE);
    fieldsOf(exchange.challenged(challenging({ realm: 'a', nonce: 'n1' })));
    const again = challenging({ realm: 'b', nonce: 'n2' }, { realm: 'a', nonce: 'n3' });
    expect(exchange.challenged(again)).toMatchObject({ why: 'rejected', realm: 'a' });
  });

  test('from a peer that brings up more than 16 realms', () => {
    const accounts = [{ username: 'usher', password: 'p' }];
    const exchange = clientOf({ accounts }).begin(INVITE, SPACE);
    const realms = (from: number): Response =>
      challenging(...Array.from({ length: 16 }, (_, at) => ({ realm: `r${from + at}` })));
    expect(fieldsOf(exchange.challenged(realms(0)))).toHaveLength(16);
    expect(exchange.challenged(realms(16))).toMatchObject({ why: 'too-many-challenges' });
  });

  test('from a peer that brings up another realm each time', () => {
    const exchange = clientOf({ accounts: [{ username: 'usher', password: 'p' }] }).begin(
      INVITE,
      SPACE,
    );
    const outcomes = Array.from({ length: 6 }, (_, at) =>
      exchange.challenged(challenging({ realm: `r${at}` })),
    );
    expect(outcomes.map(({ type }) => type)).toEqual([
      'retry',
      'retry',
      'retry',
      'retry',
      'retry',
      'refused',
    ]);
    expect(outcomes.at(-1)).toMatchObject({ why: 'too-many-challenges' });
  });
});

describe('a stale nonce', () => {
  test('is replaced once', () => {
    const exchange = clientOf().begin(INVITE, SPACE);
    fieldsOf(exchange.challenged(challenging({ nonce: 'n1' })));
    const proof = proofIn(fieldsOf(exchange.challenged(challenging({ nonce: 'n2', stale: true }))));
    expect(proof).toMatchObject({ nonce: 'n2', protection: { nc: '00000001' } });
    expect(exchange.challenged(challenging({ nonce: 'n3', stale: true }))).toMatchObject({
      why: 'rejected',
    });
  });

  test('that comes again is no new one', () => {
    const exchange = clientOf().begin(INVITE, SPACE);
    fieldsOf(exchange.challenged(challenging({ nonce: 'n1' })));
    expect(exchange.challenged(challenging({ nonce: 'n1', stale: true }))).toMatchObject({
      why: 'rejected',
    });
  });
});

describe('a nonce that was accepted', () => {
  test('is used again at once, with its count one higher and a cnonce of its own', () => {
    const client = clientOf();
    const first = proofIn(fieldsOf(client.begin(INVITE, SPACE).challenged(challenging({}))));
    const second = proofIn(
      client.begin({ method: 'INVITE', uri: 'sip:dave@example.com' }, SPACE).fields(),
    );
    expect(second).toMatchObject({
      nonce: 'n1',
      uri: 'sip:dave@example.com',
      protection: { nc: '00000002' },
    });
    expect(second.protection?.cnonce).not.toBe(first.protection?.cnonce);
    expect(second.response).toBe(byTheBook(second));
  });

  test('counts on in hexadecimal digits', () => {
    const client = clientOf();
    fieldsOf(client.begin(INVITE, SPACE).challenged(challenging({})));
    const counts = Array.from(
      { length: 16 },
      () => proofIn(client.begin(INVITE, SPACE).fields()).protection?.nc,
    );
    expect([counts[7], counts[8], counts[14]]).toEqual(['00000009', '0000000a', '00000010']);
  });

  test('goes nowhere else', () => {
    const client = clientOf();
    fieldsOf(client.begin(INVITE, SPACE).challenged(challenging({})));
    expect(client.begin(INVITE, 'other.example.com').fields()).toEqual([]);
  });

  test('and is no longer known there is replaced, and the new answer is the one that counts', () => {
    const client = clientOf();
    fieldsOf(client.begin(INVITE, SPACE).challenged(challenging({ nonce: 'n1' })));
    const exchange = client.begin(INVITE, SPACE);
    expect(proofIn(exchange.fields()).nonce).toBe('n1');
    expect(proofIn(fieldsOf(exchange.challenged(challenging({ nonce: 'n2' })))).nonce).toBe('n2');
    expect(exchange.challenged(challenging({ nonce: 'n3' }))).toMatchObject({ why: 'rejected' });
    // And what was rejected is not tried again by itself.
    expect(client.begin(INVITE, SPACE).fields()).toEqual([]);
  });

  test('of a thousand places is remembered, and of the one used longest ago forgotten', () => {
    const client = clientOf();
    for (let at = 0; at < 1_000; at += 1) {
      fieldsOf(client.begin(INVITE, `place ${at}`).challenged(challenging({})));
    }
    expect(client.begin(INVITE, 'place 0').fields()).toHaveLength(1);
    fieldsOf(client.begin(INVITE, 'one more').challenged(challenging({})));
    expect(client.begin(INVITE, 'place 0').fields()).toHaveLength(1);
    expect(client.begin(INVITE, 'place 2').fields()).toHaveLength(1);
    expect(client.begin(INVITE, 'place 1').fields()).toHaveLength(0);
  });

  test('of fewer than 16 realms in one place is remembered: where there are more, it is begun anew', () => {
    const client = clientOf({ accounts: [{ username: 'usher', password: 'p' }] });
    const known: number[] = [];
    for (let at = 0; at < 20; at += 1) {
      const exchange = client.begin(INVITE, SPACE);
      known.push(exchange.fields().length);
      fieldsOf(exchange.challenged(challenging({ realm: `r${at}` })));
    }
    expect(Math.max(...known)).toBe(15);
  });
});

describe('Authentication-Info', () => {
  const admitting = (text: string, body = ''): Parameters<DigestExchange['admitted']>[0] => ({
    get: (name) => (name === 'Authentication-Info' ? text : undefined),
    body: new TextEncoder().encode(body),
  });

  test('names the nonce of the next request', () => {
    const client = clientOf();
    const exchange = client.begin(INVITE, SPACE);
    fieldsOf(exchange.challenged(challenging({})));
    expect(exchange.admitted(admitting('nextnonce="n2"'))).toBeUndefined();
    expect(proofIn(client.begin(INVITE, SPACE).fields())).toMatchObject({
      nonce: 'n2',
      protection: { nc: '00000001' },
    });
  });

  test.each(['auth', 'auth-int'])(
    'proves by %s that the peer knows the password, or that it does not',
    (qop) => {
      const client = clientOf();
      const exchange = client.begin(INVITE, SPACE);
      const { protection, ...proof } = proofIn(fieldsOf(exchange.challenged(challenging({ qop }))));
      if (protection === undefined) throw new Error('no protection');
      const ha1 = hashedPassword(nodeDigestHash, 'SHA-256', 'usher', 'example.com', 'open sesame');
      const body = new TextEncoder().encode('v=1');
      const rspauth = digestResponse(nodeDigestHash, 'SHA-256', ha1, {
        ...proof,
        protection,
        method: '',
        body,
      });
      expect(
        exchange.admitted(admitting(`rspauth="${rspauth}", qop=${qop}`, 'v=1')),
      ).toBeUndefined();
      // Ours is not theirs.
      expect(
        exchange.admitted(
          admitting(`rspauth="${proof.response}", qop=${qop}, nextnonce="x"`, 'v=1'),
        ),
      ).toMatchObject({
        code: 'false-proof',
      });
      // Whoever lies there gets nothing more by itself.
      expect(client.begin(INVITE, SPACE).fields()).toEqual([]);
    },
  );

  test('that cannot be read is told of, and none is none', () => {
    const exchange = clientOf().begin(INVITE, SPACE);
    expect(exchange.admitted(admitting('nextnonce="x"'))).toBeUndefined();
    fieldsOf(exchange.challenged(challenging({})));
    expect(exchange.admitted(admitting('nextnonce'))).toMatchObject({
      code: 'bad-authentication-info',
    });
    expect(exchange.admitted({ get: () => undefined, body: new Uint8Array(0) })).toBeUndefined();
  });
});

describe('a client', () => {
  test.each([
    [{ accounts: [{ username: '', password: 'p' }] }, 'bad-account'],
    [{ accounts: [{ username: 'usher', password: '' }] }, 'bad-account'],
    [{ accounts: [{ ...USHER, realm: '' }] }, 'bad-account'],
    [{ accounts: [USHER, { ...USHER, username: 'another' }] }, 'bad-account'],
    [allowing(), 'bad-account'],
    [{ accounts: [{ username: 'a\r\nb', password: 'p' }] }, 'bad-account'],
  ])('that is set up as %j is refused as %s', (options, code) => {
    expect(() => clientOf(options)).toThrow(expect.objectContaining({ code }));
  });

  test('needs the password no more once it is made, where the realm is known', () => {
    const hashed: string[] = [];
    const hash: typeof nodeDigestHash = {
      ...nodeDigestHash,
      hash: (algorithm, data) => {
        hashed.push(String(data));
        return nodeDigestHash.hash(algorithm, data);
      },
    };
    const client = clientOf({ hash });
    expect(hashed.splice(0).join()).toContain('open sesame');
    fieldsOf(client.begin(INVITE, SPACE).challenged(challenging({})));
    client.begin(INVITE, SPACE).fields();
    expect(hashed.length).toBeGreaterThan(0);
    expect(hashed.join()).not.toContain('open sesame');
  });

  test('shows no password, whatever is printed of it', () => {
    const client = clientOf({ accounts: [{ username: 'usher', password: 'canary' }] });
    const exchange = client.begin(INVITE, SPACE);
    const outcome = exchange.challenged(challenging({}));
    for (const thing of [client, exchange, outcome]) {
      expect(inspect(thing, { depth: 9, showHidden: true })).not.toContain('canary');
      expect(JSON.stringify(thing)).not.toContain('canary');
    }
  });
});

describe('within a dialog', () => {
  const MESSAGE = { method: 'MESSAGE', uri: 'sip:carol@192.0.2.2' };
  const dialog = (): Lasting => ({ protection: undefined });

  test('what was asked is answered at once in all that follows, by proxies, too, and nowhere else', () => {
    const client = clientOf();
    const [one, other] = [dialog(), dialog()];
    fieldsOf(client.beginWithin(MESSAGE, one).challenged(responding(407, saying({ nonce: 'p' }))));
    const next = client.beginWithin(MESSAGE, one);
    expect(proofIn(next.fields())).toMatchObject({
      nonce: 'p',
      protection: { nc: '00000002' },
    });
    expect(client.beginWithin(MESSAGE, other).fields()).toEqual([]);
    expect(client.begin(MESSAGE, SPACE).fields()).toEqual([]);
  });

  test('which an INVITE began, what the INVITE was asked is answered, and the count goes on', () => {
    const client = clientOf();
    const invite = client.begin(INVITE, SPACE);
    fieldsOf(invite.challenged(challenging({})));
    const begun: Lasting = { protection: invite.space };
    expect(proofIn(client.beginWithin(MESSAGE, begun).fields()).protection?.nc).toBe('00000002');
    expect(proofIn(client.begin(INVITE, SPACE).fields()).protection?.nc).toBe('00000003');
    expect(proofIn(client.beginWithin(MESSAGE, begun).fields()).protection?.nc).toBe('00000004');
  });

  test('which nobody asked in, nothing is kept', () => {
    const client = clientOf();
    expect(client.begin(INVITE, SPACE).space).toBeUndefined();
  });

  test('what two requests on the way were asked each is answered by itself', () => {
    const client = clientOf();
    const shared = dialog();
    const [one, other] = [client.beginWithin(MESSAGE, shared), client.beginWithin(MESSAGE, shared)];
    const nonces = [one, other].map(
      (exchange, at) =>
        proofIn(fieldsOf(exchange.challenged(challenging({ nonce: `n${at}` })))).nonce,
    );
    expect(nonces).toEqual(['n0', 'n1']);
    // That the first was rejected takes nothing from what the other has found out.
    expect(one.challenged(challenging({ nonce: 'n2' }))).toMatchObject({ why: 'rejected' });
    expect(proofIn(client.beginWithin(MESSAGE, shared).fields()).nonce).toBe('n1');
  });

  test('what goes once more is counted once, and the ACK says the same again', () => {
    const exchange = clientOf().begin(INVITE, SPACE);
    const fields = fieldsOf(exchange.challenged(challenging({})));
    expect(exchange.fields()).toBe(fields);
    expect(exchange.sent).toBe(fields);
    expect(proofIn(exchange.fields()).protection?.nc).toBe('00000002');
  });
});
