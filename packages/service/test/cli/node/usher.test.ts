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

/** Opens the house of the fixtures; tells where it listens by UDP. */
async function open(): Promise<{ readonly house: Usher; readonly place: string }> {
  const house = usher(['run', 'usher.yaml']);
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
    await house.line('nobody waits for me');
    await house.line('nobody catches me');
    const chat = usher(['chat', `sip:echo@${place}`], 'still there?\n');
    expect(await chat.ended).toBe(0);
    house.signal('SIGINT');
    expect(await house.ended).toBe(0);
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
});
