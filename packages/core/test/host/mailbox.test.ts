import { describe, expect, test } from '@jest/globals';
import { concatMap, mergeMap, Subject, take, tap } from 'rxjs';

import type { Receipt } from '../../src/adapter.js';
import { accept, type Converse, type Placement, type Session } from '../../src/index.js';
import { Room } from './room.js';

function bot(conversation: Converse, mailbox = 64): Placement {
  return {
    id: 'bot',
    order: 1,
    plugin: { decide: () => accept(conversation) },
    session: { mailbox },
  };
}

async function visit(room: Room, holds: boolean): Promise<Awaited<ReturnType<Room['visit']>>> {
  const guest = room.knock({}, (one) => {
    one.medium.holds = holds;
  });
  await room.clock.settle();
  return guest;
}

describe('the mailbox is bounded', () => {
  test('a message beyond the bound is refused with 486 and a time to try again, and that is told once', async () => {
    const room = await Room.open([bot(() => undefined)]);
    const guest = await room.visit();
    const receipts: Receipt[] = [];
    for (let count = 0; count < 100; count += 1) receipts.push(guest.say(`${count}`));
    expect(receipts.slice(0, 64)).toEqual(Array.from({ length: 64 }, () => ({ type: 'taken' })));
    expect(receipts.slice(64)).toEqual(
      Array.from({ length: 36 }, () => ({ type: 'refused', status: 486, retryAfter: 1000 })),
    );
    expect(room.told('refused')).toMatchObject([
      { session: 'guest-1', status: 486, why: 'mailbox' },
    ]);
    expect(room.host.sessions).toBe(1);
  });

  test('an endless stream of messages to a bot that echoes with concatMap holds one in hand and the rest in the mailbox', async () => {
    let inHand = 0;
    const room = await Room.open([
      bot(
        (session) =>
          session.messages.pipe(
            tap(() => (inHand += 1)),
            concatMap((message) => session.send(message)),
            tap(() => (inHand -= 1)),
          ),
        8,
      ),
    ]);
    const guest = await visit(room, true);
    let taken = 0;
    let most = 0;
    for (let round = 0; round < 50; round += 1) {
      for (let count = 0; count < 20; count += 1) {
        if (guest.say(`${round}-${count}`).type === 'taken') taken += 1;
        most = Math.max(most, inHand);
      }
      guest.medium.deliver();
      await room.clock.settle();
    }
    expect(most).toBe(1);
    // One in hand and eight waiting at first, then one for each that went out.
    expect(taken).toBe(9 + 49);
    expect(guest.medium.sent).toHaveLength(51);
  });

  test('so does one that echoes from an async function', async () => {
    let inHand = 0;
    let most = 0;
    const room = await Room.open([
      bot(
        (session) =>
          session.messages.pipe(
            tap(() => (most = Math.max(most, (inHand += 1)))),
            concatMap(async (message) => {
              await session.send(message);
              inHand -= 1;
            }),
          ),
        8,
      ),
    ]);
    const guest = await visit(room, true);
    for (let round = 0; round < 200; round += 1) {
      guest.say(`${round}`);
      guest.medium.deliver();
      await room.clock.settle();
    }
    for (let round = 0; round < 20; round += 1) guest.say(`more ${round}`);
    expect(most).toBe(1);
  });

  test('a bot that answers later has as many in hand as the mailbox has places, and one more each second', async () => {
    let inHand = 0;
    const answers = new Subject<void>();
    const room = await Room.open([
      bot(
        (session) =>
          session.messages.pipe(
            tap(() => (inHand += 1)),
            mergeMap(() => answers.pipe(take(1))),
          ),
        8,
      ),
    ]);
    const guest = await room.visit();
    for (let count = 0; count < 100; count += 1) guest.say(`${count}`);
    expect(inHand).toBe(8);
    await room.clock.advance(999);
    expect(inHand).toBe(8);
    await room.clock.advance(1);
    expect(inHand).toBe(9);
    await room.clock.advance(3000);
    expect(inHand).toBe(12);
    guest.hangUp();
    expect(room.clock.waiting).toBe(0);
  });

  test('what it sends later gives it the next message', async () => {
    const asked: string[] = [];
    const thought = new Subject<void>();
    const room = await Room.open([
      bot(
        (session) =>
          session.messages.pipe(
            tap((message) => asked.push(message.text)),
            concatMap((message) =>
              thought.pipe(
                take(1),
                concatMap(() => session.send(message)),
              ),
            ),
          ),
        2,
      ),
    ]);
    const guest = await room.visit();
    for (const text of ['a', 'b', 'c', 'd', 'e']) guest.say(text);
    expect(asked).toEqual(['a', 'b']);
    thought.next();
    await room.clock.settle();
    expect(guest.medium.sent).toEqual(['a']);
    expect(asked).toEqual(['a', 'b', 'c']);
  });

  test('a burst of as many messages as the mailbox has places reaches a silent listener at once', async () => {
    let heard = 0;
    const room = await Room.open([
      bot((session) => session.messages.pipe(tap(() => (heard += 1)))),
    ]);
    const guest = await room.visit();
    for (let count = 0; count < 64; count += 1) guest.say(`${count}`);
    expect(heard).toBe(64);
    expect(room.clock.waiting).toBe(0);
  });

  test('`for await` gets the next message when it asks for it', async () => {
    const read: string[] = [];
    const go = new Subject<void>();
    const room = await Room.open([
      bot(async (session) => {
        for await (const message of session.messages) {
          read.push(message.text);
          await new Promise<void>((resolve) => go.pipe(take(1)).subscribe(() => resolve()));
        }
      }, 2),
    ]);
    const guest = await room.visit();
    const receipts: Receipt[] = [];
    for (const text of ['a', 'b', 'c', 'd']) {
      receipts.push(guest.say(text));
      await room.clock.settle();
    }
    expect(read).toEqual(['a']);
    expect(receipts.map((receipt) => receipt.type)).toEqual(['taken', 'taken', 'taken', 'refused']);
    go.next();
    await room.clock.settle();
    expect(read).toEqual(['a', 'b']);
  });
});

describe('the mailbox is strictly serial', () => {
  test('a message that is brought about while another is handed out comes after it', async () => {
    const read: string[] = [];
    const room = await Room.open([
      bot((session) =>
        session.messages.pipe(
          tap((message) => {
            read.push(`${message.text} begins`);
            if (message.text === 'one') guest.say('two');
            read.push(`${message.text} is done`);
          }),
        ),
      ),
    ]);
    const guest = await room.visit();
    guest.say('one');
    expect(read).toEqual(['one begins', 'one is done', 'two begins', 'two is done']);
  });

  test('a second reader at the same time is told so clearly, and the first goes on', async () => {
    const sessions: Session[] = [];
    const read: string[] = [];
    const room = await Room.open([
      bot((session) => {
        sessions.push(session);
        return session.messages.pipe(tap((message) => read.push(message.text)));
      }),
    ]);
    const guest = await room.visit();
    let error: unknown;
    sessions[0]?.messages.subscribe({ error: (thrown: unknown) => (error = thrown) });
    expect(error).toMatchObject({ code: 'mailbox-taken' });
    await expect(sessions[0]?.messages[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'mailbox-taken',
    });
    guest.say('hello');
    expect(read).toEqual(['hello']);
  });

  test('one reader after the other is fine: what the first left unread waits for the second', async () => {
    const read: string[] = [];
    const room = await Room.open([
      bot(async (session) => {
        for await (const message of session.messages) {
          read.push(`loop ${message.text}`);
          if (message.text === 'b') break;
        }
        return new Promise<void>((resolve) => {
          session.messages
            .pipe(tap((message) => read.push(`stream ${message.text}`)))
            .subscribe({ complete: resolve });
        });
      }),
    ]);
    const guest = await room.visit();
    for (const text of ['a', 'b', 'c']) guest.say(text);
    await room.clock.settle();
    expect(read).toEqual(['loop a', 'loop b', 'stream c']);
  });

  test('a reader that has enough leaves the rest to the next one', async () => {
    const sessions: Session[] = [];
    const read: string[] = [];
    const room = await Room.open([bot((session) => void sessions.push(session))]);
    const guest = await room.visit();
    for (const text of ['a', 'b', 'c']) guest.say(text);
    sessions[0]?.messages.pipe(take(2)).subscribe((message) => read.push(message.text));
    expect(read).toEqual(['a', 'b']);
    sessions[0]?.messages.subscribe((message) => read.push(message.text));
    expect(read).toEqual(['a', 'b', 'c']);
  });

  test('messages that are asked for before they are there come in order', async () => {
    const sessions: Session[] = [];
    const room = await Room.open([bot((session) => void sessions.push(session))]);
    const guest = await room.visit();
    const [session] = sessions;
    if (session === undefined) throw new Error('no session');
    const iterator = session.messages[Symbol.asyncIterator]();
    const results = [iterator.next(), iterator.next(), iterator.next()];
    guest.say('a');
    guest.say('b');
    guest.hangUp();
    const read = await Promise.all(results);
    expect(read.map((result) => (result.done === true ? 'end' : result.value.text))).toEqual([
      'a',
      'b',
      'end',
    ]);
  });
});
