import { describe, expect, test } from '@jest/globals';

import {
  accept,
  type Converse,
  type Placement,
  SessionEnded,
  Unanswered,
} from '../../src/index.js';
import { openSession } from './open-session.js';
import { Room } from './room.js';

function bot(conversation: Converse): Placement {
  return { id: 'bot', order: 1, plugin: { decide: () => accept(conversation) } };
}

describe('a question', () => {
  test('is answered by the next message', async () => {
    const { guest, session } = await openSession();
    const answer = session.ask('Your name?');
    expect(guest.medium.sent).toEqual(['Your name?']);
    guest.say('Ada');
    await expect(answer).resolves.toBe('Ada');
  });

  test('leaves no timer behind when it is answered', async () => {
    const { room, guest, session } = await openSession();
    const answer = session.ask('Your name?');
    guest.say('Ada');
    await answer;
    expect(room.clock.waiting).toBe(0);
  });

  test('that is not answered within a minute fails as unanswered', async () => {
    const { room, session } = await openSession();
    const answer = session.ask('Your name?');
    answer.catch(() => undefined);
    await room.clock.advance(59_999);
    expect(room.clock.waiting).toBe(1);
    await room.clock.advance(1);
    await expect(answer).rejects.toBeInstanceOf(Unanswered);
  });

  test('is put again with other words where a retry is given, twice in all', async () => {
    const { room, guest, session } = await openSession();
    const answer = session.ask('Your name?', { timeout: '30s', retry: 'Still there?' });
    answer.catch(() => undefined);
    await room.clock.advance(30_000);
    expect(guest.medium.sent).toEqual(['Your name?', 'Still there?']);
    await room.clock.advance(30_000);
    await expect(answer).rejects.toMatchObject({ code: 'unanswered' });
    expect(guest.medium.sent).toHaveLength(2);
  });

  test('can be answered at the second attempt', async () => {
    const { room, guest, session } = await openSession();
    const answer = session.ask('Your name?', {
      timeout: '30s',
      retry: 'Still there?',
      attempts: 3,
    });
    await room.clock.advance(45_000);
    guest.say('Ada');
    await expect(answer).resolves.toBe('Ada');
    await room.clock.advance(60_000);
    expect(guest.medium.sent).toEqual(['Your name?', 'Still there?']);
  });

  test('is not answered by what was said before it: that stays unread', async () => {
    const { guest, session } = await openSession();
    guest.say('hello');
    const answer = session.ask('Your name?');
    guest.say('Ada');
    await expect(answer).resolves.toBe('Ada');
    const read: string[] = [];
    session.messages.subscribe((message) => read.push(message.text));
    expect(read).toEqual(['hello']);
  });

  test('takes the next message from whoever reads, who goes on afterwards', async () => {
    const read: string[] = [];
    const room = await Room.open([
      bot(async (session) => {
        for await (const message of session.messages) {
          read.push(message.text);
          if (message.text === 'help') read.push(`answer: ${await session.ask('With what?')}`);
        }
      }),
    ]);
    const guest = await room.visit();
    for (const text of ['hi', 'help', 'everything', 'thanks']) {
      guest.say(text);
      await room.clock.settle();
    }
    expect(read).toEqual(['hi', 'help', 'answer: everything', 'thanks']);
  });

  test('takes the next message from a subscriber too', async () => {
    const { room, guest, session } = await openSession();
    const read: string[] = [];
    session.messages.subscribe((message) => read.push(message.text));
    const answer = session.ask('Your name?');
    guest.say('Ada');
    guest.say('by the way');
    await expect(answer).resolves.toBe('Ada');
    await room.clock.settle();
    expect(read).toEqual(['by the way']);
  });

  test('finds its answer though the mailbox is full of what nobody reads', async () => {
    const { guest, session } = await openSession();
    for (let count = 0; count < 70; count += 1) guest.say(`${count}`);
    const answer = session.ask('Your name?');
    expect(guest.say('Ada')).toEqual({ type: 'taken' });
    await expect(answer).resolves.toBe('Ada');
  });

  test('that was given up takes no message any more', async () => {
    const { room, guest, session } = await openSession();
    const answer = session.ask('Your name?', { timeout: '5s' });
    answer.catch(() => undefined);
    await room.clock.advance(5000);
    guest.say('too late');
    const read: string[] = [];
    session.messages.subscribe((message) => read.push(message.text));
    expect(read).toEqual(['too late']);
  });

  test('while another one awaits its answer is told so clearly', async () => {
    const { guest, session } = await openSession();
    const first = session.ask('Your name?');
    await expect(session.ask('Your age?')).rejects.toMatchObject({ code: 'mailbox-taken' });
    guest.say('Ada');
    await expect(first).resolves.toBe('Ada');
  });

  test('is over with SessionEnded when the peer hangs up', async () => {
    const { room, guest, session } = await openSession();
    const answer = session.ask('Your name?');
    guest.hangUp();
    await expect(answer).rejects.toBeInstanceOf(SessionEnded);
    expect(room.clock.waiting).toBe(0);
  });

  test('that is answered with something other than text fails with not-text', async () => {
    const { guest, session } = await openSession();
    const { Message } = await import('../../src/index.js');
    const answer = session.ask('Your name?');
    const picture = new Message(
      'picture',
      guest.invitation.inviter.address,
      'image/png',
      Uint8Array.of(0x89, 0xff),
      0,
    );
    await guest.receiver.receive(picture);
    await expect(answer).rejects.toMatchObject({ code: 'not-text' });
  });

  test('that nobody answers fails its conversation, and so its session alone', async () => {
    const room = await Room.open([
      bot(async (session) => void (await session.ask('Your name?', { timeout: '5s' }))),
    ]);
    const guest = await room.visit();
    await room.clock.advance(5000);
    expect(guest.medium.ends).toEqual([{ by: 'bot', why: 'failed' }]);
  });
});
