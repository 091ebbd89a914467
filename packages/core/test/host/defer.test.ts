import { describe, expect, it } from '@jest/globals';

import {
  accept,
  type Bot,
  type Decision,
  defer,
  type Deferral,
  forward,
  LocalProtocolError,
  pass,
  type Placement,
  reject,
  type Session,
  Withdrawal,
} from '../../src/index.js';
import { ALICE, Room } from './room.js';

const MINUTE = 60_000;
const silent = (): void => undefined;

function placed(
  decide: Bot['decide'],
  more: Partial<Placement> = {},
): Placement & { readonly plugin: Bot } {
  return { id: 'desk', order: 1, ...more, plugin: { decide } };
}

/** A house whose one bot asks a person. */
async function asking(
  options: Partial<Parameters<typeof defer>[0]> = {},
  more: Partial<Placement> = {},
  limits = {},
): Promise<Room> {
  const bot = placed(() => defer({ within: '5m', otherwise: 'unavailable', ...options }), more);
  return Room.open([bot], { limits });
}

describe('an invitation that a bot defers', () => {
  it('waits in host.pending, with who defers it, since when, until when and why', async () => {
    const room = await asking({ why: 'a caller for the desk' });
    const guest = await room.visit({ subject: 'cats' });
    expect(guest.answerText).toBe('none');
    const now = room.clock.now();
    expect([...room.host.pending.values()]).toEqual([
      expect.objectContaining({
        id: 'guest-1',
        bot: 'desk',
        since: now,
        until: now + 5 * MINUTE,
        why: 'a caller for the desk',
      }),
    ]);
    expect(room.host.pending.get('guest-1')?.invitation.subject).toBe('cats');
    expect(room.told('deferred')).toMatchObject([
      { bot: 'desk', until: now + 5 * MINUTE, why: 'a caller for the desk' },
    ]);
    expect(room.host.state).toMatchObject({ pending: { used: 1 }, deferred: { used: 1 } });
  });

  it('has its deadline put off by as much', async () => {
    const room = await asking();
    await room.visit();
    const waiting = room.host.pending.get('guest-1');
    expect(waiting?.invitation.deadline).toBe(waiting?.until);
  });

  it('is answered from outside by accept: the session begins, and counts on the bot that deferred', async () => {
    const room = await asking();
    const guest = await room.visit();
    await room.clock.advance(4 * MINUTE);
    const sessions: Session[] = [];
    await room.host.decide(
      'guest-1',
      accept((session) => void sessions.push(session)),
    );
    expect(guest.answerText).toBe('accept');
    expect(sessions).toHaveLength(1);
    expect(room.host.pending.size).toBe(0);
    expect(room.host.state).toMatchObject({
      sessions: { used: 1 },
      pending: { used: 0 },
      deferred: { used: 0 },
    });
    expect(room.host.state.bots.get('desk')?.used).toBe(1);
    expect(room.told('started')).toMatchObject([{ bot: 'desk', session: 'guest-1' }]);
    expect(room.steps).toEqual(['desk defer', 'desk accept']);
  });

  it.each<[string, Decision, string]>([
    ['reject', reject('busy'), 'reject 486'],
    ['forward', forward('sip:boss@example.com'), 'forward 302'],
  ])('is answered from outside by %s', async (_type, decision, answer) => {
    const room = await asking();
    const guest = await room.visit();
    await room.host.decide('guest-1', decision);
    expect(guest.answerText).toBe(answer);
    expect(room.host.state).toMatchObject({ sessions: { used: 0 }, pending: { used: 0 } });
  });

  it('goes to the next bot where somebody passes', async () => {
    const next: Placement = { id: 'next', order: 2, plugin: { decide: () => reject('decline') } };
    const room = await Room.open([
      placed(() => defer({ within: '5m', otherwise: 'unavailable' })),
      next,
    ]);
    const guest = await room.visit();
    await room.host.decide('guest-1', pass('not for me'));
    expect(guest.answerText).toBe('reject 603');
    expect(room.steps).toEqual(['desk defer', 'desk pass', 'next reject']);
  });

  it('waits longer where somebody defers it again', async () => {
    const room = await asking();
    const guest = await room.visit();
    await room.clock.advance(4 * MINUTE);
    await room.host.decide('guest-1', defer({ within: '3m', otherwise: 'busy' }));
    await room.clock.advance(2 * MINUTE);
    expect([guest.answerText, room.host.pending.size]).toEqual(['none', 1]);
    await room.clock.advance(MINUTE);
    expect([guest.answerText, room.host.pending.size]).toEqual(['reject 486', 0]);
  });

  it('may be decided in the moment in which it is told of', async () => {
    const room = await asking();
    room.host.activity.subscribe((activity) => {
      if (activity.type === 'deferred')
        void room.host.decide(activity.invitation.id, reject(488, 'No'));
    });
    expect((await room.visit()).answerText).toBe('reject 488');
  });
});

describe('an invitation that nobody decides', () => {
  it.each<[string, Deferral['otherwise'] | 'unavailable', string]>([
    ['a reason', 'unavailable', 'reject 480'],
    ['a rejection', reject('timeout'), 'reject 408'],
    ['a forward', forward('sip:night@example.com'), 'forward 302'],
    ['an acceptance', accept(silent), 'accept'],
    ['a pass, where there is no other bot', pass('nobody'), 'reject 480'],
  ])('is answered by what the bot named: %s', async (_what, otherwise, answer) => {
    const room = await asking({ otherwise });
    const guest = await room.visit();
    await room.clock.advance(5 * MINUTE - 1);
    expect(guest.answerText).toBe('none');
    await room.clock.advance(1);
    expect(guest.answerText).toBe(answer);
    expect(room.host.pending.size).toBe(0);
    expect(room.clock.waiting).toBe(0);
  });

  it('has its signal aborted then, by a TimeoutError', async () => {
    const room = await asking();
    await room.visit();
    const signal = room.host.pending.get('guest-1')?.invitation.signal;
    await room.clock.advance(5 * MINUTE);
    expect(signal?.reason).toMatchObject({ name: 'TimeoutError' });
  });
});

describe('what comes too late', () => {
  /** An invitation that is gone, in each way that there is. */
  const GONE: readonly [string, (room: Room) => Promise<unknown>][] = [
    ['was never there', async () => undefined],
    [
      'the inviter took back',
      async (room) => {
        const guest = await room.visit();
        guest.cancel();
      },
    ],
    [
      'was rejected before',
      async (room) => {
        await room.visit();
        await room.host.decide('guest-1', reject('busy'));
      },
    ],
    [
      'was accepted before',
      async (room) => {
        await room.visit();
        await room.host.decide('guest-1', accept(silent));
      },
    ],
    [
      'ran out of time',
      async (room) => {
        await room.visit();
        await room.clock.advance(5 * MINUTE);
      },
    ],
  ];

  it.each(GONE)(
    'accept and forward of one that %s fail; reject does nothing',
    async (_what, end) => {
      const room = await asking();
      await end(room);
      const before = room.activity.length;
      for (const decision of [accept(silent), forward('sip:b@example.com'), pass('no')]) {
        await expect(room.host.decide('guest-1', decision)).rejects.toMatchObject({
          code: 'not-pending',
        });
      }
      await expect(room.host.decide('guest-1', reject('busy'))).resolves.toBeUndefined();
      expect(room.activity).toHaveLength(before);
    },
  );

  it('is an error of ours, and nobody has to look at it', async () => {
    const room = await asking();
    const lost = room.host.decide('nobody', accept(silent));
    await room.clock.settle();
    await expect(lost).rejects.toBeInstanceOf(LocalProtocolError);
  });

  it('accept fails where the inviter leaves while it is carried out', async () => {
    const room = await asking();
    const guest = await room.visit();
    guest.answered = { type: 'gone', why: 'elsewhere' };
    await expect(room.host.decide('guest-1', accept(silent))).rejects.toMatchObject({
      code: 'not-pending',
    });
    expect(room.told('cancelled')).toMatchObject([{ why: 'elsewhere' }]);
    expect(room.host.state).toMatchObject({ sessions: { used: 0 }, pending: { used: 0 } });
  });

  it('accept fails where another answer went out instead of it', async () => {
    const room = await asking();
    const guest = await room.visit();
    guest.answered = { type: 'answered' };
    await expect(room.host.decide('guest-1', accept(silent))).rejects.toMatchObject({
      code: 'not-accepted',
    });
    expect(room.host.sessions).toBe(0);
  });

  it('whoever hears of the end cannot decide in that moment', async () => {
    const room = await asking();
    const guest = await room.visit();
    const waiting = room.host.pending.get('guest-1');
    const outcomes: unknown[] = [];
    waiting?.invitation.signal.addEventListener('abort', () => {
      room.host.decide('guest-1', accept(silent)).catch((error: unknown) => outcomes.push(error));
    });
    guest.cancel();
    await room.clock.settle();
    expect(outcomes).toMatchObject([{ code: 'not-pending' }]);
    expect(guest.answers).toEqual([]);
    expect(room.host.state.pending.used).toBe(0);
  });
});

describe('a decision from outside that cannot be carried out', () => {
  it('fails, and the invitation waits on', async () => {
    const room = await asking({}, { limits: { sessions: 1 } });
    await room.visit();
    const guest = await room.visit();
    await room.host.decide('guest-1', accept(silent));
    class Broken {
      constructor() {
        throw new RangeError('no');
      }
      converse(): void {}
    }
    const wrong: [unknown, object][] = [
      [accept(silent), { code: 'no-room' }],
      [{ type: 'perhaps' }, { code: 'bad-decision' }],
      [undefined, { code: 'bad-decision' }],
      [{ type: 'reject', status: 200 }, { code: 'bad-decision' }],
      [forward(ALICE), { code: 'forbidden-target' }],
      [defer({ within: 0, otherwise: 'busy' }), { code: 'bad-decision' }],
    ];
    for (const [decision, error] of wrong) {
      const outcome = room.host.decide('guest-2', decision as Decision);
      await expect(outcome).rejects.toMatchObject(error);
    }
    expect([guest.answerText, room.host.pending.size]).toEqual(['none', 1]);
    const other = await asking();
    await other.visit();
    await expect(other.host.decide('guest-1', accept(Broken))).rejects.toBeInstanceOf(RangeError);
    expect([other.host.pending.size, other.host.sessions]).toEqual([1, 0]);
  });
});

describe('a deferral', () => {
  it.each<[string, () => unknown]>([
    ['without end', () => defer({ within: Infinity, otherwise: 'busy' })],
    ['of no time', () => defer({ within: 0, otherwise: 'busy' })],
    [
      'to a deferral',
      () => ({
        ...defer({ within: 1, otherwise: 'busy' }),
        otherwise: defer({ within: 1, otherwise: 'busy' }),
      }),
    ],
    ['to nothing', () => ({ type: 'defer', within: 1_000 })],
    ['to what is forbidden', () => defer({ within: '1m', otherwise: forward(ALICE) })],
  ])('%s is a failure of the bot', async (_what, decide) => {
    const room = await Room.open([placed(decide as Bot['decide'])]);
    const guest = await room.visit();
    expect(guest.answerText).toBe('reject 480');
    expect(room.told('failed')).toMatchObject([{ what: 'decide', bot: 'desk' }]);
    expect(room.host.pending.size).toBe(0);
  });

  it('names a reason that there is, and a length of time', () => {
    expect(() => defer({ within: '5m', otherwise: 'whatever' as 'busy' })).toThrow(
      /a reason is needed/,
    );
    expect(() => defer({ within: 'soon' as '5m', otherwise: 'busy' })).toThrow(/no length of time/);
  });

  it('is at an end before it begins where too many wait: what the bot named counts at once', async () => {
    const room = await asking({ otherwise: 'busy' }, {}, { deferred: 1 });
    const first = await room.visit();
    const second = await room.visit();
    expect([first.answerText, second.answerText]).toEqual(['none', 'reject 486']);
    expect(room.steps).toEqual(['desk defer', 'desk reject']);
    await room.host.decide('guest-1', reject('decline'));
    expect((await room.visit()).answerText).toBe('none');
  });
});

describe('an inviter who leaves before there is a decision', () => {
  it.each<['cancelled' | 'elsewhere' | 'lost']>([['cancelled'], ['elsewhere'], ['lost']])(
    '%s: is told as such in activity and in the reason of the signal, and waits no longer',
    async (why) => {
      const room = await asking();
      const controller = new AbortController();
      await room.visit({ signal: controller.signal });
      const signal = room.host.pending.get('guest-1')?.invitation.signal;
      controller.abort(new Withdrawal(why, 'gone'));
      expect(room.host.pending.size).toBe(0);
      expect(room.told('cancelled')).toMatchObject([{ why, steps: [{ outcome: 'defer' }] }]);
      expect(signal?.reason).toMatchObject({ name: 'AbortError', why });
      expect(room.clock.waiting).toBe(0);
    },
  );
});

describe('a house that closes', () => {
  it('refuses by 503 who still waits, once the time for draining is up', async () => {
    const room = await asking();
    const guest = await room.visit();
    const drained = room.host.drain('1m');
    await room.clock.advance(MINUTE - 1);
    expect(guest.answerText).toBe('none');
    await room.clock.advance(1);
    await drained;
    expect(guest.answerText).toBe('reject 503');
    expect(room.host.pending.size).toBe(0);
    await expect(room.host.decide('guest-1', accept(silent))).rejects.toMatchObject({
      code: 'not-pending',
    });
  });

  it('waits no longer than for the last decision', async () => {
    const room = await asking();
    await room.visit();
    const drained = room.host.drain('1m');
    await room.host.decide('guest-1', reject('busy'));
    await expect(drained).resolves.toBeUndefined();
  });
});

describe('a bot that decides by a promise', () => {
  it('may take minutes where its placement lets it', async () => {
    let decided: (decision: Decision) => void = silent;
    const decide = (): Promise<Decision> =>
      new Promise((resolve) => {
        decided = resolve;
      });
    const room = await Room.open([placed(decide, { decide: { timeout: '10m' } })]);
    const guest = await room.visit();
    await room.clock.advance(9 * MINUTE);
    decided(accept(silent));
    await room.clock.settle();
    expect(guest.answerText).toBe('accept');
    const late = await room.visit();
    await room.clock.advance(10 * MINUTE);
    expect(late.answerText).toBe('reject 480');
  });
});
