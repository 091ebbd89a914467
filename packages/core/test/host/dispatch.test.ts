import { describe, expect, test } from '@jest/globals';
import { EMPTY, NEVER, Observable, of, Subject } from 'rxjs';

import {
  accept,
  type Bot,
  type Decision,
  forward,
  pass,
  type Placement,
  reject,
} from '../../src/index.js';
import { ALICE, DESK, Room } from './room.js';

const silent = (): void => undefined;

function placed(
  id: string,
  order: number,
  decide: Bot['decide'],
  more: Partial<Placement> = {},
): Placement {
  return { id, order, plugin: { decide }, ...more };
}

describe('the bots are asked in order', () => {
  test('the lowest order is asked first, wherever it stands in the list', async () => {
    const asked: string[] = [];
    const passes = (id: string): Bot['decide'] => {
      return () => {
        asked.push(id);
        return pass('not mine');
      };
    };
    const room = await Room.open([
      placed('c', 30, passes('c')),
      placed('a', -1, passes('a')),
      placed('b', 2, passes('b')),
    ]);
    await room.visit();
    expect(asked).toEqual(['a', 'b', 'c']);
  });

  test('the first bot that does not pass decides, and the others are not asked', async () => {
    const room = await Room.open([
      placed('first', 1, () => pass('not mine')),
      placed('second', 2, () => reject('busy')),
      placed('third', 3, () => accept(silent)),
    ]);
    const guest = await room.visit();
    expect(guest.answerText).toBe('reject 486');
    expect(room.steps).toEqual(['first pass', 'second reject']);
  });

  test('when all pass, the answer is 480', async () => {
    const room = await Room.open([
      placed('one', 1, () => pass('no')),
      placed('two', 2, () => pass('no')),
    ]);
    expect((await room.visit()).answerText).toBe('reject 480');
  });

  test('when there is no bot, the answer is 480', async () => {
    const room = await Room.open([]);
    expect((await room.visit()).answerText).toBe('reject 480');
  });

  test('a bot whose match says no is not asked, and the decision says so', async () => {
    const room = await Room.open([
      placed('picky', 1, () => accept(silent), {
        match: (invitation) => invitation.subject === 'cats',
      }),
      placed('other', 2, () => reject('decline')),
    ]);
    expect((await room.visit({ subject: 'dogs' })).answerText).toBe('reject 603');
    expect(room.steps).toEqual(['picky unmatched', 'other reject']);
    expect((await room.visit({ subject: 'cats' })).answerText).toBe('accept');
  });

  test('a match that throws counts as a failure of its bot', async () => {
    const match = (): boolean => {
      throw new TypeError('oops');
    };
    const room = await Room.open([placed('broken', 1, () => accept(silent), { match })]);
    const guest = await room.visit();
    expect(guest.answerText).toBe('reject 480');
    expect(guest.diagnostic).toBe('bot "broken" failed: TypeError');
  });

  test('a decision is explained: which bot, why, and how long it took', async () => {
    const room = await Room.open([
      placed(
        'slow',
        1,
        () =>
          new Promise<Decision>((resolve) =>
            room.clock.at(room.clock.now() + 250, () => resolve(pass('too late for me'))),
          ),
      ),
      placed('quick', 2, () => reject(488, 'No Cats Here')),
    ]);
    await room.visit();
    await room.clock.advance(250);
    expect(room.told('decided')[0]).toMatchObject({
      bot: 'quick',
      answer: { type: 'reject', status: 488, text: 'No Cats Here' },
      took: 250,
      steps: [
        { bot: 'slow', outcome: 'pass', why: 'too late for me', took: 250 },
        { bot: 'quick', outcome: 'reject', why: 'No Cats Here', took: 0 },
      ],
    });
  });

  test('an invitation of a type that nobody knows is decided like any other', async () => {
    const room = await Room.open([
      placed('any', 1, (invitation) => reject(488, `no ${invitation.type}`)),
    ]);
    expect((await room.visit({ type: 'unknown' })).answerText).toBe('reject 488');
  });
});

describe('a decision may come as a value, a promise or an observable', () => {
  test.each<[string, () => ReturnType<Bot['decide']>]>([
    ['a value', () => reject('busy')],
    ['a promise', () => Promise.resolve(reject('busy'))],
    ['an observable', () => of(reject('busy'))],
  ])('%s', async (_kind, decide) => {
    const room = await Room.open([placed('bot', 1, decide)]);
    expect((await room.visit()).answerText).toBe('reject 486');
  });

  test('a decision that is there at once is answered before knocking returns, without a timer', async () => {
    const room = await Room.open([placed('bot', 1, () => reject('busy'))]);
    const guest = room.knock();
    expect(guest.answerText).toBe('reject 486');
    expect(room.clock.waiting).toBe(0);
  });

  test('the signal of an invitation is only fetched from the user agent where a bot takes its time', async () => {
    const room = await Room.open([placed('bot', 1, () => reject('busy'))]);
    let fetched = 0;
    room.knock({
      get signal() {
        fetched += 1;
        return new AbortController().signal;
      },
    });
    // The spread in the fixture reads it once.
    expect(fetched).toBe(1);
  });

  test('an observable that emits twice at once counts once, and the rest is noted', async () => {
    const room = await Room.open([placed('bot', 1, () => of(reject('busy'), accept(silent)))]);
    expect((await room.visit()).answerText).toBe('reject 486');
    expect(room.told('noted')).toMatchObject([{ bot: 'bot', level: 'warn' }]);
  });

  test('an observable that never stops emitting is stopped', async () => {
    let emitted = 0;
    const endless = new Observable<Decision>((subscriber) => {
      while (!subscriber.closed) {
        emitted += 1;
        subscriber.next(reject('busy'));
      }
    });
    const room = await Room.open([placed('bot', 1, () => endless)]);
    expect((await room.visit()).answerText).toBe('reject 486');
    expect(emitted).toBe(2);
  });

  test('a bot that answers again while its first answer is on the way is noted, and changes nothing', async () => {
    const answers = new Subject<Decision>();
    const room = await Room.open([placed('bot', 1, () => answers)]);
    const guest = room.knock();
    answers.next(reject('busy'));
    answers.next(accept(silent));
    await room.clock.settle();
    expect(guest.answerText).toBe('reject 486');
    expect(room.told('noted')).toHaveLength(1);
    expect(answers.observed).toBe(false);
  });
});

describe('whatever a bot does, exactly one answer leaves', () => {
  test('a bot that throws is answered for with 480 and a diagnostic without its message', async () => {
    const room = await Room.open([
      placed('bot', 1, () => {
        throw new TypeError('the password is swordfish');
      }),
    ]);
    const guest = await room.visit();
    expect(guest.answers).toEqual([
      {
        type: 'reject',
        status: 480,
        reason: 'unavailable',
        diagnostic: 'bot "bot" failed: TypeError',
      },
    ]);
    expect(JSON.stringify(room.told('decided')[0]?.steps)).not.toContain('swordfish');
    expect(room.told('failed')).toMatchObject([
      { what: 'decide', bot: 'bot', invitation: 'guest-1' },
    ]);
  });

  test('a name of an error that could break a header never reaches the wire', async () => {
    const error = new Error('x');
    error.name = 'Evil\r\nVia: me';
    const room = await Room.open([placed('bot', 1, () => Promise.reject(error))]);
    expect((await room.visit()).diagnostic).toBe('bot "bot" failed: Error');
  });

  test('a throwing bot leaves the sessions of others alone', async () => {
    const room = await Room.open([
      placed('bot', 1, (invitation) => {
        if (invitation.subject === 'bad') throw new Error('bad');
        return accept((session) =>
          session.messages.forEach((message) => void session.send(message)),
        );
      }),
    ]);
    const good = await room.visit();
    const bad = await room.visit({ subject: 'bad' });
    expect(bad.answerText).toBe('reject 480');
    good.say('still there?');
    expect(good.medium.sent).toEqual(['still there?']);
    expect(room.host.sessions).toBe(1);
  });

  test.each<[string, () => unknown]>([
    ['undefined', () => undefined],
    ['null', () => null],
    ['a string', () => 'accept'],
    ['a number', () => 200],
    ['an object of another shape', () => ({ type: 'welcome' })],
    ['a function', () => () => undefined],
    ['an acceptance without a conversation', () => ({ type: 'accept' })],
    ['a rejection with a redirection status', () => ({ type: 'reject', status: 302 })],
    ['a rejection without a status', () => ({ type: 'reject' })],
    ['a rejection whose text breaks the line', () => reject(480, 'Sorry\r\nVia: me')],
    [
      'a rejection until the end of time',
      () => ({ type: 'reject', status: 480, retryAfter: Infinity }),
    ],
    ['a forward to nobody', () => ({ type: 'forward', targets: [], mode: 'redirect' })],
    ['a promise of nothing', () => Promise.resolve()],
    ['an observable of nothing', () => EMPTY],
    ['an observable of something else', () => of(1)],
  ])('%s is no decision: the bot has failed', async (_what, decide) => {
    const room = await Room.open([placed('bot', 1, decide as Bot['decide'])]);
    const guest = await room.visit();
    expect(guest.answerText).toBe('reject 480');
    expect(guest.diagnostic).toMatch(/^bot "bot" failed: bad-decision$/);
    expect(room.steps).toEqual(['bot failed']);
  });

  test('with onError `pass`, the next bot is asked when one fails', async () => {
    const room = await Room.open([
      placed('broken', 1, () => Promise.reject(new Error('no')), { decide: { onError: 'pass' } }),
      placed('next', 2, () => reject('busy')),
    ]);
    expect((await room.visit()).answerText).toBe('reject 486');
    expect(room.steps).toEqual(['broken failed', 'next reject']);
  });

  test('a bot that keeps silent for 20 seconds is answered for with 480', async () => {
    const room = await Room.open([placed('bot', 1, () => NEVER)]);
    const guest = await room.visit();
    await room.clock.advance(19_999);
    expect(guest.answerText).toBe('none');
    await room.clock.advance(1);
    expect(guest.answers).toEqual([
      {
        type: 'reject',
        status: 480,
        reason: 'unavailable',
        diagnostic: 'bot "bot" did not decide within 20000 ms',
      },
    ]);
    expect(room.steps).toEqual(['bot silent']);
  });

  test('a bot that decides after its time was up changes nothing, and that is noted', async () => {
    const room = await Room.open([
      placed(
        'bot',
        1,
        () =>
          new Promise<Decision>((resolve) =>
            room.clock.at(room.clock.now() + 2000, () => resolve(accept(silent))),
          ),
        {
          decide: { timeout: '1s', onTimeout: 'busy' },
        },
      ),
    ]);
    const guest = await room.visit();
    await room.clock.advance(5000);
    expect(guest.answerText).toBe('reject 486');
    expect(room.told('noted')).toHaveLength(1);
    expect(room.host.sessions).toBe(0);
  });

  test('the signal of a silent bot aborts at its deadline, and the next bot gets time of its own', async () => {
    let signal: AbortSignal | undefined;
    const deadlines: number[] = [];
    const room = await Room.open([
      placed(
        'silent',
        1,
        (invitation) => {
          ({ signal } = invitation);
          deadlines.push(invitation.deadline);
          return NEVER;
        },
        { decide: { timeout: '3s', onTimeout: 'pass' } },
      ),
      placed('next', 2, (invitation) => {
        deadlines.push(invitation.deadline);
        return NEVER;
      }),
    ]);
    await room.visit();
    expect(signal?.aborted).toBe(false);
    await room.clock.advance(3000);
    expect(signal?.aborted).toBe(true);
    expect(deadlines).toEqual([1_003_000, 1_023_000]);
  });

  test('a promise that fails after the deadline brings nothing down', async () => {
    const room = await Room.open([
      placed(
        'bot',
        1,
        () =>
          new Promise<Decision>((_resolve, fail) =>
            room.clock.at(room.clock.now() + 30_000, () => fail(new Error('late'))),
          ),
      ),
    ]);
    const guest = await room.visit();
    await room.clock.advance(40_000);
    expect(guest.answerText).toBe('reject 480');
  });

  test('a user agent that cannot answer is told of, and nobody is left in the house', async () => {
    const room = await Room.open([placed('bot', 1, () => accept(silent))]);
    const guest = room.knock({}, (one) => {
      one.answered = new Error('the wire is cut');
    });
    await room.clock.settle();
    expect(guest.answers).toHaveLength(1);
    expect(room.told('failed')).toMatchObject([{ what: 'answer' }]);
    expect(room.host.sessions).toBe(0);
  });
});

describe('the inviter may leave while a bot decides', () => {
  test('then the bot is told by its signal, and no answer leaves', async () => {
    let signal: AbortSignal | undefined;
    const room = await Room.open([
      placed('bot', 1, (invitation) => {
        ({ signal } = invitation);
        return NEVER;
      }),
    ]);
    const guest = await room.visit();
    guest.cancel();
    expect(signal?.aborted).toBe(true);
    await room.clock.advance(60_000);
    expect(guest.answerText).toBe('none');
    expect(room.told('cancelled')).toMatchObject([{ why: 'cancelled' }]);
    expect(room.told('decided')).toEqual([]);
    expect(room.clock.waiting).toBe(0);
  });

  test('a bot that gives up because of that has not failed', async () => {
    const room = await Room.open([
      placed(
        'bot',
        1,
        ({ signal }) =>
          new Promise<Decision>((_resolve, fail) => {
            signal.addEventListener('abort', () => fail(signal.reason as Error));
          }),
      ),
    ]);
    const guest = await room.visit();
    guest.cancel();
    await room.clock.settle();
    expect(room.told('failed')).toEqual([]);
    expect(room.told('cancelled')).toHaveLength(1);
  });

  test('a signal that a bot reads only afterwards has aborted already', async () => {
    let invitation: Parameters<Bot['decide']>[0] | undefined;
    const room = await Room.open([
      placed('bot', 1, (asked) => {
        invitation = asked;
        return NEVER;
      }),
    ]);
    const guest = await room.visit();
    guest.cancel();
    expect(invitation?.signal.aborted).toBe(true);
  });

  test('a bot that accepts afterwards opens no session', async () => {
    const decisions = new Subject<Decision>();
    const room = await Room.open([placed('bot', 1, () => decisions)]);
    const guest = await room.visit();
    guest.cancel();
    decisions.next(accept(silent));
    await room.clock.settle();
    expect(guest.answerText).toBe('none');
    expect(room.host.sessions).toBe(0);
  });

  test('a promise that is kept afterwards decides nothing, and gives no place in the house away', async () => {
    let decide: (decision: Decision) => void = () => undefined;
    const room = await Room.open(
      [
        placed('bot', 1, ({ subject }) =>
          subject === 'later'
            ? new Promise<Decision>((resolve) => {
                decide = resolve;
              })
            : accept(silent),
        ),
      ],
      { limits: { sessions: 1 } },
    );
    const guest = await room.visit({ subject: 'later' });
    guest.cancel();
    decide(accept(silent));
    await room.clock.settle();
    expect(room.told('decided')).toEqual([]);
    expect(room.told('cancelled')).toHaveLength(1);
    await room.visit();
    await room.visit();
    expect(room.host.sessions).toBe(1);
    expect(room.told('shed')).toHaveLength(1);
  });

  test('an inviter that had left before the bot was asked is noticed at once', async () => {
    const room = await Room.open([placed('bot', 1, () => NEVER)]);
    const signal = AbortSignal.abort();
    const guest = await room.visit({ signal });
    expect(room.told('cancelled')).toHaveLength(1);
    expect(guest.answerText).toBe('none');
  });

  test('an acceptance that comes too late opens no session, and its conversation never begins', async () => {
    let began = false;
    const room = await Room.open([
      placed('bot', 1, () =>
        accept(() => {
          began = true;
        }),
      ),
    ]);
    room.knock({}, (one) => {
      one.answered = { type: 'gone', why: 'cancelled' };
    });
    await room.clock.settle();
    expect(began).toBe(false);
    expect(room.host.sessions).toBe(0);
    expect(room.told('cancelled')).toHaveLength(1);
    expect(room.told('started')).toEqual([]);
  });
});

describe('a forward is guarded', () => {
  test('a forward redirects by 302, or asks the server between by 303', async () => {
    const room = await Room.open([
      placed('bot', 1, ({ subject }) =>
        forward(['sip:bob@example.com', 'sips:carol@example.com'], {
          mode: subject === 'server' ? 'server' : 'redirect',
        }),
      ),
    ]);
    expect((await room.visit()).answers).toMatchObject([
      { type: 'forward', status: 302, targets: [{ user: 'bob' }, { user: 'carol' }] },
    ]);
    expect((await room.visit({ subject: 'server' })).answerText).toBe('forward 303');
  });

  test.each<[string, string]>([
    ['the inviter itself', ALICE.toString()],
    ['the address that was invited', DESK.toString()],
    ['the address that was invited, under another scheme', 'sips:desk@EXAMPLE.com'],
    ['an address that was tried before', 'sip:before@example.com'],
    ['an address of another scheme', 'tel:+15551234'],
  ])('%s is no target: the bot has failed, and the decision says why', async (_what, target) => {
    const room = await Room.open([
      placed('bot', 1, () => forward(['sip:bob@example.com', target])),
    ]);
    const { Address } = await import('../../src/index.js');
    const guest = await room.visit({
      history: [{ address: Address.parse('sip:before@example.com') }],
    });
    expect(guest.answerText).toBe('reject 480');
    expect(guest.diagnostic).toBe('bot "bot" failed: forbidden-target');
    expect(room.told('decided')[0]?.steps[0]?.why).toContain(
      `not forwarded to ${Address.parse(target).toString()}`,
    );
  });
});
