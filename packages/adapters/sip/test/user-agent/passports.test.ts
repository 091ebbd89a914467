/** PASSporTs of those who come: the house hears of nobody before that is verified, and of nobody who has left meanwhile. */
import { describe, expect, it } from '@jest/globals';
import { Address, RemoteProtocolError } from '@usher/core';

import type { SipUserAgentOptions } from '../../src/index.js';
import { nodeDigestHash } from '../../src/node/node-digest-hash.js';
import type { PassportVerifier } from '../../src/passport/passport-verifier.js';
import { readResponse, UDP } from '../endpoint/bench.js';
import { ack, invite, request, type Wish } from '../endpoint/peer.js';
import { identity, shaken, type Signing, token } from '../passport/signing.js';
import { bytesOf } from '../syntax/corpora.js';
import { Stage } from './stage.js';

/** A verifier that says when and what a test wants it to. */
class Verifier implements PassportVerifier {
  readonly asked: Parameters<PassportVerifier['verify']>[0][] = [];
  readonly #waiting: ((fault: RemoteProtocolError | undefined) => void)[] = [];

  verify(
    passport: Parameters<PassportVerifier['verify']>[0],
  ): Promise<RemoteProtocolError | undefined> {
    this.asked.push(passport);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Tells of the one that has waited longest. */
  tell(fault?: number): void {
    this.#waiting.shift()?.(
      fault === undefined ? undefined : new RemoteProtocolError('x', '', fault),
    );
  }
}

type Trust = NonNullable<SipUserAgentOptions['trust']>;

async function staged(
  rules: Partial<NonNullable<Trust['passports']>> = {},
  options: Partial<SipUserAgentOptions> = {},
): Promise<{
  readonly stage: Stage;
  readonly verifier: Verifier;
  readonly tell: (fault?: number) => Promise<void>;
}> {
  const verifier = new Verifier();
  const trust = { ...options.trust, passports: { verifier, ...rules } };
  const stage = await Stage.open({ ...options, trust });
  return {
    stage,
    verifier,
    tell: async (fault) => {
      verifier.tell(fault);
      await stage.clock.settle();
    },
  };
}

const FROM = '"Alice" <sip:+12155551212@example.net>;tag=peer';
/** Fresh, as the clock of a test begins with 1970. */
const NOW = { claims: { iat: 0 } };
let origids = 0;
/** The Identity of a PASSporT that differs from any other. */
function fresh(attest?: string, { claims, ...signing }: Signing = {}): string {
  origids += 1;
  const said = { ...NOW, ...signing, claims: { ...NOW.claims, origid: `${origids}`, ...claims } };
  return attest === undefined
    ? `Identity: ${identity(token(said))}`
    : `Identity: ${identity(shaken(attest, said), ';ppt=shaken')}`;
}
const bringing = (line: string, wish: Wish = {}): string =>
  invite({ from: FROM, ...wish, extra: [line, ...(wish.extra ?? [])] });
const page = (line: string, wish: Wish = {}): string =>
  request('MESSAGE', {
    from: FROM,
    body: 'hello',
    ...wish,
    extra: [line, 'Content-Type: text/plain'],
  });

const statuses = (stage: Stage): number[] => stage.take().map((sent) => readResponse(sent).status);
const identities = (stage: Stage): unknown[] =>
  stage.house.knocks.map(({ invitation }) => invitation.inviter.identity);
const TEL = Address.parse('tel:+12155551212');

describe('a PASSporT that holds', () => {
  it.each([
    ['invites', bringing],
    ['sends a message', page],
  ])(
    '%s: the house hears of it once that is known, by its number and as attested',
    async (_what, write) => {
      const { stage, tell } = await staged();
      await stage.receive(write(fresh('A')));
      expect(stage.house.knocks).toEqual([]);
      await tell();
      expect(identities(stage)).toEqual([{ how: 'passport', address: TEL, attestation: 'A' }]);
      expect(statuses(stage)).toEqual([200]);
    },
  );

  it('without attestation proves its address, and with B or C none', async () => {
    const { stage, tell } = await staged();
    for (const attest of [undefined, 'B', 'C']) {
      await stage.receive(bringing(fresh(attest), { callId: `c${attest}` }));
      await tell();
    }
    expect(identities(stage)).toEqual([
      { how: 'passport', address: TEL },
      { how: 'passport', attestation: 'B' },
      { how: 'passport', attestation: 'C' },
    ]);
  });

  it('may be the second one', async () => {
    const { stage, tell } = await staged();
    const extra = [fresh('B'), 'Identity: nonsense', `Identity: ${identity('a.b.c', ';ppt=div')}`];
    await stage.receive(bringing(fresh('A'), { extra }));
    await tell(438);
    expect(stage.house.knocks).toEqual([]);
    await tell();
    expect(identities(stage)).toEqual([{ how: 'passport', attestation: 'B' }]);
  });

  it('is asked of the verifier as it was signed', async () => {
    const { stage, verifier } = await staged();
    const line = fresh();
    await stage.receive(bringing(line));
    const [head = '', claims = ''] = line.slice('Identity: '.length).split('.');
    expect(verifier.asked[0]).toMatchObject({
      input: `${head}.${claims}`,
      orig: { tn: '12155551212' },
    });
  });

  it('of somebody who wants to be known to nobody is told as that', async () => {
    const { stage, tell } = await staged();
    await stage.receive(bringing(fresh('A'), { extra: ['Privacy: id'] }));
    await tell();
    expect(identities(stage)).toEqual([
      { how: 'passport', address: TEL, attestation: 'A', private: true },
    ]);
  });
});

describe('while a PASSporT is verified', () => {
  it('the INVITE has its transaction: 100 and 180 as usual, and a retransmission is nothing new', async () => {
    const { stage, verifier, tell } = await staged();
    const text = bringing(fresh());
    await stage.receive(text);
    await stage.clock.advance(1_000);
    await stage.receive(text);
    expect(statuses(stage)).toEqual([100, 180, 180]);
    expect(verifier.asked).toHaveLength(1);
    await tell();
    expect(statuses(stage)).toEqual([200]);
    expect(stage.house.knocks).toHaveLength(1);
  });

  it.each(['CANCEL', 'BYE'])('whoever leaves by %s was never there', async (method) => {
    const { stage, tell } = await staged();
    const branch = 'z9hG4bKsame';
    await stage.receive(bringing(fresh(), { branch }));
    await stage.receive(request(method, { from: FROM, ...(method === 'CANCEL' && { branch }) }));
    expect(statuses(stage)).toEqual([200, 487]);
    await tell();
    expect([stage.house.knocks, stage.house.violations, statuses(stage)]).toEqual([[], [], []]);
    await stage.receive(request('ACK', { from: FROM, branch }));
    await stage.clock.advance(100_000);
    expect(stage.userAgent.counts).toMatchObject({ parties: 0, pending: 0, dialogs: 0, server: 0 });
  });

  it('whoever leaves when it is found wrong is answered once', async () => {
    const { stage, tell } = await staged();
    const branch = 'z9hG4bKsame';
    await stage.receive(bringing(fresh(), { branch }));
    await stage.receive(request('CANCEL', { from: FROM, branch }));
    await tell(438);
    expect(statuses(stage)).toEqual([200, 487]);
  });

  it('a message that can no longer be answered is not told of', async () => {
    const { stage, tell } = await staged();
    await stage.receive(page(fresh()));
    await stage.clock.advance(60_000);
    await tell();
    expect(stage.house.knocks).toEqual([]);
    expect(statuses(stage)).toEqual([100]);
  });

  it('others come in', async () => {
    const { stage } = await staged();
    await stage.receive(bringing(fresh()));
    await stage.receive(invite({ callId: 'other' }));
    expect(identities(stage)).toEqual([{ how: 'none' }]);
  });

  it('the user agent may close: who waits hears 503, and the house nothing', async () => {
    const { stage, tell } = await staged();
    await stage.receive(bringing(fresh()));
    await stage.receive(page(fresh()));
    const closed = stage.userAgent.close();
    expect(statuses(stage)).toEqual([503, 503]);
    await tell();
    await stage.clock.advance(5_000);
    await closed;
    expect([stage.house.knocks, statuses(stage)]).toEqual([[], []]);
  });

  it('a hundred wait; whoever comes beyond hears 503, and room is had again', async () => {
    const { stage, tell } = await staged();
    for (let index = 0; index < 100; index += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await stage.receive(page(fresh(), { callId: `c${index}` }));
    }
    await stage.receive(page(fresh(), { callId: 'beyond' }));
    expect(statuses(stage)).toEqual([503]);
    expect(stage.house.violations).toMatchObject([{ code: 'too-many-passports', status: 503 }]);
    await tell(438);
    await stage.receive(page(fresh(), { callId: 'again' }));
    expect(statuses(stage)).toEqual([438]);
  });
});

describe('a PASSporT that does not hold', () => {
  it.each([
    [436, 436],
    [437, 437],
    [438, 438],
  ])(
    'for the reason %i is answered so, and the house hears of no invitation',
    async (fault, status) => {
      const { stage, tell } = await staged();
      await stage.receive(bringing(fresh('A')));
      await tell(fault);
      expect(statuses(stage)).toEqual([status]);
      expect(stage.house.knocks).toEqual([]);
      expect(stage.house.violations).toMatchObject([{ status, peer: 'udp 192.0.2.2:5080' }]);
      await stage.receive(request('ACK', { from: FROM }));
      await stage.clock.advance(100_000);
      expect(stage.userAgent.counts).toMatchObject({ parties: 0, pending: 0, server: 0 });
    },
  );

  it.each([
    ['that was signed 61 seconds ago', bringing(fresh('A', { claims: { iat: -61 } })), 403],
    [
      'with a Date of 61 seconds ago',
      bringing(fresh('A'), { extra: ['Date: Wed, 31 Dec 1969 23:58:59 GMT'] }),
      403,
    ],
    [
      'about somebody else than From',
      bringing(fresh('A'), { from: '<sip:ceo@example.net>;tag=1' }),
      438,
    ],
    ['for somebody else than To', bringing(fresh('A'), { to: '<sip:ceo@example.com>' }), 438],
    ['that is none', bringing('Identity: nonsense'), 436],
    ['by no algorithm', bringing(`Identity: ${identity(token({ head: { alg: 'none' } }))}`), 438],
    [
      'by no algorithm, as in identity-garbage.sip',
      bytesOf('sip-attacks/identity-garbage.sip'),
      438,
    ],
    ['in the compact field name', bringing('y: nonsense;info=<https://x>'), 438],
  ])('%s is refused before anybody is asked', async (_what, text, status) => {
    const { stage, verifier } = await staged();
    await stage.receive(text);
    expect([verifier.asked, statuses(stage)]).toEqual([[], [status]]);
    expect(stage.house.knocks).toEqual([]);
  });

  it('as it is too old is told so (RFC 8224, 6.2.2)', async () => {
    const { stage } = await staged();
    await stage.receive(bringing(fresh('A', { claims: { iat: -61 } })));
    expect(stage.take()[0]?.text).toMatch(/^SIP\/2\.0 403 Stale Date\r\n/);
  });

  it('as its verifier fails is refused: nobody comes in by a fault of ours', async () => {
    const verifier = { verify: () => Promise.reject(new Error('broken')) };
    const stage = await Stage.open({ trust: { passports: { verifier } } });
    await stage.receive(bringing(fresh('A')));
    expect([statuses(stage), stage.house.knocks]).toEqual([[438], []]);
  });
});

describe('a PASSporT that was used', () => {
  it('is not good for another request, whatever else that has', async () => {
    const { stage, tell } = await staged();
    const line = fresh('A');
    await stage.receive(bringing(line));
    await tell();
    stage.take();
    for (const wish of [
      { callId: 'other' },
      { callId: 'other', sequence: 7, tag: 'x', contact: '<sip:evil@192.0.2.66>' },
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await stage.receive(bringing(line, wish));
    }
    expect(statuses(stage)).toEqual([403, 403]);
    await stage.receive(page(line, { callId: 'page' }));
    expect(statuses(stage)).toEqual([403]);
    expect(stage.house.knocks).toHaveLength(1);
  });

  it('is good for one of two that are verified at the same time', async () => {
    const { stage, tell } = await staged();
    const line = fresh('A');
    await stage.receive(bringing(line));
    await stage.receive(bringing(line, { callId: 'other' }));
    await tell();
    await tell();
    expect(statuses(stage)).toEqual([200, 403]);
    expect(stage.house.knocks).toHaveLength(1);
  });

  it('is forgotten when it is too old anyway', async () => {
    const { stage, tell } = await staged();
    await stage.receive(page(fresh('A')));
    await tell();
    await stage.clock.advance(60_001);
    await stage.receive(page(fresh('A'), { callId: 'c2' }));
    expect(statuses(stage)).toEqual([200, 403]);
  });
});

describe('where a PASSporT is required', () => {
  it('nobody comes in without one: 428', async () => {
    const { stage } = await staged({ required: true });
    await stage.receive(invite());
    await stage.receive(page('X: y', { callId: 'p' }));
    await stage.receive(bringing(`Identity: ${identity('a.b.c', ';ppt=div')}`, { callId: 'd' }));
    expect(statuses(stage)).toEqual([428, 428, 428]);
    expect(stage.house.violations.map(({ code, message }) => [code, message])).toEqual([
      ['no-passport', 'there is no Identity'],
      ['no-passport', 'there is no Identity'],
      ['no-passport', 'no PASSporT that we know'],
    ]);
    expect(stage.house.knocks).toEqual([]);
  });

  it('who has proven it to us needs none', async () => {
    const { stage } = await staged({ required: true });
    const names = ['sip:example.com'];
    await stage.receive(invite(), {
      ...UDP,
      transport: 'tls',
      connection: 5,
      identity: { how: 'tls', names },
    });
    expect(identities(stage)).toMatchObject([{ how: 'tls' }]);
  });
});

describe('where none is required', () => {
  it('whoever brings none comes in as who they say they are, and nobody is asked', async () => {
    const { stage, verifier } = await staged();
    await stage.receive(invite());
    expect([identities(stage), verifier.asked]).toEqual([[{ how: 'none' }], []]);
  });

  it('one of an extension that is not known counts as none (RFC 8224, 6.2)', async () => {
    const { stage } = await staged();
    await stage.receive(bringing(`Identity: ${identity('a.b.c', ';ppt=div')}`));
    expect(identities(stage)).toEqual([{ how: 'none' }]);
  });
});

describe('a PASSporT that was signed for others', () => {
  it('is refused where our addresses are known', async () => {
    const { stage, tell } = await staged({ addresses: ['*@example.com'] });
    const claims = { dest: { uri: ['sip:victim@example.net'] } };
    await stage.receive(bringing(fresh('A', { claims }), { to: '<sip:victim@example.net>' }));
    expect(statuses(stage)).toEqual([438]);
    await stage.receive(bringing(fresh('A'), { callId: 'ours' }));
    await tell();
    expect(identities(stage)).toMatchObject([{ how: 'passport' }]);
  });

  it('is a matter of patterns, which are checked beforehand', async () => {
    await expect(staged({ addresses: [''] })).rejects.toThrow(
      expect.objectContaining({ code: 'bad-pattern' }),
    );
  });
});

describe('of several proofs', () => {
  const ASSERTED = 'P-Asserted-Identity: <sip:+12155551212@example.org;user=phone>';
  const NEIGHBOURS = { trust: { networks: ['192.0.2.0/24'] } };

  it.each([
    ['sip:+12155551212@example.net', 'A', 'tls'],
    ['sip:+12155551212@example.net', 'B', 'tls'],
    ['sip:example.net', 'A', 'passport'],
    ['sip:example.net', 'B', 'tls'],
  ])(
    'where the certificate names %s and the PASSporT attests %s, %s counts, with the attestation',
    async (name, attestation, how) => {
      const { stage, tell } = await staged();
      const names = [name];
      const flow = {
        ...UDP,
        transport: 'tls',
        connection: 5,
        identity: { how: 'tls', names },
      } as const;
      await stage.receive(bringing(fresh(attestation)), flow);
      await tell();
      const address = how === 'tls' ? Address.parse('sip:+12155551212@example.net') : TEL;
      expect(identities(stage)).toEqual([{ how, address, attestation }]);
    },
  );

  it('a PASSporT that vouches for the address goes before the word of a trusted peer', async () => {
    const { stage, tell } = await staged({}, NEIGHBOURS);
    await stage.receive(bringing(fresh('A'), { extra: [ASSERTED] }));
    await tell();
    expect(identities(stage)).toEqual([{ how: 'passport', address: TEL, attestation: 'A' }]);
  });

  it('the word of a trusted peer goes before a PASSporT that does not, and has its attestation', async () => {
    const { stage, tell } = await staged({}, NEIGHBOURS);
    await stage.receive(bringing(fresh('C'), { extra: [ASSERTED] }));
    await tell();
    const address = Address.parse('sip:+12155551212@example.org');
    expect(identities(stage)).toEqual([{ how: 'asserted', address, attestation: 'C' }]);
  });

  it('the attestation of one is not told of another', async () => {
    const { stage, tell } = await staged({}, NEIGHBOURS);
    await stage.receive(
      bringing(fresh('C'), { extra: ['P-Asserted-Identity: <sip:bob@example.org>'] }),
    );
    await tell();
    expect(identities(stage)).toMatchObject([{ how: 'asserted' }]);
    expect(identities(stage)[0]).not.toHaveProperty('attestation');
  });

  it('nobody is known by a PASSporT who is asked for a password: that comes first', async () => {
    const { stage, verifier } = await staged(
      {},
      {
        digestHash: nodeDigestHash,
        authentication: { realm: 'example.com', users: [{ username: 'a', password: 'b' }] },
      },
    );
    await stage.receive(bringing(fresh('A')));
    expect([statuses(stage), verifier.asked]).toEqual([[401], []]);
  });
});

describe('a session of messages outside any dialog', () => {
  it('is that of whom its PASSporTs name: nobody gets into it by the same From', async () => {
    const { stage, tell } = await staged();
    await stage.receive(page(fresh('A'), { callId: 'one' }));
    await tell();
    await stage.receive(page('X: y', { callId: 'forged' }));
    await stage.receive(page(fresh('C'), { callId: 'gateway' }));
    await tell();
    expect(identities(stage)).toMatchObject([
      { how: 'passport', attestation: 'A' },
      { how: 'none' },
      { how: 'passport', attestation: 'C' },
    ]);
    await stage.receive(page(fresh('A'), { callId: 'two' }));
    await tell();
    expect(stage.house.knocks).toHaveLength(3);
    expect(stage.house.talks.map(({ heard }) => heard.messages.length)).toEqual([2, 1, 1]);
  });
});

it('an accepted invitation by PASSporT goes on as any other', async () => {
  const { stage, tell } = await staged();
  await stage.receive(bringing(fresh('A')));
  await tell();
  const ok = stage.response();
  await stage.receive(ack(ok, { from: FROM }));
  await stage.clock.advance(1_000);
  expect(stage.take()).toEqual([]);
  expect(stage.userAgent.counts).toMatchObject({ parties: 1, dialogs: 1 });
});
