import { describe, expect, test } from '@jest/globals';
import { concatMap, Subject, tap } from 'rxjs';

import { accept, type Converse, type Placement } from '../../src/index.js';
import { openSession } from './open-session.js';
import { Room } from './room.js';

function bot(conversation: Converse): Placement {
  return { id: 'bot', order: 1, plugin: { decide: () => accept(conversation) } };
}

describe('what the peer says', () => {
  test('is kept, in order, until the conversation listens', async () => {
    const read: string[] = [];
    const go = new Subject<void>();
    const room = await Room.open([
      bot((session) =>
        go.pipe(concatMap(() => session.messages.pipe(tap((message) => read.push(message.text))))),
      ),
    ]);
    const guest = room.knock();
    guest.say('before the acceptance was through');
    await room.clock.settle();
    guest.say('before anybody listened');
    go.next();
    guest.say('now');
    expect(read).toEqual(['before the acceptance was through', 'before anybody listened', 'now']);
  });

  test('can be read with `for await`, also what came before, until the peer hangs up', async () => {
    const read: string[] = [];
    const room = await Room.open([
      bot(async (session) => {
        for await (const message of session.messages) read.push(message.text);
        read.push('end');
      }),
    ]);
    const guest = room.knock();
    guest.say('one');
    await room.clock.settle();
    guest.say('two');
    guest.say('three');
    guest.hangUp();
    await room.clock.settle();
    expect(read).toEqual(['one', 'two', 'three', 'end']);
  });

  test('is the first message of the session where the invitation itself carried one', async () => {
    const read: string[] = [];
    const { Message, plainText } = await import('../../src/index.js');
    const room = await Room.open([
      bot((session) => session.messages.pipe(tap((message) => read.push(message.text)))),
    ]);
    const { contentType, body } = plainText('may I come in?');
    const { inviter } = (await room.visit()).invitation;
    const guest = await room.visit({
      firstMessage: new Message('m-1', inviter.address, contentType, body, 0),
    });
    guest.say('the same once more', 'm-1');
    guest.say('thanks');
    expect(read).toEqual(['may I come in?', 'thanks']);
  });

  test('reaches the bot once, though it is transmitted twice', async () => {
    const read: string[] = [];
    const room = await Room.open([
      bot((session) => session.messages.pipe(tap((message) => read.push(message.text)))),
    ]);
    const guest = await room.visit();
    expect(guest.say('hello', 'same')).toEqual({ type: 'taken' });
    expect(guest.say('hello', 'same')).toEqual({ type: 'taken' });
    expect(read).toEqual(['hello']);
  });

  test('after the end is refused with 481', async () => {
    const { guest } = await openSession();
    guest.hangUp();
    expect(guest.say('too late')).toMatchObject({ type: 'refused', status: 481 });
  });

  test('and was taken is still given to the bot when the peer hangs up right after', async () => {
    const read: string[] = [];
    const room = await Room.open([
      bot((session) =>
        session.messages.pipe(
          tap((message) => read.push(message.text)),
          concatMap((message) => session.send(message)),
        ),
      ),
    ]);
    const guest = room.knock({}, (one) => {
      one.medium.holds = true;
    });
    await room.clock.settle();
    for (const text of ['one', 'two', 'three']) guest.say(text);
    expect(read).toEqual(['one']);
    guest.hangUp();
    expect(read).toEqual(['one', 'two', 'three']);
  });

  test('whether it is typing is shown to the bot', async () => {
    const { guest, session } = await openSession();
    const shown: string[] = [];
    session.composing.subscribe((composing) => shown.push(composing));
    guest.receiver.compose('active');
    guest.receiver.compose('idle');
    guest.hangUp();
    expect(shown).toEqual(['active', 'idle']);
  });

  test('is told as activity', async () => {
    const { room, guest } = await openSession();
    guest.say('hello');
    expect(room.told('received').map(({ session, message }) => [session, message.text])).toEqual([
      ['guest-1', 'hello'],
    ]);
  });
});
