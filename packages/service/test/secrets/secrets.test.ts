import { describe, expect, it, jest } from '@jest/globals';
import { PLAIN } from '@usher/console';
import { SeededChance, VirtualClock } from '@usher/core/testing';

import type { Environment } from '../../src/config/environment.js';
import { ConfigurationError, problemLine } from '../../src/config/problem.js';
import { check } from '../../src/run/check.js';
import { sources } from '../run/stage.js';
import { documents, open, surroundings } from './house.js';
import { PaperNetwork } from './paper-network.js';
import { answer, invite, request, tagOf } from './requests.js';
import { CANARY, leaks } from './leaks.js';

jest.setTimeout(120_000);

const WRITERS = [
  ['for people', true],
  ['for machines', false],
] as const;

type House = Awaited<ReturnType<typeof open>>;

let talks = 0;

/** Invites the bot, and says something to it; what the house sends is answered with `status`. */
async function talk(house: House, user: string, body: string, status = 200): Promise<void> {
  const call = `talk-${(talks += 1)}`;
  const accepted = (await house.receive(invite({ user, call }))).find((text) =>
    text.startsWith('SIP/2.0 200'),
  );
  if (accepted === undefined) throw new Error('it was not accepted');
  const inside = { user, call, toTag: tagOf(accepted) };
  await house.receive(request('ACK', inside));
  const left = await house.receive(request('MESSAGE', { ...inside, sequence: 2, body }));
  const said = left.filter((text) => text.startsWith('MESSAGE '));
  for (const one of said) await house.receive(answer(one, status));
  await house.receive(request('BYE', { ...inside, sequence: 3 }));
}

describe.each(WRITERS)('what can be read of a house, %s, at debug level', (_who, isTerminal) => {
  it('holds no body that was said in a session, whatever a bot makes of it', async () => {
    const house = await open(isTerminal);
    await talk(house, 'echo', CANARY.body);
    await talk(house, 'echo', `refused ${CANARY.body}`, 488);
    for (const way of ['throw', 'parse', 'address', 'text', 'many', 'named', 'lines']) {
      await talk(house, 'echo', `${way} ${CANARY.body}`);
      await house.clock.advance(1_100);
    }
    const text = await house.everything();
    expect(leaks(text)).toEqual([]);
    // It was all told, but for what was said. A line for people names nobody by what they call themselves.
    expect(text.includes('NAME TO BE SEEN')).toBe(!isTerminal);
    expect(text).toMatch(/488/);
    expect(text.match(/bots\.ts:\d+/g)?.length).toBeGreaterThanOrEqual(5);
    for (const kind of ['TypeError', 'SyntaxError', 'bad-address', 'AggregateError', 'a string'])
      expect(text).toContain(kind);
    expect(leaks(await house.close())).toEqual([]);
  });

  it('holds no body of a message outside any session, nor a header field', async () => {
    const house = await open(isTerminal);
    for (const user of ['echo', 'quoting', 'addressing', 'nonsense', 'refusing', 'nobody']) {
      await house.receive(request('MESSAGE', { user, body: CANARY.body }));
      await house.receive(invite({ user }));
      await house.clock.advance(1_100);
    }
    const text = await house.everything();
    expect(leaks(text)).toEqual([]);
    for (const outcome of ['bad-decision', 'bad-address', 'Error']) expect(text).toContain(outcome);
    expect(leaks(await house.close())).toEqual([]);
  });

  it('holds nothing of a configuration that is secret', async () => {
    const house = await open(isTerminal);
    await house.receive(invite({ user: 'keeper' }));
    const text = await house.everything();
    expect(text).toContain('keeper');
    expect(leaks(text)).toEqual([]);
    expect(leaks(await house.close())).toEqual([]);
  });

  it('holds not even a secret that is too short to be looked for', async () => {
    const house = await open(isTerminal, { environment: { TOKEN: 'xQ7z' } });
    await house.receive(invite({ user: 'keeper' }));
    const text = await house.everything();
    expect(text).toContain('usher_failures_total{bot="keeper",what="decide"} 1');
    expect(text).not.toContain('xQ7z');
    expect(await house.close()).not.toContain('xQ7z');
  });

  it('holds nothing of a proof that does not hold, nor of the password that would', async () => {
    const house = await open(isTerminal, { guarded: true });
    const left: string[] = [];
    for (const method of ['INVITE', 'MESSAGE', 'OPTIONS', 'REGISTER']) {
      left.push(...(await house.receive(request(method, { body: CANARY.body }))));
    }
    const broken = request('INVITE', { body: CANARY.body }).replace('response="', 'response=');
    left.push(...(await house.receive(broken)));
    const text = await house.everything();
    expect(text).toContain('unauthenticated');
    expect(leaks(text)).toEqual([]);
    expect(leaks(left.join('\n'))).toEqual([]);
    expect(leaks(await house.close())).toEqual([]);
  });

  it('holds nothing of what failed outside of everything', async () => {
    const house = await open(isTerminal);
    house.strays.next(new Error(CANARY.body));
    house.strays.next(CANARY.body);
    house.strays.next({ toString: () => CANARY.body });
    house.strays.next(Object.assign(new Error('x'), { name: CANARY.body, stack: CANARY.body }));
    house.strays.next(new Error('x', { cause: new Error(CANARY.body) }));
    const text = await house.everything();
    expect(text.match(/stray/g)?.length).toBeGreaterThanOrEqual(4);
    expect(leaks(text)).toEqual([]);
    await house.close();
  });

  it('holds nothing of an Identity, whatever is wrong with it', async () => {
    const house = await open(isTerminal, { passports: true });
    const { header } = CANARY;
    const base64 = (data: object): string =>
      Buffer.from(JSON.stringify(data)).toString('base64url');
    const head = base64({ alg: 'ES256', typ: 'passport', ppt: header, x5u: header });
    const body = base64({ dest: { uri: [header] }, iat: 1, orig: { tn: header } });
    const info = `info=<https://cert.example.org/${header}.cer>`;
    for (const identity of [
      header,
      `${head}.${body}.${header};${info}`,
      `${head}.${body}.${header};${info};alg=ES256;ppt=${header};;${header}`,
      `${head}.${body}.${header};${info};${header}="${header}`,
      `..${header};${info};alg=${header}`,
      `${header};info=${header}`,
    ]) {
      await house.receive(invite().replace(/Identity: [^\r]*/, `Identity: ${identity}`));
      await house.clock.advance(1_100);
    }
    const text = await house.everything();
    expect(text.match(/bad-identity/g)?.length).toBeGreaterThanOrEqual(3);
    expect(leaks(text)).toEqual([]);
    expect(leaks(await house.close())).toEqual([]);
  });

  it('holds nothing of a session description that is malformed', async () => {
    const house = await open(isTerminal);
    for (const line of [
      `a path msrps://127.0.0.2:2855/${CANARY.sdp};tcp`,
      `a=:${CANARY.sdp}`,
      `m=message 99999 ${CANARY.sdp.length} ${CANARY.sdp}`,
      `c=IN ${CANARY.sdp}`,
    ]) {
      await house.receive(
        invite({ body: `v=0\r\no=- 1 1 IN IP4 127.0.0.2\r\ns=-\r\n${line}\r\n` }),
      );
      await house.clock.advance(1_100);
    }
    await house.receive(invite({ body: `v=${CANARY.sdp}\r\n` }));
    const text = await house.everything();
    expect(text.match(/bad-sdp/g)?.length).toBeGreaterThanOrEqual(4);
    expect(leaks(text)).toEqual([]);
    expect(leaks(await house.close())).toEqual([]);
  });

  it.each([1, 2, 3])('holds nothing of messages that are malformed: seed %d', async (seed) => {
    const house = await open(isTerminal, { guarded: seed === 3, passports: seed === 2 });
    const chance = new SeededChance(seed);
    const whole = [
      invite(),
      request('MESSAGE', { body: `${CANARY.body}\r\n${CANARY.body}: ${CANARY.body}\r\n` }),
      request('OPTIONS'),
      request('REGISTER'),
      request('MESSAGE', { toTag: 'x', body: CANARY.body }),
    ];
    for (let count = 0; count < 1_000; count += 1) {
      const octets = mutated(whole[chance.integer(whole.length)] ?? '', chance);
      // From everywhere, so that the log leaves out as little as can be.
      const host = `127.1.${chance.integer(256)}.${chance.integer(256)}`;
      if (chance.chance(0.8)) house.network.receive(octets, host);
      else house.network.stream(octets, count + 1);
      if (count % 50 === 49) await house.clock.advance(1_000);
    }
    const text = await house.everything();
    const codes = new Set(
      Array.from(text.matchAll(/[[:"]((?:bad|missing)-[a-z-]+)["\]]/g), ([, code]) => code),
    );
    expect(codes.size).toBeGreaterThanOrEqual(8);
    expect(leaks(text)).toEqual([]);
    expect(leaks(await house.close())).toEqual([]);
  });
});

/** The same with a mistake or three: octets lost, doubled or changed, lines folded or cut. */
function mutated(text: string, chance: SeededChance): string {
  let mistaken = text;
  for (let count = 1 + chance.integer(3); count > 0; count -= 1) {
    const at = chance.integer(mistaken.length + 1);
    const length = 1 + chance.integer(chance.chance(0.2) ? 200 : 4);
    const [before, after] = [mistaken.slice(0, at), mistaken.slice(at)];
    const line = mistaken.indexOf('\r\n', at);
    mistaken = chance.pick([
      () => before + after.slice(length),
      () => before + after.slice(0, length) + after,
      () =>
        before +
        chance.pick(['\0', '\r', '\n', '"', '<', '>', ':', ';', ',', '\u00ff', '@', ' ', '=']) +
        after.slice(1),
      () => before,
      // A line that begins with a space belongs to the one before it; so does one whose end is missing.
      () => (line < 0 ? mistaken : `${mistaken.slice(0, line + 2)} ${mistaken.slice(line + 2)}`),
      () => (line < 0 ? mistaken : mistaken.slice(0, line) + mistaken.slice(line + 2)),
      () => (line < 0 ? mistaken : mistaken.slice(line + 2)),
    ])();
  }
  return mistaken;
}

describe('what is told of a configuration that is wrong', () => {
  const SECRETS = `config: { token: '\${env:TOKEN}', apiKey: ${CANARY.key} }`;
  const bot = (plugin: string): string =>
    `\n---\nid: one\nplugin: ./bots.js#${plugin}\norder: 99\n${SECRETS}`;
  const user = (value: string): string =>
    `authentication: { realm: example.com, users: [{ username: alice, password: ${value} }] }`;
  const P = CANARY.password;

  /** What `usher check` says. */
  async function said(text: string, environment?: Environment): Promise<string> {
    let shown = '';
    try {
      const write = (more: string): void => void (shown += more);
      const what = surroundings(
        new VirtualClock(),
        new PaperNetwork(),
        environment && { environment },
      );
      await check(sources(text), what, { isTerminal: false, paint: PLAIN, write });
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      shown += error.problems.map(problemLine).join('\n') + error.message;
    }
    return shown;
  }

  it('is nothing secret where nothing is wrong', async () => {
    const shown = await said(documents(true));
    expect(shown).toContain('Nothing wrong was found');
    expect(leaks(shown)).toEqual([]);
  });

  it.each([
    ['a bot that fails as it is made', `drain: 1s${bot('Broken')}`, 'plugin-failed'],
    ['a bot that refuses what it is given', `drain: 1s${bot('Strict')}`, 'bad-config'],
    ['an export that is not there', `drain: 1s${bot('Nobody')}`, 'no-such-export'],
    ['a password that is no text', user(`[${P}]`), 'bad-value'],
    ['a password that is a table', user(`{ ${P}: ${P} }`), 'bad-value'],
    ['a password where users are due', `authentication: { realm: x, users: ${P} }`, 'bad-value'],
    ['a password where a table is due', `authentication: ${P}`, 'bad-value'],
    ['a password that reads as an alias', user(`*${P}`), 'yaml-alias'],
    ['a password that reads as an anchor', user(`&${P} x`), 'yaml-alias'],
    ['a password that reads as a tag', user(`!${P} x`), 'yaml-tag'],
    ['a password that cannot begin so', user(`"@`).replace('"@', `@${P}`), 'bad-yaml'],
    ['a password in quotes that do not end', user(`"${P}`), 'bad-yaml'],
    ['a password with a wrong escape', user(`"\\q${P}"`), 'bad-yaml'],
    ['a password as a block', `authentication:\n  users:\n    - password: |${P}`, 'bad-yaml'],
    ['a password twice', user(`${P}, password: ${P}`), 'duplicate-key'],
    [
      'a password under a key that is misspelt',
      user(P).replace('password', 'pasword'),
      'unknown-key',
    ],
    ['credentials that are no row', `credentials: ${P}`, 'bad-value'],
    [
      'credentials without a realm',
      `credentials: [{ username: a, password: ${P} }]`,
      'missing-key',
    ],
    ['a second house', `${user(P)}\n---\n${user(P)}`, 'second-house'],
  ])('holds nothing secret: %s', async (_what, text, code) => {
    const shown = await said(text);
    expect(shown).toContain(`[${code}]`);
    expect(leaks(shown)).toEqual([]);
  });

  it.each(['Broken', 'Strict'])('holds not even a short secret: %s', async (plugin) => {
    const shown = await said(`drain: 1s${bot(plugin)}`, { TOKEN: 'x7.z' });
    expect(shown).toContain('[secret]');
    expect(shown).not.toContain('x7.z');
  });
});
