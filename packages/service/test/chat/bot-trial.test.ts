import { describe, expect, it } from '@jest/globals';
import { LineQueue, pipedFace, PLAIN } from '@usher/console';
import { accept, Address, bot, type Invitation, Log, pass, type Plugin } from '@usher/core';
import { SeededChance, VirtualClock } from '@usher/core/testing';
import { Subject } from 'rxjs';

import { type BotTrial, tryBot } from '../../src/chat/bot-trial.js';

/** Tries a bot with a script behind a pipe. */
function trial(plugin: Plugin, more: Partial<BotTrial> = {}) {
  const clock = new VirtualClock();
  const input = new LineQueue();
  const strays = new Subject<unknown>();
  const shown = { out: '', errors: '' };
  const screen = (name: 'out' | 'errors') => ({
    isTerminal: false,
    paint: PLAIN,
    write: (text: string) => void (shown[name] += text),
  });
  const forever = new Promise<void>(() => undefined);
  const face = pipedFace(() => input, forever, screen('out'), screen('errors'));
  const done = tryBot({
    plugin,
    name: './my-bot.js',
    config: undefined,
    face,
    clock,
    chance: new SeededChance(1),
    strays,
    ...more,
  });
  return { clock, input, strays, shown, done };
}

describe('a bot that is tried', () => {
  it('is invited as and by whom the command says', async () => {
    const invitations: Invitation[] = [];
    const { clock, done } = trial(
      {
        decide: (invitation) => {
          invitations.push(invitation);
          return pass('not mine');
        },
      },
      {
        from: Address.parse('sip:alice@example.com'),
        target: Address.parse('sip:desk@example.com'),
        subject: 'urgent',
      },
    );
    await clock.advance(100);
    expect(await done).toBe(false);
    const facts = invitations.map(({ inviter, endpoint, subject }) => [
      inviter.userAtHost,
      endpoint.userAtHost,
      subject,
    ]);
    expect(facts).toEqual([['alice@example.com', 'desk@example.com', 'urgent']]);
  });

  it('says why it passes', async () => {
    const { clock, shown, done } = trial({ decide: () => pass('only on Sundays') });
    await clock.advance(100);
    expect(await done).toBe(false);
    expect(shown.errors).toContain('The bot passes: only on Sundays.\nNot accepted: 480');
  });

  it('is told of in one line where it fails to decide, or does not decide in time', async () => {
    const failing = trial({
      decide: () => {
        throw new TypeError('no idea\nat all');
      },
    });
    await failing.clock.advance(100);
    expect(await failing.done).toBe(false);
    expect(failing.shown.errors).toMatch(
      /^The bot fails as it decides: TypeError: no idea \(.*\)$/m,
    );

    const silent = trial({ decide: () => new Promise(() => undefined) });
    await silent.clock.advance(20_100);
    expect(await silent.done).toBe(false);
    expect(silent.shown.errors).toMatch(/^The bot did not decide: .*\.$/m);
  });

  it('may note what it does, and cannot command the terminal by that', async () => {
    @bot({ name: 'noting', inject: [Log] })
    class Noting {
      constructor(private readonly log: Log) {}

      decide() {
        this.log.warn('\u001B[2Jsomebody came');
        return accept(() => undefined);
      }
    }
    const { clock, input, shown, done } = trial(Noting);
    input.end();
    await clock.advance(5_100);
    expect(await done).toBe(true);
    expect(shown.errors).toContain('The bot notes: \\u{1b}[2Jsomebody came\n');
  });

  it('goes on where something fails that nobody waits for', async () => {
    const { clock, input, strays, shown, done } = trial({
      decide: () => accept(async (session) => void (await session.ask('?'))),
    });
    await clock.advance(100);
    strays.next(new Error('a timer'));
    input.push('yes');
    input.end();
    await clock.advance(100);
    expect(await done).toBe(true);
    expect(shown.errors).toContain('The bot let go of something that failed: a timer');
  });

  it('is not tried where it cannot be made, and it is said why', async () => {
    const { done } = trial(() => {
      throw new Error('no desk today');
    });
    await expect(done).rejects.toThrow(
      /^\.\/my-bot\.js: the bot fails as it is made: no desk today .*\[plugin-failed\]$/,
    );
  });
});
