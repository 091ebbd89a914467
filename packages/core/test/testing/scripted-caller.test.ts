import { beforeEach, describe, expect, it } from '@jest/globals';

import type { Answered, Knock, Medium, Receiver } from '../../src/adapter.js';
import { Address, plainText } from '../../src/index.js';
import { RecordingReceiver, ScriptedCaller, VirtualClock } from '../../src/testing/index.js';

const alice = 'sip:alice@example.com';
const desk = 'sip:desk@example.com';

let clock: VirtualClock;
let caller: ScriptedCaller;
let knocks: Knock[];
let refusal: { status: number; retryAfter?: number } | undefined;

beforeEach(async () => {
  clock = new VirtualClock();
  caller = new ScriptedCaller({ clock });
  knocks = [];
  refusal = undefined;
  await caller.open({
    knock: (knock) => {
      if (refusal === undefined) knocks.push(knock);
      return refusal;
    },
    violated: () => {},
  });
});

function lastKnock(): Knock {
  const knock = knocks.at(-1);
  if (knock === undefined) throw new Error('nobody knocked');
  return knock;
}

async function take(receiver: Receiver): Promise<Medium> {
  const answered: Answered = await lastKnock().answer({ type: 'accept', receiver });
  if (answered.type !== 'accepted') throw new Error(answered.type);
  return answered.medium;
}

describe('a scripted caller', () => {
  it('lays an invitation before the door at once, with all that its introduction says', () => {
    caller.knock({
      from: alice,
      to: desk,
      displayName: 'Alice',
      subject: 'a question',
      conversationId: 'talk-1',
      headers: { 'X-Team': ['red', 'blue'] },
      identity: { how: 'tls', address: Address.parse(alice) },
    });
    const { invitation } = lastKnock();
    expect(invitation).toMatchObject({
      endpoint: Address.parse(desk),
      inviter: { userAtHost: 'alice@example.com', displayName: 'Alice', identity: { how: 'tls' } },
      type: 'im',
      medium: 'message',
      subject: 'a question',
      conversationId: 'talk-1',
    });
    expect(invitation.headers.get('x-team')).toBe('red');
    expect(invitation.headers.all('X-TEAM')).toEqual(['red', 'blue']);
    expect(invitation.headers.all('x-other')).toEqual([]);
  });

  it('hears the whole of a rejection', async () => {
    const visitor = caller.knock({ from: alice, to: desk });
    const answer = { status: 486, text: 'At lunch', retryAfter: 5_000, diagnostic: 'limit' };
    await lastKnock().answer({ type: 'reject', ...answer });
    await expect(visitor.answer).resolves.toEqual({ type: 'rejected', ...answer });
  });

  it('hears what the door refuses it with', async () => {
    refusal = { status: 503, retryAfter: 1_000 };
    const visitor = caller.knock({ from: alice, to: desk });
    await expect(visitor.answer).resolves.toMatchObject({ type: 'rejected', ...refusal });
  });

  it('says things and hears things, once it is accepted', async () => {
    const visitor = caller.knock({ from: alice, to: desk });
    const heard = new RecordingReceiver();
    const saying = visitor.say('hello');
    const medium = await take(heard);
    await expect(saying).resolves.toEqual({ type: 'taken' });
    await expect(medium.send(plainText('hello Alice'), 'answer-1')).resolves.toEqual({
      type: 'delivered',
      status: 200,
    });
    expect(heard.texts).toEqual(['hello']);
    await expect(visitor.hears(1)).resolves.toEqual(['hello Alice']);
  });

  it('can send the same message twice, as a peer does that heard no answer', async () => {
    const visitor = caller.knock({ from: alice, to: desk });
    const heard = new RecordingReceiver();
    await take(heard);
    await visitor.say('hello', 'one and the same');
    await visitor.say('hello', 'one and the same');
    expect(heard.messages.map(({ id }) => id)).toEqual(['one and the same', 'one and the same']);
  });

  it('refuses what it is told to refuse', async () => {
    const visitor = caller.knock({ from: alice, to: desk });
    visitor.receiver.receipt = () => ({ type: 'refused', status: 415 });
    const medium = await take(new RecordingReceiver());
    await expect(medium.send(plainText('hello'), 'answer-1')).resolves.toMatchObject({
      type: 'failed',
      status: 415,
    });
  });

  it('hands the first message of an invitation to the receiver, and hears what became of it', async () => {
    const visitor = caller.knock({ from: alice, to: desk, medium: 'pager', firstMessage: 'help' });
    const heard = new RecordingReceiver();
    heard.receipt = () => ({ type: 'refused', status: 415 });
    await take(heard);
    await expect(visitor.answer).resolves.toEqual({
      type: 'accepted',
      firstReceipt: { type: 'refused', status: 415 },
    });
    expect(heard.messages).toEqual([lastKnock().invitation.firstMessage]);
  });

  it('takes an invitation back before its answer', async () => {
    const visitor = caller.knock({ from: alice, to: desk });
    visitor.cancel();
    expect(lastKnock().invitation.signal.aborted).toBe(true);
    await expect(visitor.answer).resolves.toMatchObject({ type: 'rejected', status: 487 });
    const answered = await lastKnock().answer({ type: 'reject', status: 486 });
    expect(answered).toEqual({ type: 'gone', why: 'cancelled' });
  });

  it('hangs up, types, and is cut off', async () => {
    const [polite, lost] = [new RecordingReceiver(), new RecordingReceiver()];
    const one = caller.knock({ from: alice, to: desk });
    await take(polite);
    const other = caller.knock({ from: alice, to: desk });
    await take(lost);
    await Promise.all([one.answer, other.answer]);
    one.type();
    await one.hangUp();
    other.lose();
    expect(polite.order).toEqual(['composing', 'end']);
    expect(polite.ends).toEqual([{ by: 'peer', why: 'hung-up' }]);
    expect(lost.ends).toEqual([{ by: 'network', why: 'lost', status: 408 }]);
    expect(other.receiver.ends).toHaveLength(1);
    await expect(one.say('too late')).resolves.toMatchObject({ type: 'refused', status: 481 });
  });

  it('cannot speak to somebody who did not accept', async () => {
    const visitor = caller.knock({ from: alice, to: desk });
    await lastKnock().answer({ type: 'reject', status: 603 });
    await expect(visitor.say('hello')).rejects.toThrow('rejected');
  });

  it('reaches nobody where it is not linked', async () => {
    const invited = await caller.invite(Address.parse(desk), new RecordingReceiver());
    expect(invited).toMatchObject({ type: 'rejected', status: 503 });
    const delivery = await caller.send(Address.parse(desk), plainText('hello'));
    expect(delivery).toMatchObject({ type: 'failed', status: 503 });
  });

  it('tells the inviter of a link that it rings', async () => {
    const other = new ScriptedCaller({ clock, name: 'other' });
    await other.open({ knock: () => undefined, violated: () => {} });
    ScriptedCaller.link(caller, other);
    const rang: number[] = [];
    const cancel = new AbortController();
    const invited = other.invite(Address.parse(desk), new RecordingReceiver(), {
      progress: (status) => rang.push(status),
      signal: cancel.signal,
    });
    await clock.settle();
    expect(rang).toEqual([180]);
    cancel.abort();
    await expect(invited).resolves.toMatchObject({ status: 487 });
  });

  it('lets a page be answered by a page', async () => {
    const other = new ScriptedCaller({ clock, name: 'other' });
    const pages: Knock[] = [];
    await other.open({
      knock: (knock) => {
        pages.push(knock);
        void knock.answer({ type: 'accept', receiver: new RecordingReceiver() });
        return undefined;
      },
      violated: () => {},
    });
    ScriptedCaller.link(caller, other);
    const paging = other.send(Address.parse(desk), plainText('help'), {
      from: Address.parse(alice),
    });
    await clock.settle();
    const medium = await take(new RecordingReceiver());
    await expect(paging).resolves.toMatchObject({ type: 'delivered' });
    await expect(medium.send(plainText('coming'), 'page-1')).resolves.toMatchObject({
      type: 'delivered',
    });
    expect(pages[0]?.invitation).toMatchObject({ medium: 'pager', endpoint: Address.parse(alice) });
    expect(pages[0]?.invitation.firstMessage?.text).toBe('coming');
  });
});
