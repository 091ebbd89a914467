import { describe, expect, test } from '@jest/globals';
import { NEVER } from 'rxjs';

import {
  accept,
  Address,
  bot,
  type Bot,
  type Decision,
  forward,
  Host,
  type HostOptions,
  type Invitation,
  type Placement,
  reject,
  type Session,
} from '../../src/index.js';
import { TwoHouses } from './two-houses.js';

const BOB = 'sip:bob@far.example';

/** A bot that is never asked here, but whose sessions count. */
const OURS: Placement = { id: 'ours', order: 1, plugin: { decide: () => reject('unavailable') } };

function theirs(decide: Bot['decide']): Placement {
  return { id: 'theirs', order: 1, plugin: { decide } };
}

interface Scene {
  readonly two: TwoHouses;
  readonly asked: Invitation[];
}

async function scene(
  decide: Bot['decide'] = () => accept((session) => void session.send('hello')),
  options: Partial<HostOptions> = {},
  ours: Partial<Placement> = {},
): Promise<Scene> {
  const asked: Invitation[] = [];
  const two = await TwoHouses.open(
    [{ ...OURS, ...ours }],
    [theirs((invitation) => (asked.push(invitation), decide(invitation)))],
    options,
  );
  return { two, asked };
}

describe('the house invites somebody', () => {
  test('and the conversation begins when they accept, on a session like any other', async () => {
    const { two, asked } = await scene();
    const heard: string[] = [];
    const result = await two.host.invite(
      BOB,
      (session) => {
        session.messages.subscribe(({ text }) => heard.push(text));
      },
      { displayName: 'The Desk', subject: 'news', conversationId: 'c-1' },
    );
    await two.clock.settle();
    if (result.type !== 'accepted') throw new Error(result.type);
    const { session } = result;
    expect(heard).toEqual(['hello']);
    expect(session.direction).toBe('outgoing');
    expect(session.peer.userAtHost).toBe('bob@far.example');
    expect(session.local.toString()).toBe('sip:near@scripted.invalid');
    expect(session.invitation).toMatchObject({
      type: 'im',
      medium: 'message',
      subject: 'news',
      conversationId: 'c-1',
      inviter: { userAtHost: 'near@scripted.invalid', displayName: 'The Desk' },
    });
    expect(asked[0]).toMatchObject({
      subject: 'news',
      conversationId: 'c-1',
      inviter: { userAtHost: 'near@scripted.invalid', displayName: 'The Desk' },
    });
    expect(two.host.state.bots.get('ours')).toEqual({ used: 1 });
    expect(two.host.sessions).toBe(1);
    await session.end();
    expect(two.host.sessions).toBe(0);
    const told = two.activity.map(({ type }) => type).filter((type) => type !== 'received');
    expect(told).toEqual(['listening', 'inviting', 'answered', 'started', 'ended']);
  });

  test('under a conversation id of its own where none is given', async () => {
    const { two, asked } = await scene();
    await two.host.invite(BOB, () => NEVER);
    await two.host.invite(BOB, () => NEVER);
    const ids = asked.map(({ conversationId }) => conversationId);
    expect(ids.every((id) => id !== undefined && id.length >= 16)).toBe(true);
    expect(ids[0]).not.toBe(ids[1]);
  });

  test('a rejection is a value, and nothing is left of it', async () => {
    const { two } = await scene(() => reject('busy', { text: 'Later' }));
    const began: Session[] = [];
    const result = await two.host.invite(BOB, (session) => void began.push(session));
    expect(result).toMatchObject({ type: 'rejected', status: 486, text: 'Later' });
    expect(began).toEqual([]);
    expect(two.host.sessions).toBe(0);
    expect(two.host.state.pending.used).toBe(0);
    expect(two.told('answered')).toMatchObject([{ answer: { type: 'rejected', status: 486 } }]);
  });

  test('a redirection that the user agent did not follow is a value', async () => {
    const { two } = await scene(() => forward('sip:carol@far.example'));
    expect(await two.host.invite(BOB, () => NEVER)).toEqual({
      type: 'forwarded',
      status: 302,
      targets: ['sip:carol@far.example'],
    });
  });

  test('what is said before the house knows of the acceptance is not lost', async () => {
    const { two } = await scene(() =>
      accept((session) => {
        void session.send('one');
        void session.send('two');
      }),
    );
    const heard: string[] = [];
    await two.host.invite(BOB, (session) => {
      session.messages.subscribe(({ text }) => heard.push(text));
    });
    await two.clock.settle();
    expect(heard).toEqual(['one', 'two']);
  });

  test('a conversation may be a class, made for the session by the injection of the bot', async () => {
    const { two } = await scene();
    const spoke: string[] = [];
    class Talk {
      converse(session: Session): void {
        spoke.push(session.peer.userAtHost);
      }
    }
    expect(await two.host.invite(BOB, Talk)).toMatchObject({ type: 'accepted' });
    expect(spoke).toEqual(['bob@far.example']);
  });

  test('and takes the invitation back by its signal', async () => {
    const { two } = await scene(() => NEVER);
    const abort = new AbortController();
    const seen: number[] = [];
    const inviting = two.host.invite(BOB, () => NEVER, {
      signal: abort.signal,
      progress: (status) => seen.push(status),
    });
    await two.clock.settle();
    expect(seen).toEqual([180]);
    abort.abort();
    expect(await inviting).toMatchObject({ type: 'rejected', status: 487 });
    expect(two.host.sessions).toBe(0);
    expect(two.other.state.pending.used).toBe(0);
  });

  test('a house that closes takes it back', async () => {
    const { two } = await scene(() => NEVER);
    const inviting = two.host.invite(BOB, () => NEVER);
    await two.clock.settle();
    await two.host.close();
    expect(await inviting).toMatchObject({ type: 'rejected', status: 487 });
  });

  test('where there is no room for one more session, that is a rejection of our own', async () => {
    const full = await scene(undefined, { limits: { sessions: 1 } });
    await full.two.host.invite(BOB, () => NEVER);
    expect(await full.two.host.invite(BOB, () => NEVER)).toMatchObject({ status: 503 });
    const busy = await scene(undefined, {}, { limits: { sessions: 1 } });
    await busy.two.host.invite(BOB, () => NEVER);
    expect(await busy.two.host.invite(BOB, () => NEVER)).toMatchObject({ status: 486 });
    await busy.two.host.close();
    expect(await busy.two.host.invite(BOB, () => NEVER)).toMatchObject({ status: 503 });
    expect(busy.asked).toHaveLength(1);
  });

  test('the bounds of the bot whose session it is hold', async () => {
    const { two } = await scene(undefined, {}, { session: { max: '1m' } });
    const result = await two.host.invite(BOB, () => NEVER);
    await two.clock.advance(60_000);
    if (result.type !== 'accepted') throw new Error(result.type);
    expect(await result.session.ended).toEqual({ by: 'host', why: 'limit' });
  });

  test('a session of ours can be handed over, and stays one that we have begun', async () => {
    const sessions: Session[] = [];
    const next: Placement = {
      id: 'next',
      order: 2,
      plugin: { decide: () => accept((session) => void sessions.push(session)) },
    };
    const two = await TwoHouses.open([OURS, next], [theirs(() => accept(() => NEVER))]);
    const result = await two.host.invite(BOB, () => NEVER, { bot: 'ours' });
    if (result.type !== 'accepted') throw new Error(result.type);
    await result.session.handOver('next');
    expect(sessions[0]?.direction).toBe('outgoing');
    expect(sessions[0]?.peer.userAtHost).toBe('bob@far.example');
  });

  test.each([
    ['no-such-bot', BOB, { bot: 'nobody' }],
    ['no-such-user-agent', BOB, { userAgent: 'pigeon' }],
    ['bad-address', 'bob', {}],
    ['forbidden-target', 'mailto:bob@far.example', {}],
    ['forbidden-target', 'sip:near@scripted.invalid', {}],
  ])('asking for what cannot be is an error: %s', async (code, target, options) => {
    const { two, asked } = await scene();
    await expect(two.host.invite(target, () => NEVER, options)).rejects.toMatchObject({ code });
    expect(asked).toEqual([]);
    expect(two.host.sessions).toBe(0);
  });

  test('where the house has several bots it must be said whose session it is', async () => {
    const two = await TwoHouses.open([OURS, { ...OURS, id: 'more', order: 2 }], [OURS]);
    await expect(two.host.invite(BOB, () => NEVER)).rejects.toMatchObject({ code: 'no-such-bot' });
  });

  test('a domain that is not allowed is not gone to', async () => {
    const { two } = await scene(undefined, { forwarding: { domains: ['*.example', 'here'] } });
    expect(await two.host.invite(BOB, () => NEVER)).toMatchObject({ type: 'accepted' });
    await expect(two.host.invite('sip:bob@example.com', () => NEVER)).rejects.toThrow(
      'not invited sip:bob@example.com: the domain example.com is not among those that are allowed',
    );
  });
});

test('a bot can invite somebody itself, from within a talk', async () => {
  class Connecting {
    readonly #host: Host;
    constructor(host: Host) {
      this.#host = host;
    }
    decide(): Decision {
      return accept(async (session) => {
        const result = await this.#host.invite(BOB, (other) => other.send('somebody is here'));
        await session.send(result.type);
      });
    }
  }
  bot({ name: 'desk', inject: [Host] })(Connecting);
  const heard: string[] = [];
  const two = await TwoHouses.open(
    [{ id: 'desk', order: 1, plugin: Connecting }],
    [
      theirs(() =>
        accept((session) => {
          session.messages.subscribe(({ text }) => heard.push(text));
        }),
      ),
    ],
  );
  const visitor = two.near.knock({ from: 'sip:alice@example.com', to: 'sip:desk@example.com' });
  expect(await visitor.hears(1)).toEqual(['accepted']);
  await two.clock.settle();
  expect(heard).toEqual(['somebody is here']);
  expect(two.host.sessions).toBe(0);
});

describe('each invitation of ours is seen before it leaves', () => {
  test('and can be decorated', async () => {
    const drafts: unknown[] = [];
    const { two, asked } = await scene(undefined, {
      outgoing: (draft) => {
        drafts.push(draft);
        return {
          subject: `${draft.subject}!`,
          conversationId: 'mine',
          displayName: 'Us',
          headers: [
            ['X-Team', 'blue'],
            ['Priority', 'urgent'],
          ],
        };
      },
    });
    await two.host.invite(BOB, () => NEVER, { subject: 'news' });
    expect(drafts).toMatchObject([
      { target: Address.parse(BOB), userAgent: 'near', bot: 'ours', subject: 'news', history: [] },
    ]);
    expect(asked[0]).toMatchObject({ subject: 'news!', conversationId: 'mine' });
    expect(asked[0]?.inviter.displayName).toBe('Us');
    expect(asked[0]?.headers.get('x-team')).toBe('blue');
    expect(asked[0]?.headers.get('priority')).toBe('urgent');
  });

  test('and forbidden: whoever asked for it is told so, and nothing leaves', async () => {
    const { two, asked } = await scene(undefined, {
      outgoing: () => {
        throw new Error('not on Sundays');
      },
    });
    await expect(two.host.invite(BOB, () => NEVER)).rejects.toThrow('not on Sundays');
    expect(asked).toEqual([]);
    expect(two.told('inviting')).toEqual([]);
    expect(two.host.sessions).toBe(0);
  });

  test.each([
    'From',
    'to',
    'Via',
    'Route',
    'Contact',
    'P-Asserted-Identity',
    'Content-Length',
    'X Y',
    'History-Info',
  ])('but %s is not to be added', async (name) => {
    const { two, asked } = await scene(undefined, { outgoing: () => ({ headers: [[name, 'x']] }) });
    await expect(two.host.invite(BOB, () => NEVER)).rejects.toMatchObject({
      code: 'forbidden-header',
    });
    expect(asked).toEqual([]);
  });

  test('nor a value of two lines', async () => {
    const { two } = await scene(undefined, {
      outgoing: () => ({ headers: [['X-A', 'a\r\nTo: b']] }),
    });
    await expect(two.host.invite(BOB, () => NEVER)).rejects.toMatchObject({
      code: 'forbidden-header',
    });
  });
});
