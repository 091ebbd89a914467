import { afterEach, describe, expect, it, jest } from '@jest/globals';

import { jsonLines } from '../../json-lines.js';
import { Usher } from './usher.js';

// Each test starts a process or two.
jest.setTimeout(60_000);

const running: Usher[] = [];
function usher(words: readonly string[], input?: string): Usher {
  const one = new Usher(words, input);
  running.push(one);
  return one;
}
afterEach(async () => {
  for (const one of running) one.signal('SIGKILL');
  await Promise.all(running.splice(0).map((one) => one.ended));
});

/** Opens a house of the fixtures; tells where it listens by UDP. */
async function open(
  file = 'usher.yaml',
): Promise<{ readonly house: Usher; readonly place: string }> {
  const house = usher(['run', file]);
  const { port } = jsonLines(await house.line('"transport":"udp"'))[0] ?? {};
  await house.line('"event":"ready"');
  return { house, place: `127.0.0.1:${String(port)}` };
}

describe('the usher process', () => {
  it('runs a house, answers over SIP, and closes with 0 when it is told to', async () => {
    const { house, place } = await open();
    const chat = usher(['chat', `sip:echo@${place}`], 'one\ntwo\n');
    expect(await chat.ended).toBe(0);
    expect(chat.lines).toEqual(['one', 'two']);
    house.signal('SIGTERM');
    expect(await house.ended).toBe(0);
    const events = jsonLines(house.lines.join('\n')).map((record) => record['event']);
    expect(events.join(' ')).toBe(
      'listening listening bot bot ready invited decided started ended draining closed',
    );
    expect(house.lines.join('')).not.toContain('two');
  });

  it('goes on when a bot lets go of a promise that fails and a timer that throws', async () => {
    const { house, place } = await open();
    const turnedAway = usher(['chat', `sip:stray@${place}`], 'hello\n');
    expect(await turnedAway.ended).toBe(1);
    expect(turnedAway.errors).toContain('Not accepted: 480');
    await house.line('stray.mjs:4:');
    await house.line('stray.mjs:6:');
    expect(house.lines.join('')).not.toContain('nobody');
    const chat = usher(['chat', `sip:echo@${place}`], 'still there?\n');
    expect(await chat.ended).toBe(0);
    house.signal('SIGINT');
    expect(await house.ended).toBe(0);
  });

  it('keeps names from outside away from prototypes', async () => {
    const { house, place } = await open('proto.yaml');
    const chat = usher(['chat', `sip:anybody@${place}`], 'hello\n');
    expect(await chat.ended).toBe(1);
    expect(chat.errors).toContain('Not accepted: 603');
    house.signal('SIGTERM');
    expect(await house.ended).toBe(0);
  });

  it('serves health and metrics over HTTP, of the process and its sockets as well', async () => {
    const { house, place } = await open('proto.yaml');
    const { port } = jsonLines(await house.line('"transport":"http"'))[0] ?? {};
    const at = `http://127.0.0.1:${String(port)}`;
    expect(await (await fetch(`${at}/readyz`)).json()).toEqual({
      ready: true,
      failing: {},
      sessions: 0,
      durability: 'none',
    });
    const text = await (await fetch(`${at}/metrics`)).text();
    for (const name of ['usher_ready 1', 'process_resident_memory_bytes', 'nodejs_eventloop_lag'])
      expect(text).toContain(`\n${name}`);
    if (process.platform === 'linux') {
      const udp = place.split(':')[1] ?? '';
      expect(text).toContain(`usher_udp_dropped_total{address="127.0.0.1",port="${udp}"} 0\n`);
    }
    house.signal('SIGTERM');
    expect(await house.ended).toBe(0);
    await expect(fetch(`${at}/livez`)).rejects.toThrow('fetch failed');
  });

  it('tells all that is wrong with its place, and ends with 1', async () => {
    for (const command of ['run', 'check']) {
      const wrong = usher([command, 'wrong.yaml', 'missing.yaml']);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await wrong.ended).toBe(1);
      expect(wrong.errors.trimEnd().split('\n')).toEqual([
        'missing.yaml: there is no such file [cannot-read]',
        expect.stringMatching(/^wrong\.yaml:2:1: `drain` must be .* \[bad-value\]$/),
        expect.stringMatching(
          /^wrong\.yaml:5:1: there is no package `@usher\/ecco`.* \[no-such-plugin\]$/,
        ),
        expect.stringMatching(/^wrong\.yaml:8:10: .*`USHER_TEST_MISSING`.* \[missing-variable\]$/),
        expect.stringMatching(
          /^wrong\.yaml:11:1: there is no file `\.\/stry\.mjs`.* \[no-such-plugin\]$/,
        ),
        expect.stringMatching(
          /^wrong\.yaml:12:1: two bots cannot stand.* wrong\.yaml:6:1 .* \[duplicate-order\]$/,
        ),
        'Nothing was started: 6 errors.',
      ]);
      expect(wrong.lines).toEqual([]);
    }
  });

  it('checks without listening, and ends with 0', async () => {
    const check = usher(['check', 'usher.yaml']);
    expect(await check.ended).toBe(0);
    expect(check.lines[0]).toBe('Nothing wrong was found in usher.yaml. This would run:');
  });

  it('ends with 2 where it was not understood', async () => {
    expect(await usher(['runn']).ended).toBe(2);
    expect(await usher(['chat', 'sip:echo@127.0.0.1', '--transport', 'pigeon']).ended).toBe(2);
    expect(await usher(['--help']).ended).toBe(0);
  });

  it('says at once that nobody listens where it was to chat, and ends with 1', async () => {
    const { house, place } = await open();
    house.signal('SIGTERM');
    await house.ended;
    const chat = usher(['chat', `sip:echo@${place}`], 'hello\n');
    expect(await chat.ended).toBe(1);
    expect(chat.errors).toContain(`Nobody can be reached at ${place}: nothing listens there.`);
  });

  it('tries a bot of a file with no network: lines in, replies out', async () => {
    const chat = usher(['chat', '--bot', 'shy.mjs', '--config', 'name=Ann'], 'one\nbye\n');
    expect(await chat.ended).toBe(0);
    expect(chat.lines).toEqual(['I am Ann.', 'one?']);
    expect(chat.errors).toBe('Inviting bot@localhost …\nAccepted.\nbot has left.\n');
  });

  it('ends with 1 where the bot that is tried rejects, fails, or cannot be made, and says which', async () => {
    const rejected = usher(['chat', '--bot', './shy.mjs', '--subject', 'sales'], 'hello\n');
    expect(await rejected.ended).toBe(1);
    expect(rejected.errors).toContain('Not accepted: 603 decline (declined).');
    const failed = usher(['chat', '--bot', './shy.mjs'], 'boom\n');
    expect(await failed.ended).toBe(1);
    expect(failed.errors).toMatch(
      /^The bot fails in its conversation: no idea \(shy\.mjs:\d+\)\nbot has left: something failed there\.$/m,
    );
    const unmade = usher(['chat', '--bot', './shy.mjs', '--config', 'nmae=Ann'], '');
    expect(await unmade.ended).toBe(1);
    expect(unmade.errors).toBe(
      './shy.mjs: `nmae`: is no key of this bot; write --config nmae=…, or --config FILE.yaml [bad-config]\nNothing was started: one error.\n',
    );
  });

  it('goes on, and says so, when the bot that is tried lets go of something that fails', async () => {
    const chat = usher(['chat', '--bot', './shy.mjs'], 'stray\nbye\n');
    expect(await chat.ended).toBe(0);
    expect(chat.errors).toContain('The bot let go of something that failed: nobody waits for me');
  });

  it('hangs up when it is told to, and ends with 0', async () => {
    const chat = usher(['chat', '--bot', './shy.mjs']);
    await chat.line('I am nobody.');
    chat.signal('SIGINT');
    expect(await chat.ended).toBe(0);
  });
});
