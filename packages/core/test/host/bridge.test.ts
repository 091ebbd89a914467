import { describe, expect, test } from '@jest/globals';
import { NEVER } from 'rxjs';

import {
  accept,
  Address,
  type Bot,
  type Decision,
  forward,
  type HostOptions,
  type Invitation,
  type Placement,
  reject,
  type Session,
} from '../../src/index.js';
import type { Visitor } from '../../src/testing/visitor.js';
import { TwoHouses } from './two-houses.js';

const FROM = { from: 'sip:alice@example.com', to: 'sip:desk@example.com' };
const BOB = 'sip:bob@far.example';
const CAROL = 'sip:carol@far.example';

/** Everybody at the other end, by their user part. */
type People = Readonly<Record<string, () => ReturnType<Bot['decide']>>>;

interface Scene {
  readonly two: TwoHouses;
  /** How the invitations came to the other end. */
  readonly asked: Invitation[];
}

async function scene(
  decision: () => Decision,
  people: People,
  options: Partial<HostOptions> = {},
  more: Partial<Placement> = {},
  delay = 0,
): Promise<Scene> {
  const asked: Invitation[] = [];
  const two = await TwoHouses.open(
    [{ id: 'desk', order: 1, plugin: { decide: decision }, ...more }],
    [
      {
        id: 'people',
        order: 1,
        plugin: {
          decide: (invitation) => {
            asked.push(invitation);
            return people[invitation.endpoint.user]?.() ?? reject(404, 'Not Found');
          },
        },
      },
    ],
    options,
    delay,
  );
  return { two, asked };
}

function bridge(...targets: string[]): Decision {
  return forward(targets, { mode: 'bridge', timeout: '10s' });
}

/** Somebody who accepts, and whose session the test has. */
function present(sessions: Session[], heard: string[] = []): () => Decision {
  return () =>
    accept((session) => {
      sessions.push(session);
      session.messages.subscribe(({ text }) => heard.push(text));
    });
}

async function visit(two: TwoHouses, more: object = {}): Promise<Visitor> {
  const visitor = two.near.knock({ ...FROM, ...more });
  await two.clock.settle();
  return visitor;
}

function rest(two: TwoHouses): void {
  expect(two.host.sessions).toBe(0);
  expect(two.host.state.pending.used).toBe(0);
  expect(two.host.state.bots.get('desk')?.used).toBe(0);
}

describe('a bridge', () => {
  test('accepts the inviter when the target has accepted, and carries what both say, as it is', async () => {
    const sessions: Session[] = [];
    const heard: string[] = [];
    const { two } = await scene(() => bridge(BOB), { bob: present(sessions, heard) });
    const visitor = await visit(two);
    expect(await visitor.answer).toMatchObject({ type: 'accepted' });
    const octets = { contentType: 'application/x-odd', body: Uint8Array.of(0, 255, 7) };
    expect(await visitor.say('hello')).toEqual({ type: 'taken' });
    const [bob] = sessions;
    if (bob === undefined) throw new Error('bob is not there');
    expect(await bob.send(octets)).toEqual({ type: 'delivered', status: 200 });
    await two.clock.settle();
    expect(heard).toEqual(['hello']);
    expect(
      visitor.receiver.messages.map(({ contentType, body }) => ({ contentType, body })),
    ).toEqual([octets]);
    expect(two.host.sessions).toBe(1);
    expect(two.host.state.bots.get('desk')).toEqual({ used: 1 });
    expect(two.told('bridged')).toMatchObject([{ bot: 'desk', session: visitor.invitation.id }]);
    expect(two.told('inviting')).toMatchObject([{ onBehalfOf: visitor.invitation.id }]);
    expect(two.told('decided')).toMatchObject([
      { answer: { type: 'accept' }, steps: [{ outcome: 'forward' }] },
    ]);
  });

  test('tells the target who invites, about what, in which conversation, and where the invitation has been', async () => {
    const { two, asked } = await scene(() => bridge(BOB), { bob: present([]) });
    await visit(two, {
      displayName: 'Alice',
      subject: 'help',
      conversationId: 'c-7',
      history: [{ address: Address.parse('sip:before@example.com'), status: 480 }],
      headers: { 'Max-Forwards': '20' },
    });
    expect(asked[0]).toMatchObject({
      subject: 'help',
      conversationId: 'c-7',
      inviter: { userAtHost: 'alice@example.com', displayName: 'Alice' },
    });
    expect(asked[0]?.history.map(({ address, status }) => [address.toString(), status])).toEqual([
      ['sip:before@example.com', 480],
      ['sip:desk@example.com', 302],
    ]);
    expect(asked[0]?.headers.get('Max-Forwards')).toBe('19');
  });

  test('carries the news of typing both ways', async () => {
    const sessions: Session[] = [];
    const { two } = await scene(() => bridge(BOB), { bob: present(sessions) });
    const visitor = await visit(two);
    const seen: string[] = [];
    sessions[0]?.composing.subscribe((state) => seen.push(state));
    visitor.type('active');
    sessions[0]?.compose('active');
    await two.clock.settle();
    expect(seen).toEqual(['active']);
    expect(visitor.receiver.composing).toEqual(['active']);
  });

  test('takes the message that came with the invitation over first, once', async () => {
    const heard: string[] = [];
    const { two } = await scene(() => bridge(BOB), { bob: present([], heard) });
    const visitor = await visit(two, { firstMessage: 'first' });
    await visitor.say('second');
    await two.clock.settle();
    expect(heard).toEqual(['first', 'second']);
  });

  test('answers a message by what became of it at the other end', async () => {
    const { two } = await scene(() => bridge(BOB), { bob: () => accept(() => NEVER) }, {});
    const visitor = await visit(two);
    // Nobody reads there: its mailbox has 64 places.
    const receipts: string[] = [];
    for (let count = 0; count < 65; count += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const receipt = await visitor.say(`${count}`);
      receipts.push(receipt.type === 'taken' ? 'taken' : String(receipt.status));
    }
    expect(receipts.slice(0, 64)).toEqual(Array<string>(64).fill('taken'));
    expect(receipts[64]).toBe('486');
  });

  test('ends at the one when the other hangs up', async () => {
    const sessions: Session[] = [];
    const { two } = await scene(() => bridge(BOB), { bob: present(sessions) });
    const visitor = await visit(two);
    await visitor.hangUp();
    await two.clock.settle();
    expect(await sessions[0]?.ended).toEqual({ by: 'peer', why: 'hung-up' });
    rest(two);

    const again = await visit(two);
    await sessions[1]?.end();
    await again.leftAlone();
    expect(await again.say('anybody?')).toMatchObject({ status: 481 });
    rest(two);
    expect(two.told('ended')).toHaveLength(2);
  });

  test('takes over what was said before somebody hung up, and then ends', async () => {
    const sessions: Session[] = [];
    const heard: string[] = [];
    const people = { bob: present(sessions, heard) };
    const { two } = await scene(() => bridge(BOB), people, {}, {}, 10);
    const visitor = await visit(two);
    await two.clock.advance(100);
    const said = [visitor.say('one'), visitor.say('two')];
    await two.clock.settle();
    void visitor.hangUp();
    await two.clock.advance(200);
    expect(heard).toEqual(['one', 'two']);
    expect(await Promise.all(said)).toEqual([{ type: 'taken' }, { type: 'taken' }]);
    expect(await sessions[0]?.ended).toEqual({ by: 'peer', why: 'hung-up' });
    rest(two);
  });

  test('ends at both when the network loses one', async () => {
    const sessions: Session[] = [];
    const { two } = await scene(() => bridge(BOB), { bob: present(sessions) });
    const visitor = await visit(two);
    visitor.lose();
    await two.clock.settle();
    expect(await sessions[0]?.ended).toEqual({ by: 'peer', why: 'hung-up' });
    expect(two.told('ended')).toMatchObject([{ end: { by: 'network', why: 'lost' } }]);
    rest(two);
  });

  test('ends when its bot says that sessions may last so long', async () => {
    const { two } = await scene(
      () => bridge(BOB),
      { bob: present([]) },
      {},
      { session: { max: '1m' } },
    );
    const visitor = await visit(two);
    await two.clock.advance(60_000);
    await visitor.leftAlone();
    expect(two.told('ended')).toMatchObject([{ end: { by: 'host', why: 'limit' } }]);
    rest(two);
  });

  test('ends with the house', async () => {
    const sessions: Session[] = [];
    const { two } = await scene(() => bridge(BOB), { bob: present(sessions) });
    const visitor = await visit(two);
    await two.host.close();
    await visitor.leftAlone();
    expect(await sessions[0]?.ended).toEqual({ by: 'peer', why: 'hung-up' });
    rest(two);
  });
});

describe('the targets of a bridge are tried in their order', () => {
  test('the next where one rejects, and each hears what became of those before it', async () => {
    const { two, asked } = await scene(() => bridge(BOB, CAROL), {
      bob: () => reject('busy'),
      carol: present([]),
    });
    const visitor = await visit(two);
    expect(await visitor.answer).toMatchObject({ type: 'accepted' });
    expect(asked[1]?.history.map(({ address, status }) => [address.toString(), status])).toEqual([
      ['sip:desk@example.com', 302],
      [BOB, 486],
    ]);
  });

  test('the next where one is silent for too long: that one is no longer invited', async () => {
    const { two, asked } = await scene(() => bridge(BOB, CAROL), {
      bob: () => NEVER,
      carol: present([]),
    });
    const visitor = await visit(two);
    expect(asked).toHaveLength(1);
    await two.clock.advance(9_999);
    expect(asked).toHaveLength(1);
    await two.clock.advance(1);
    expect(await visitor.answer).toMatchObject({ type: 'accepted' });
    expect(asked[0]?.signal.aborted).toBe(true);
    expect(asked).toHaveLength(2);
  });

  test.each([
    ['the lowest', { bob: 486, carol: 404 }, 404, 2],
    ['a 6xx, after which nobody else is tried', { bob: 603, carol: 404 }, 603, 1],
    ['500 for 503', { bob: 503, carol: 503 }, 500, 2],
    ['480 where we could not prove who we are', { bob: 401, carol: 407 }, 480, 2],
  ])('where all fail the inviter hears %s', async (_, answers, status, tried) => {
    const { two, asked } = await scene(() => bridge(BOB, CAROL), {
      bob: () => reject(answers.bob, 'No'),
      carol: () => reject(answers.carol, 'No'),
    });
    const visitor = await visit(two);
    expect(await visitor.answer).toMatchObject({ type: 'rejected', status });
    expect(asked).toHaveLength(tried);
    rest(two);
  });

  test('where all are silent the inviter hears 408', async () => {
    const { two } = await scene(() => bridge(BOB, CAROL), { bob: () => NEVER, carol: () => NEVER });
    const visitor = await visit(two);
    await two.clock.advance(20_000);
    expect(await visitor.answer).toMatchObject({ type: 'rejected', status: 408 });
    rest(two);
  });

  test('an inviter who leaves takes the invitation of the target back', async () => {
    const { two, asked } = await scene(() => bridge(BOB, CAROL), { bob: () => NEVER });
    const visitor = await visit(two);
    visitor.cancel();
    await two.clock.settle();
    expect(asked).toHaveLength(1);
    expect(asked[0]?.signal.aborted).toBe(true);
    expect(two.told('cancelled')).toHaveLength(1);
    rest(two);
  });

  test('a target that accepts in that very moment is left again', async () => {
    const sessions: Session[] = [];
    const { two } = await scene(() => bridge(BOB), { bob: present(sessions) });
    const visitor = two.near.knock(FROM);
    visitor.cancel();
    await two.clock.settle();
    expect(await visitor.answer).toMatchObject({ type: 'rejected', status: 487 });
    for (const session of sessions) expect(session.signal.aborted).toBe(true);
    rest(two);
  });

  test('a house that closes meanwhile answers 503, and takes the invitation of the target back', async () => {
    const { two, asked } = await scene(() => bridge(BOB), { bob: () => NEVER });
    const visitor = await visit(two);
    await two.host.close();
    expect(await visitor.answer).toMatchObject({ type: 'rejected', status: 503 });
    expect(asked[0]?.signal.aborted).toBe(true);
    rest(two);
  });

  test('a target that the hook forbids has failed, and the next one is tried', async () => {
    const { two, asked } = await scene(
      () => bridge(BOB, CAROL),
      { carol: present([]) },
      {
        outgoing: ({ target }) => {
          if (target.user === 'bob') throw new Error('not to bob');
        },
      },
    );
    expect(await (await visit(two)).answer).toMatchObject({ type: 'accepted' });
    expect(asked.map(({ endpoint }) => endpoint.user)).toEqual(['carol']);
  });

  test('a bot that has no session left to give bridges none', async () => {
    const { two } = await scene(
      () => bridge(BOB),
      { bob: present([]) },
      {},
      { limits: { sessions: 1 } },
    );
    await visit(two);
    expect(await (await visit(two)).answer).toMatchObject({ status: 486 });
  });
});

describe('a bridge leads in no circle', () => {
  test('an invitation that comes round to the address where it is being bridged is answered 482', async () => {
    const two = await TwoHouses.open(
      [{ id: 'desk', order: 1, plugin: { decide: () => bridge(BOB) } }],
      [{ id: 'people', order: 1, plugin: { decide: () => NEVER } }],
    );
    await visit(two, { conversationId: 'c-1' });
    const again = await visit(two, { conversationId: 'c-1' });
    expect(await again.answer).toMatchObject({ type: 'rejected', status: 482 });
    // Another conversation is none, and neither is somebody else who calls theirs the same.
    await visit(two, { conversationId: 'c-2' });
    await visit(two, { conversationId: 'c-1', from: 'sip:else@example.com' });
    expect(two.host.state.pending.used).toBe(3);
  });

  test('an invitation that went over all of its hops is answered 483', async () => {
    const { two, asked } = await scene(() => bridge(BOB), { bob: present([]) });
    const visitor = await visit(two, { headers: { 'Max-Forwards': '0' } });
    expect(await visitor.answer).toMatchObject({ type: 'rejected', status: 483 });
    expect(asked).toEqual([]);
    rest(two);
  });
});
