import { describe, expect, it } from '@jest/globals';
import { LocalProtocolError } from '@usher/core';

import { ECHO, running } from './stage.js';

describe('usher run at a terminal', () => {
  it('shows where it listens, who answers to what, what is kept, and what to type next', async () => {
    const { clock, shown, stop, done } = running(
      `${ECHO}---\nid: porter\nplugin: ./bots.js#Porter\norder: 5\n`,
      true,
    );
    await clock.settle();
    expect(shown.text).toBe(`
  Usher 1.2.3 answers the door. Ctrl-C closes it; sessions then have 10.0 s to end, or Ctrl-C again ends them.

  Listens   sip:0  memory

  Bots       5  porter  every address
            10  echo    echo

  Journal   in memory: what was said is gone once Usher stops

  Talk to it from another terminal:

    usher chat sip:echo@sip:0 --transport memory

`);
    stop();
    expect(await done).toBe(true);
  });

  it('tells each thing that happens in one line', async () => {
    const { clock, shown, knock, stop, done } = running(ECHO, true);
    await clock.settle();
    const page = shown.text.length;
    const visitor = knock('sip:echo@example.com');
    await visitor.answer;
    await visitor.say('hello');
    await visitor.hears(1);
    await visitor.hangUp();
    await clock.settle();
    const lines = shown.text
      .slice(page)
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(10, 21).trim());
    expect(lines).toEqual(['invited', 'decided', 'started', 'received', 'sent', 'ended']);
    expect(shown.text).not.toContain('hello');
    stop();
    await done;
  });
});

describe('usher run for machines', () => {
  it('tells the facts of the start page as records', async () => {
    const { clock, records, stop, done } = running(ECHO, false);
    await clock.settle();
    expect(records()).toMatchObject([
      { level: 'info', event: 'listening', transport: 'memory' },
      {
        level: 'info',
        event: 'bot',
        bot: 'echo',
        order: 10,
        plugin: './bots.js#echo',
        asked: 'echo',
      },
      { level: 'info', event: 'ready', version: '1.2.3', durability: 'none', drain: 10_000 },
    ]);
    stop();
    expect(await done).toBe(true);
    expect(records().at(-1)).toMatchObject({ event: 'closed' });
  });

  it('strikes secrets out of what a bot says in its errors', async () => {
    const { clock, shown, strays, stop, done } = running(
      `${ECHO}---\nid: greeter\nplugin: ./bots.js#Greeter\norder: 20\nconfig: { greeting: "\${env:TOKEN}" }`,
      false,
      { TOKEN: 'canary-123' },
      undefined,
      { wording: 'told' },
    );
    await clock.settle();
    strays.next(new Error('greeting canary-123 was refused'));
    expect(shown.text).toContain('greeting [secret] was refused');
    expect(shown.text).not.toContain('canary');
    stop();
    await done;
  });

  it('tells of what failed outside of everything, and goes on', async () => {
    const { clock, records, knock, strays, stop, done } = running(ECHO, false);
    await clock.settle();
    strays.next(new TypeError('x is not a function'));
    strays.next('a rejection without an error');
    expect(records().slice(-2)).toMatchObject([
      {
        level: 'error',
        event: 'stray',
        error: { name: 'TypeError', stack: expect.stringContaining('run.test.ts') },
      },
      { level: 'error', event: 'stray', error: { name: 'no error, but a string' } },
    ]);
    const visitor = knock('sip:echo@example.com');
    expect(await visitor.answer).toMatchObject({ type: 'accepted' });
    stop();
    await clock.advance(10_000);
    await done;
  });
});

describe('closing', () => {
  it('refuses new invitations, and waits for the sessions to end', async () => {
    const { clock, shown, knock, stop, done } = running(ECHO, true);
    await clock.settle();
    const visitor = knock('sip:echo@example.com');
    await visitor.answer;
    stop();
    await clock.advance(5_000);
    expect(await knock('sip:echo@example.com').answer).toMatchObject({
      type: 'rejected',
      status: 503,
    });
    await visitor.say('still there?');
    expect(await visitor.hears(1)).toEqual(['still there?']);
    expect(shown.text).toContain(
      'stopping     sessions have 10.0 s to end; stop again to end them now',
    );
    await visitor.hangUp();
    expect(await done).toBe(true);
    expect(clock.now()).toBe(Date.UTC(2026, 0, 1) + 5_000);
  });

  it('ends sessions politely that have not ended in the configured time', async () => {
    const { clock, knock, stop, done } = running(ECHO.replace('drain: 10s', 'drain: 3s'), true);
    await clock.settle();
    const visitor = knock('sip:echo@example.com');
    await visitor.answer;
    stop();
    await clock.advance(2_999);
    expect(visitor.receiver.ends).toEqual([]);
    await clock.advance(1);
    await visitor.leftAlone();
    expect(await done).toBe(true);
  });

  it('ends sessions at once when asked a second time', async () => {
    const { clock, knock, stop, done } = running(ECHO, true);
    await clock.settle();
    const visitor = knock('sip:echo@example.com');
    await visitor.answer;
    stop();
    await clock.advance(1_000);
    stop();
    await visitor.leftAlone();
    expect(await done).toBe(true);
    expect(clock.now()).toBe(Date.UTC(2026, 0, 1) + 1_000);
  });

  it('is cut short five seconds after the second time, come what may', async () => {
    const { clock, caller, knock, stop, done, shown } = running(ECHO, true);
    await clock.settle();
    await knock('sip:echo@example.com').answer;
    caller.close = () => new Promise(() => undefined);
    stop();
    stop();
    await clock.advance(4_999);
    expect(shown.text).not.toContain('cut-short');
    await clock.advance(1);
    expect(await done).toBe(false);
    expect(shown.text).toContain('cut-short');
  });

  it('happens at once where it was asked for before the house was open', async () => {
    const { stop, done, caller } = running(ECHO, true);
    stop();
    expect(await done).toBe(true);
    expect(caller.listening).toEqual([]);
  });
});

describe('a place to listen that cannot be had', () => {
  it('is named by its line, and nothing is left open', async () => {
    const text = ECHO.replace(
      'listen: sip:127.0.0.1:5060;transport=udp',
      'listen:\n  - sip:127.0.0.1:5060;transport=udp\n  - sip:127.0.0.1:5060;transport=tcp',
    );
    const { caller, done } = running(text, true);
    caller.open = () =>
      Promise.reject(
        new LocalProtocolError(
          'port-in-use',
          'tcp 127.0.0.1:5060 is in use already; stop what listens there, or take another port',
        ),
      );
    await expect(done).rejects.toMatchObject({
      message:
        'usher.yaml:3:5: tcp 127.0.0.1:5060 is in use already; stop what listens there, or take another port [port-in-use]',
    });
    expect(caller.listening).toEqual([]);
  });
});
