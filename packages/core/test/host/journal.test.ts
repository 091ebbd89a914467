import { describe, expect, test } from '@jest/globals';
import { tap } from 'rxjs';

import type { Entry, Journal, Receipt } from '../../src/adapter.js';
import { accept, Message, type Placement, plainText } from '../../src/index.js';
import { ALICE, Room } from './room.js';

/** A journal that takes its time: entries are done, or fail, when the test says so. */
class SlowJournal implements Journal {
  readonly durability = 'fsync';
  readonly entries: Entry[] = [];
  readonly #waiting: { readonly done: () => void; readonly fail: (error: Error) => void }[] = [];

  record(entry: Entry): Promise<void> {
    this.entries.push(entry);
    return new Promise((done, fail) => {
      this.#waiting.push({ done, fail });
    });
  }
  done(index = 0): void {
    this.#waiting.splice(index, 1)[0]?.done();
  }
  fail(): void {
    this.#waiting.shift()?.fail(new Error('the disk is full'));
  }
}

function reader(read: string[]): Placement {
  return {
    id: 'bot',
    order: 1,
    plugin: {
      decide: () =>
        accept((session) => session.messages.pipe(tap((message) => read.push(message.text)))),
    },
    session: { mailbox: 2 },
  };
}

function watch(receipt: Receipt | Promise<Receipt>): { now: Receipt | undefined } {
  const watched: { now: Receipt | undefined } = { now: undefined };
  void Promise.resolve(receipt).then((value) => (watched.now = value));
  return watched;
}

describe('the journal comes before the receipt', () => {
  test('a message is taken, and given to the bot, only once it is recorded', async () => {
    const read: string[] = [];
    const journal = new SlowJournal();
    const room = await Room.open([reader(read)], { journal });
    const guest = await room.visit();
    const receipt = watch(guest.offer('hello', 'm-1'));
    await room.clock.settle();
    expect(receipt.now).toBeUndefined();
    expect(read).toEqual([]);
    expect(journal.entries).toMatchObject([
      { type: 'received', session: 'guest-1', bot: 'bot', message: 'm-1' },
    ]);
    journal.done();
    await room.clock.settle();
    expect(receipt.now).toEqual({ type: 'taken' });
    expect(read).toEqual(['hello']);
  });

  test('messages stay in order, though the journal is done with them in another', async () => {
    const read: string[] = [];
    const journal = new SlowJournal();
    const room = await Room.open([reader(read)], { journal });
    const guest = await room.visit();
    const receipts = [watch(guest.offer('one')), watch(guest.offer('two'))];
    journal.done(1);
    await room.clock.settle();
    expect(receipts[1]?.now).toBeUndefined();
    journal.done();
    await room.clock.settle();
    expect(read).toEqual(['one', 'two']);
    expect(receipts.map(({ now }) => now?.type)).toEqual(['taken', 'taken']);
  });

  test('a message that cannot be recorded is refused with 500, told, and never given to the bot', async () => {
    const read: string[] = [];
    const journal = new SlowJournal();
    const room = await Room.open([reader(read)], { journal });
    const guest = await room.visit();
    const receipts = [watch(guest.offer('one')), watch(guest.offer('two'))];
    journal.fail();
    journal.done();
    await room.clock.settle();
    expect(receipts[0]?.now).toMatchObject({ type: 'refused', status: 500 });
    expect(receipts[1]?.now).toEqual({ type: 'taken' });
    expect(read).toEqual(['two']);
    expect(room.told('refused')).toMatchObject([
      { message: 'guest-1-1', status: 500, why: 'journal' },
    ]);
    expect(room.told('failed')).toMatchObject([{ what: 'journal', session: 'guest-1' }]);
  });

  test('nor is one whose journal throws', async () => {
    const journal: Journal = {
      durability: 'fsync',
      record: () => {
        throw new Error('no disk');
      },
    };
    const room = await Room.open([reader([])], { journal });
    const guest = await room.visit();
    expect(guest.offer('one')).toMatchObject({ type: 'refused', status: 500 });
  });

  test('a message on its way through the journal has its place in the mailbox', async () => {
    const journal = new SlowJournal();
    const quiet: Placement = {
      id: 'bot',
      order: 1,
      plugin: { decide: () => accept(() => undefined) },
      session: { mailbox: 2 },
    };
    const room = await Room.open([quiet], { journal });
    const guest = await room.visit();
    void guest.offer('one');
    void guest.offer('two');
    expect(guest.offer('three')).toMatchObject({ status: 486 });
    journal.done();
    journal.done();
    await room.clock.settle();
    expect(guest.offer('three')).toMatchObject({ status: 486 });
  });

  test('a message transmitted again while it is being recorded is recorded once', async () => {
    const read: string[] = [];
    const journal = new SlowJournal();
    const room = await Room.open([reader(read)], { journal });
    const guest = await room.visit();
    const receipts = [watch(guest.offer('hello', 'same')), watch(guest.offer('hello', 'same'))];
    expect(journal.entries).toHaveLength(1);
    journal.done();
    await room.clock.settle();
    expect(receipts.map(({ now }) => now?.type)).toEqual(['taken', 'taken']);
    expect(read).toEqual(['hello']);
  });

  test('a journal that is done at once gives the receipt at once', async () => {
    const room = await Room.open([reader([])], {
      journal: { durability: 'process', record: () => undefined },
    });
    const guest = await room.visit();
    expect(guest.offer('hello')).toEqual({ type: 'taken' });
  });

  test('a message that came with the invitation is recorded before the acceptance leaves', async () => {
    const journal = new SlowJournal();
    const room = await Room.open([reader([])], { journal });
    const { contentType, body } = plainText('let me in');
    const guest = await room.visit({
      firstMessage: new Message('m-0', ALICE, contentType, body, 0),
    });
    expect(guest.answerText).toBe('none');
    journal.done();
    await room.clock.settle();
    expect(guest.answerText).toBe('accept');
  });

  test('where it cannot be, the invitation is answered 500 and no session begins', async () => {
    const journal = new SlowJournal();
    const room = await Room.open([reader([])], { journal });
    const { contentType, body } = plainText('let me in');
    const guest = await room.visit({
      firstMessage: new Message('m-0', ALICE, contentType, body, 0),
    });
    journal.fail();
    await room.clock.settle();
    expect(guest.answerText).toBe('reject 500');
    expect(room.host.sessions).toBe(0);
  });

  test('an inviter that leaves meanwhile gets no answer, and no session begins', async () => {
    const journal = new SlowJournal();
    const room = await Room.open([reader([])], { journal });
    const { contentType, body } = plainText('let me in');
    const guest = await room.visit({
      firstMessage: new Message('m-0', ALICE, contentType, body, 0),
    });
    guest.cancel();
    journal.done();
    await room.clock.settle();
    expect(guest.answerText).toBe('none');
    expect(room.host.sessions).toBe(0);
  });

  test('what the bot says is recorded too, and goes out without waiting for it', async () => {
    const journal = new SlowJournal();
    const talker: Placement = {
      id: 'bot',
      order: 1,
      plugin: { decide: () => accept((session) => void session.send('hi')) },
    };
    const room = await Room.open([talker], { journal });
    const guest = await room.visit();
    expect(guest.medium.sent).toEqual(['hi']);
    expect(journal.entries).toMatchObject([{ type: 'sent', message: guest.medium.ids[0] }]);
    journal.fail();
    await room.clock.settle();
    expect(room.told('failed')).toMatchObject([{ what: 'journal' }]);
    expect(room.host.sessions).toBe(1);
  });
});
