import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { GOOD, read, wrong } from './read.js';

const FIXTURES = join(__dirname, '..', 'fixtures', 'config');

const bot = (...lines: string[]): string =>
  ['id: echo', "plugin: '@usher/echo#echo'", 'order: 10', ...lines].join('\n');

describe('a configuration', () => {
  it('is one house and its bots', () => {
    const { house, bots, problems } = read(GOOD);
    expect(problems).toEqual([]);
    expect(house.listen).toMatchObject([{ transport: 'udp', host: '127.0.0.1', port: 5060 }]);
    expect(bots).toMatchObject([
      { id: 'echo', order: 10, plugin: { module: '@usher/echo', name: 'echo' } },
    ]);
  });

  it('may do without a house: it then listens on this machine alone, by UDP and TCP, and drains for ten minutes', () => {
    const { house, problems } = read(bot());
    expect(problems).toEqual([]);
    expect(house.listen.map((place) => place.text)).toEqual([
      'sip:127.0.0.1:5060;transport=udp',
      'sip:127.0.0.1:5060;transport=tcp',
    ]);
    expect(house.drain).toBe('10m');
  });

  it('says all that a house and a bot may say', () => {
    const { house, bots, problems } = read(`
listen: [ 'sip:127.0.0.1:5060', 'sip:[::1]:5061;transport=tcp', sip:127.0.0.1:5066;transport=ws ]
drain: 1m
limits: { sessions: 1000, pending: 50, deferred: 5 }
---
${bot(
  "match: { to: [echo, '*@example.com'], from: 'sip:alice@example.com', type: im, subject: 'urgent*' }",
  'decide: { timeout: 5s, onTimeout: pass, onError: busy, politely: 8s }',
  'session: { idle: 10m, max: 2h, mailbox: 8 }',
  'limits: { sessions: 100 }',
  'config: { greeting: Hello, deep: [1, true, null] }',
)}`);
    expect(problems).toEqual([]);
    expect(house).toMatchObject({
      listen: [
        { transport: 'udp', host: '127.0.0.1', port: 5060 },
        { transport: 'tcp', host: '::1', port: 5061 },
        { transport: 'ws', host: '127.0.0.1', port: 5066 },
      ],
      drain: '1m',
      limits: { sessions: 1000, pending: 50, deferred: 5 },
    });
    expect(bots[0]).toMatchObject({
      match: { type: ['im'], subject: ['urgent*'] },
      decide: { timeout: '5s', onTimeout: 'pass', onError: 'busy', politely: '8s' },
      session: { idle: '10m', max: '2h', mailbox: 8 },
      limits: { sessions: 100 },
      config: { greeting: 'Hello', deep: [1, true, null] },
    });
    expect(bots[0]?.match?.to?.map((pattern) => pattern.text)).toEqual(['echo', '*@example.com']);
  });

  it('may be spread over several files', () => {
    const { bots, problems } = read({ 'house.yaml': 'listen: sip:127.0.0.1', 'echo.yaml': bot() });
    expect(problems).toEqual([]);
    expect(bots).toHaveLength(1);
  });

  it('is wrong without a bot', () => {
    expect(wrong('listen: sip:127.0.0.1')).toEqual([
      expect.stringMatching(/^usher\.yaml: there is no bot: add a document .*\[no-bots\]$/),
    ]);
  });
});

describe('an unknown key', () => {
  it('is refused at its place, with the key that was probably meant and how to write it', () => {
    expect(wrong(`${GOOD}ordr: 20\n`)).toEqual([
      'usher.yaml:6:1: unknown key `ordr` in a bot; did you mean `order`? Write `order: 10` [unknown-key]',
    ]);
  });

  it('is refused within a part of a document as well', () => {
    expect(wrong(bot('decide:', '  timout: 3s'))).toEqual([
      'usher.yaml:5:3: unknown key `timout` in decide; did you mean `timeout`? Write `timeout: 5s` [unknown-key]',
    ]);
  });

  it('that is like no other is refused with those that are known', () => {
    expect(wrong(bot('decide: { whenever: 3s }'))).toEqual([
      'usher.yaml:4:11: unknown key `whenever` in decide; known here: timeout, onTimeout, onError, politely [unknown-key]',
    ]);
  });

  it('is refused without its value being shown, which may be a secret', () => {
    expect(wrong(bot('tokn: s3cr3t')).join()).not.toContain('s3cr3t');
  });

  it('does not keep a document from being known for what it is, and is told once', () => {
    expect(wrong(`${GOOD}---\nplugn: ./a.js\nid: a\norder: 3\n`)).toEqual([
      "usher.yaml:7:1: unknown key `plugn` in a bot; did you mean `plugin`? Write `plugin: '@usher/echo#echo'` [unknown-key]",
    ]);
  });

  it('alone makes a document that is neither the house nor a bot', () => {
    expect(wrong(`${GOOD}---\nzzzzzz: 1\n`)).toEqual([
      expect.stringMatching(
        /^usher\.yaml:7:1: this document is neither the house nor a bot: .*`listen:`.*`plugin:`/,
      ),
    ]);
  });
});

describe('a value of the wrong kind', () => {
  const cases: [what: string, document: string, found: string][] = [
    [
      'an order that is a word',
      bot().replace('10', 'first'),
      '3:1: `order` must be a whole number such as `10`; the bot with the lowest is asked first; found the text `first`',
    ],
    [
      'an order below nought',
      bot().replace('10', '-1'),
      '3:1: `order` must be a whole number such as `10`; the bot with the lowest is asked first; found `-1`',
    ],
    [
      'a length of time without a unit',
      bot('decide: { timeout: 5 minutes }'),
      '4:11: `decide.timeout` must be a length of time such as `5s` (ms, s, m, h or d); found the text `5 minutes`',
    ],
    [
      'a fallback that there is not',
      bot('decide: { onError: ring }'),
      '4:11: `decide.onError` must be `pass`, `timeout`, `unavailable`, `busy`, `not-acceptable`, `decline` or `decline-everywhere`; found the text `ring`',
    ],
    [
      'a type that there is not',
      bot('match: { type: [im, video] }'),
      '4:21: `match.type` must be `im`, `audio-video`, `conference`, `application` or `unknown`; found the text `video`',
    ],
    [
      'a pattern that is none',
      bot("match: { to: 'a b' }"),
      "4:10: `match.to` must be a pattern of addresses such as `echo`, `echo@example.com` or `'*@example.com'`, or several in a row; found the text `a b`",
    ],
    [
      'a mailbox of no size',
      bot('session: { mailbox: 0 }'),
      '4:12: `session.mailbox` must be a whole number from 1, such as `64`; found `0`',
    ],
    [
      'an id with a space',
      bot().replace('echo', 'my bot'),
      '1:1: `id` must be a name of up to 64 letters, digits, `.`, `_` and `-`, such as `echo`; found the text `my bot`',
    ],
    [
      'a plugin that is a number',
      bot().replace("'@usher/echo#echo'", '3'),
      "2:1: `plugin` must be where the bot comes from, such as `'@usher/echo#echo'` or `./my-bot.js#bot`; found `3`",
    ],
    [
      'a row where a table belongs',
      bot('session: [1]'),
      '4:1: `session` must be a table with the keys idle, max, again, mailbox; found a row',
    ],
    [
      'nothing where something belongs',
      bot('decide:'),
      '4:1: `decide` must be a table with the keys timeout, onTimeout, onError, politely; found nothing',
    ],
  ];
  it.each(cases)('is refused with what belongs there: %s', (_what, document, message) => {
    expect(wrong(document)).toEqual([`usher.yaml:${message} [bad-value]`]);
  });

  it('is refused in the house as well', () => {
    const house = 'drain: soon\nlimits: { sessions: many }\n---\n';
    expect(wrong(house + bot())).toEqual([
      'usher.yaml:1:1: `drain` must be a length of time such as `10s` (ms, s, m, h or d); found the text `soon` [bad-value]',
      'usher.yaml:2:11: `limits.sessions` must be a whole number from 1, such as `1000`; found the text `many` [bad-value]',
    ]);
  });

  it('is shown as it stands in the file, never with what came from the environment', () => {
    expect(wrong(bot('decide: { timeout: "${env:TOKEN}" }'), { TOKEN: 's3cr3t' })).toEqual([
      expect.stringContaining('found the text `${env:TOKEN}`'),
    ]);
  });

  it('is one line, whatever stands in the file', () => {
    const [line] = wrong(bot('decide: { onError: "a\\nb\u001B[2J" }'));
    expect(line).not.toMatch(/\p{Cc}/u);
  });
});

describe('one error', () => {
  it('does not hide the others of its document', () => {
    expect(
      wrong(
        bot('ordr: 3', 'decide: { onError: ring }', 'config: { token: "${env:NOPE}" }').replace(
          'order: 10',
          'match: { to: *desk, type: video }',
        ),
      ),
    ).toEqual([
      expect.stringContaining('usher.yaml:3:14: YAML reads `*desk` as an alias'),
      expect.stringContaining('usher.yaml:3:21: `match.type` must be'),
      expect.stringContaining('usher.yaml:4:1: unknown key `ordr`'),
      expect.stringContaining('usher.yaml:5:11: `decide.onError` must be'),
      expect.stringContaining('usher.yaml:6:18: the environment has no variable `NOPE`'),
    ]);
  });

  it('of the house does not hide what is wrong with its places', () => {
    expect(wrong(`drian: 3s\nlisten: [sip:127.0.0.1, sip:127.0.0.1]\n---\n${bot()}`)).toEqual([
      expect.stringContaining('usher.yaml:1:1: unknown key `drian`'),
      expect.stringContaining(
        'usher.yaml:2:25: `sip:127.0.0.1` and `sip:127.0.0.1`, which line 2 takes',
      ),
    ]);
  });
});

describe('a place to listen', () => {
  const house = (...lines: string[]): string => `${lines.join('\n')}\n---\n${bot()}`;

  it.each([
    ['sip:bot@127.0.0.1:5060', 'a SIP address with a host'],
    ['127.0.0.1:5060', 'a SIP address with a host'],
    ['sip:localhost:5060', 'at an address in numbers, such as 127.0.0.1, not at a name'],
    ['sip:127.0.0.256', 'at an address in numbers'],
    ['sip:127.0.0.1:70000', 'of a port from 0 to 65535'],
    ['sip:127.0.0.1;transport=sctp', 'of transport udp, tcp, tls, ws or wss; `sctp` is not served'],
  ])('is refused where it is none: %s', (text, why) => {
    const [line, ...others] = wrong(house('listen:', `  - ${text}`));
    expect(others).toEqual([]);
    expect(line).toMatch(/^usher\.yaml:2:5: `listen` must be /);
    expect(line).toContain(why);
  });

  it('that others can reach must be meant, because nobody need prove who they are', () => {
    expect(wrong(house('listen: [sip:127.0.0.1, sip:192.0.2.1:5070]'))).toEqual([
      'usher.yaml:1:25: `192.0.2.1:5070` can be reached from other machines, and who comes there need not prove who they are; listen on 127.0.0.1, name those who may come in under `authentication`, or the peers that are trusted as in `trust: { networks: [192.0.2.0/24] }`, or write `trust: everyone` in the house if this is meant [open-door]',
    ]);
    expect(wrong(house('listen: sip:192.0.2.1:5070', 'trust: everyone'))).toEqual([]);
  });

  it('that is every address of this machine wants one that peers can be told', () => {
    expect(wrong(house('listen: sip:0.0.0.0:5070', 'trust: everyone'))).toEqual([
      'usher.yaml:1:1: `0.0.0.0:5070` is every address of this machine, and peers must be told one of them; write `advertise: sip.example.com` in the house, with the host by which they reach it [no-advertise]',
    ]);
    const told = house('listen: sip:0.0.0.0:5070', 'trust: everyone', 'advertise: 192.0.2.1:5070');
    expect(wrong(told)).toEqual([]);
    expect(read(told).house.advertise).toBe('192.0.2.1:5070');
  });

  it('has the port of its transport where none is written', () => {
    const { listen } = read(house('listen: [sip:127.0.0.1, sip:127.0.0.1;transport=ws]')).house;
    expect(listen.map(({ port }) => port)).toEqual([5060, 80]);
  });

  it('cannot be had twice', () => {
    expect(
      wrong(
        house('listen:', '  - sip:127.0.0.1:99;transport=tcp', '  - sip:127.0.0.1:99;transport=ws'),
      ),
    ).toEqual([
      'usher.yaml:3:5: `sip:127.0.0.1:99;transport=ws` and `sip:127.0.0.1:99;transport=tcp`, which line 2 takes, cannot both be had; give one of them another port [duplicate-listen]',
    ]);
    expect(wrong(house('listen: [sip:127.0.0.1, sip:127.0.0.1;transport=tcp]'))).toEqual([]);
  });
});

describe('documents that contradict each other', () => {
  it('are two bots of one id: both places are named', () => {
    expect(wrong({ 'a.yaml': bot(), 'b.yaml': bot().replace('10', '20') })).toEqual([
      'b.yaml:1:1: two bots cannot have one id: `id: echo` stands at a.yaml:1:1 already; change one of them [duplicate-id]',
    ]);
  });

  it('are two bots of one order: both places are named', () => {
    expect(wrong(`${bot()}\n---\n${bot().replace('id: echo', 'id: other')}`)).toEqual([
      'usher.yaml:7:1: two bots cannot stand at one place in the line: `order: 10` stands at usher.yaml:3:1 already; change one of them [duplicate-order]',
    ]);
  });

  it('are two houses: both places are named', () => {
    expect(wrong({ 'a.yaml': GOOD, 'b.yaml': 'listen: sip:127.0.0.1:5070' })).toEqual([
      'b.yaml:1:1: a run has one house, and it stands at a.yaml:1:1 already; put both into one document [second-house]',
    ]);
  });
});

describe('a variable of the environment', () => {
  it('is put into a text, and what was put in is never read again', () => {
    const { bots, problems } = read(
      bot('config: { token: "Bearer ${env:TOKEN}!", pair: "${env:A}${env:B}" }'),
      {
        TOKEN: 'a: [1] # ${env:A}',
        A: '1',
        B: 'yes',
      },
    );
    expect(problems).toEqual([]);
    expect(bots[0]?.config).toEqual({ token: 'Bearer a: [1] # ${env:A}!', pair: '1yes' });
  });

  it('that is missing is named with its file and line', () => {
    expect(wrong(bot('config:', '  token: ${env:DESK_TOKEN}'))).toEqual([
      'usher.yaml:5:10: the environment has no variable `DESK_TOKEN`; set it, as in: DESK_TOKEN=… usher run usher.yaml [missing-variable]',
    ]);
  });

  it.each(['${env:}', '${env:A', '${env:A B}', '${env:1}'])('is not written %s', (text) => {
    expect(wrong(bot(`config: { token: '${text}' }`), { A: 'x' })).toEqual([
      'usher.yaml:4:18: a variable is written `${env:NAME}`, with letters, digits and _ in its name [bad-variable]',
    ]);
  });

  it('is not looked for among what every object has', () => {
    expect(wrong(bot('config: { token: "${env:toString}" }'))).toEqual([
      expect.stringContaining('no variable `toString`'),
    ]);
  });

  it('is remembered as a secret where it went into a bot’s own configuration', () => {
    const { secrets } = read(bot('config: { token: "${env:TOKEN}" }'), { TOKEN: 's3cr3t' });
    expect([...secrets]).toEqual(['s3cr3t']);
  });
});

describe('YAML that does more than say something', () => {
  const fixture = (name: string): string => readFileSync(join(FIXTURES, name), 'utf8');

  it('is refused where it multiplies itself by anchors and aliases', () => {
    const problems = wrong(fixture('yaml-bomb.yaml.txt'));
    expect(problems[0]).toBe('usher.yaml:1:7: anchors are not taken: leave `&a` out [yaml-alias]');
    expect(problems.length).toBeLessThanOrEqual(20);
  });

  it('is refused where it carries tags', () => {
    expect(wrong(fixture('yaml-tags.yaml.txt'))).toEqual([
      'usher.yaml:1:18: tags are not taken: leave `!!js/function` out [yaml-tag]',
      'usher.yaml:2:36: tags are not taken: leave `!!python/object/apply:os.system` out [yaml-tag]',
    ]);
  });

  it('is refused where a key stands twice', () => {
    expect(wrong(fixture('dup-keys.json.txt'))).toEqual([
      'usher.yaml:1:27: `auth` stands here twice, first on line 1; keep one of them [duplicate-key]',
    ]);
  });

  it('is refused where a key would reach into every object', () => {
    const problems = wrong(fixture('proto-pollution.json.txt'));
    expect(problems).toEqual([
      'usher.yaml:1:22: `__proto__` cannot be a key; give it another name [forbidden-key]',
      'usher.yaml:1:53: `constructor` cannot be a key; give it another name [forbidden-key]',
      'usher.yaml:1:98: `__proto__` cannot be a key; give it another name [forbidden-key]',
    ]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
  });

  it.each([
    ['rows', '['.repeat(500_000)],
    ['tables', '{a: '.repeat(100_000)],
    ['blocks', '- '.repeat(300_000)],
    ['keys', '? '.repeat(300_000)],
  ])('is refused at once where it is nested without end: %s', (_what, text) => {
    expect(wrong(text)).toEqual([
      expect.stringContaining('this is nested too deep to be a configuration [bad-yaml]'),
    ]);
  });

  it('is refused where it has more documents than anybody writes', () => {
    expect(wrong('---\n'.repeat(5_000))).toEqual([
      expect.stringContaining('more than 1000 documents in one file [bad-yaml]'),
    ]);
  });

  it('is refused where it asks to be read by older rules', () => {
    expect(wrong(`%YAML 1.1\n---\n${bot('config: { on: yes }')}`)).toEqual([
      expect.stringContaining('only YAML 1.2 is read'),
    ]);
  });

  it('is explained where a text should have been quoted', () => {
    expect(wrong(bot('match: { to: *@example.com }'))[0]).toMatch(
      /^usher\.yaml:4:14: YAML reads `\*@example\.com` as an alias, .* quote it: '\*@example\.com' \[yaml-alias\]$/,
    );
    expect(wrong('id: echo\nplugin: @usher/echo\norder: 1')[0]).toBe(
      "usher.yaml:2:9: a text that starts with `@` must be quoted, like '@…' [bad-yaml]",
    );
  });

  it('is refused where it is no YAML, at its place', () => {
    expect(wrong('id: "echo\norder: 1')[0]).toMatch(
      /^usher\.yaml:\d+:\d+: this is not YAML: .*\[bad-yaml\]$/,
    );
  });
});
