import { describe, expect, test } from '@jest/globals';

import type { Invited, InviteOptions, Receiver } from '../../src/adapter.js';
import type { Address } from '../../src/index.js';
import { ID, Scene } from './escalation.js';
import { ALICE, DESK, PaperMedium } from './room.js';

/** An invitation of ours to a peer whose dialog was dead. */
interface Anew {
  readonly target: Address;
  readonly receiver: Receiver;
  readonly options: InviteOptions;
  readonly medium: PaperMedium;
  accepted(): Promise<void>;
  rejected(status: number): Promise<void>;
}

/** A session whose peer may be invited anew, and each invitation that comes of it. */
async function dangling(resumable = true): Promise<{ scene: Scene; anew: Anew[] }> {
  const scene = await Scene.open();
  const anew: Anew[] = [];
  const { clock, doorkeeper } = scene.room;
  scene.guest.medium.resumable = resumable;
  doorkeeper.invited = (target, receiver, options = {}) =>
    new Promise<Invited>((resolve) => {
      const medium = new PaperMedium();
      medium.resumable = true;
      const settle = async (invited: Invited): Promise<void> => {
        resolve(invited);
        await clock.settle();
      };
      options.signal?.addEventListener('abort', () =>
        resolve({ type: 'rejected', status: 487, text: 'Request Terminated' }),
      );
      anew.push({
        target,
        receiver,
        options,
        medium,
        accepted: () => settle({ type: 'accepted', medium, peer: target }),
        rejected: (status) => settle({ type: 'rejected', status, text: 'no' }),
      });
    });
  return { scene, anew };
}

const failed = (status: number) => ({ type: 'failed', status, reason: 'dead' }) as const;

describe('a dialog that is dead', () => {
  test.each([408, 480, 481])(
    'is dropped where a message fails by %d, and the peer invited anew; what had not arrived is said there',
    async (status) => {
      const { scene, anew } = await dangling();
      const { medium } = scene.guest;
      medium.holds = true;
      const said = [scene.session.send('one'), scene.session.send('two')];
      medium.deliver(failed(status));
      await scene.room.clock.settle();
      expect(medium.ends).toHaveLength(1);
      expect(anew).toHaveLength(1);
      const [again] = anew;
      expect(again?.target.equals(ALICE)).toBe(true);
      expect(again?.options).toMatchObject({ conversationId: ID, from: DESK });
      said.push(scene.session.send('three'));
      await again?.accepted();
      await expect(Promise.all(said)).resolves.toEqual(
        said.map(() => ({ type: 'delivered', status: 200 })),
      );
      expect(again?.medium.sent).toEqual(['one', 'two', 'three']);
      expect(again?.medium.ids[0]).toBe(medium.ids[0]);
      expect(scene.room.told('moved')).toMatchObject([{ why: 'lost' }]);
      expect(scene.room.told('sent')).toHaveLength(3);
      expect(scene.session.signal.aborted).toBe(false);
      expect(scene.room.host.sessions).toBe(1);
    },
  );

  test('is dropped where the network has lost it', async () => {
    const { scene, anew } = await dangling();
    scene.guest.receiver.end({ by: 'network', why: 'lost', status: 481 });
    await anew[0]?.accepted();
    await scene.session.send('hello');
    expect(anew[0]?.medium.sent).toEqual(['hello']);
    expect(scene.session.signal.aborted).toBe(false);
  });

  test('is told of by both, and then the peer is invited once', async () => {
    for (const order of ['message first', 'end first'] as const) {
      const { scene, anew } = await dangling();
      scene.guest.medium.holds = true;
      const said = scene.session.send('one');
      const end = (): void => scene.guest.receiver.end({ by: 'network', why: 'lost', status: 481 });
      if (order === 'end first') end();
      scene.guest.medium.deliver(failed(481));
      await scene.room.clock.settle();
      if (order === 'message first') end();
      expect(anew).toHaveLength(1);
      await anew[0]?.accepted();
      await expect(said).resolves.toMatchObject({ type: 'delivered' });
    }
  });

  test('ends the session where nobody accepts, and what was said has failed', async () => {
    const { scene, anew } = await dangling();
    scene.guest.medium.holds = true;
    const first = scene.session.send('one');
    const second = scene.session.send('two');
    scene.guest.medium.deliver(failed(480));
    await scene.room.clock.settle();
    await anew[0]?.rejected(486);
    await expect(first).resolves.toMatchObject({ type: 'failed', status: 480 });
    await expect(second).rejects.toMatchObject({ code: 'session-ended' });
    await expect(scene.session.ended).resolves.toEqual({
      by: 'network',
      why: 'lost',
      status: 480,
    });
    expect(scene.room.host.sessions).toBe(0);
  });

  test('ends the session after a minute without an answer, and takes the invitation back', async () => {
    const { scene, anew } = await dangling();
    scene.guest.receiver.end({ by: 'network', why: 'lost', status: 408 });
    await scene.room.clock.advance(60_000);
    expect(anew[0]?.options.signal?.aborted).toBe(true);
    await expect(scene.session.ended).resolves.toMatchObject({ why: 'lost', status: 408 });
  });

  test('is not tried again before anything was said there', async () => {
    const { scene, anew } = await dangling();
    scene.guest.medium.holds = true;
    const said = scene.session.send('one');
    scene.guest.medium.deliver(failed(481));
    await scene.room.clock.settle();
    if (anew[0] === undefined) throw new Error('nobody was invited');
    anew[0].medium.holds = true;
    await anew[0].accepted();
    anew[0].medium.deliver(failed(481));
    anew[0].receiver.end({ by: 'network', why: 'lost', status: 481 });
    await expect(said).resolves.toMatchObject({ status: 481 });
    await expect(scene.session.ended).resolves.toMatchObject({ why: 'lost' });
    expect(anew).toHaveLength(1);
  });

  test('but is after that', async () => {
    const { scene, anew } = await dangling();
    scene.guest.receiver.end({ by: 'network', why: 'lost', status: 481 });
    await anew[0]?.accepted();
    await scene.session.send('one');
    anew[0]?.receiver.end({ by: 'network', why: 'lost', status: 481 });
    await anew[1]?.accepted();
    await scene.session.send('two');
    expect(anew[1]?.medium.sent).toEqual(['two']);
  });

  test('of a medium that cannot be resumed is the end', async () => {
    const { scene, anew } = await dangling(false);
    scene.guest.medium.holds = true;
    const said = scene.session.send('one');
    scene.guest.medium.deliver(failed(481));
    await expect(said).resolves.toMatchObject({ status: 481 });
    scene.guest.receiver.end({ by: 'network', why: 'lost', status: 481 });
    await expect(scene.session.ended).resolves.toMatchObject({ why: 'lost', status: 481 });
    expect(anew).toEqual([]);
  });

  test('is none where the peer has hung up', async () => {
    const { scene, anew } = await dangling();
    scene.guest.hangUp();
    await expect(scene.session.ended).resolves.toMatchObject({ by: 'peer' });
    expect(anew).toEqual([]);
  });

  test('is waited for by nobody once the house closes', async () => {
    const { scene, anew } = await dangling();
    scene.guest.receiver.end({ by: 'network', why: 'lost', status: 481 });
    await scene.room.host.drain(0);
    expect(anew[0]?.options.signal?.aborted).toBe(true);
    expect(scene.room.host.sessions).toBe(0);
  });
});
