import { afterEach, describe, expect, it } from '@jest/globals';
import {
  accept,
  type Bot,
  type Decision,
  defer,
  forward,
  type Placement,
  reject,
  type RejectReason,
} from '@usher/core';

import { Ground, NOTHING, onSockets, onTheWire } from './ground.js';

const MINUTE = 60_000;
const MICROSOFT = ['Supported: ms-embedded-first-message', 'Ms-Conversation-ID: AdKjt1Xy9lDJ8K=='];

/** An acceptance whose session lasts until somebody hangs up. */
const TALK = accept(() => undefined);

const placed = (decide: Bot['decide'], more: Partial<Placement> = {}): Placement => ({
  id: 'bot',
  order: 1,
  plugin: { decide },
  ...more,
});

describe.each([
  ['on a simulated wire', onTheWire],
  ['on sockets', onSockets],
])('%s', (_name, lay) => {
  let ground: Ground;
  const open = async (decide: Bot['decide'], more?: Partial<Placement>): Promise<void> => {
    ground = await Ground.open(lay, [placed(decide, more)]);
  };
  /** A house whose bot asks a person, and an invitation that waits for that. */
  const waiting = async (
    within: '5m' | '15m' = '5m',
    extra?: readonly string[],
  ): Promise<string> => {
    await open(() => defer({ within, otherwise: 'timeout' }));
    ground.invite(extra);
    return (await ground.told('deferred')).invitation.id;
  };

  afterEach(async () => {
    await ground.close();
  });

  /** Confirms the final answer that was heard. */
  const confirm = async (): Promise<void> => {
    const text = await ground.hears(/^SIP\/2\.0 [2-6][^]*^CSeq: \d+ INVITE/m);
    const tag = /^To:.*;tag=([^;\r]+)/m.exec(text)?.[1];
    ground.send('ACK', { toTag: tag });
  };

  // Each reason of 303 to 605 leaves as that status, and the session is over here.
  describe('T3: each reason leaves as its status, and nothing of the invitation is left here', () => {
    it.each<[RejectReason, number]>([
      ['timeout', 408],
      ['unavailable', 480],
      ['busy', 486],
      ['not-acceptable', 488],
      ['decline', 603],
      ['decline-everywhere', 603],
    ])('%s: %d', async (reason, status) => {
      await open(() => reject(reason));
      ground.invite();
      expect(await ground.final()).toBe(status);
      await confirm();
      expect(await ground.left()).toEqual(NOTHING);
      expect(await ground.told('decided')).toMatchObject({ answer: { type: 'reject', status } });
    });

    it.each<[string, Decision, number]>([
      ['decline everywhere: 605', reject('decline-everywhere'), 605],
      ['decline: 603', reject('decline'), 603],
      ['busy: 486', reject('busy'), 486],
      ['forwarded by the server: 303', forward('sip:desk@example.com', { mode: 'server' }), 303],
    ])('to a peer of the Microsoft dialect, %s', async (_what, decision, status) => {
      await open(() => decision);
      ground.invite(MICROSOFT);
      expect(await ground.final()).toBe(status);
      await confirm();
      expect(await ground.left()).toEqual(NOTHING);
    });

    it.each<[string, Decision, number]>([
      ['redirected: 302', forward(['sip:desk@example.com', 'sip:night@example.com']), 302],
      ['left to the server between: 303', forward('sip:desk@example.com', { mode: 'server' }), 303],
    ])('forwarded, %s', async (_what, decision, status) => {
      await open(() => decision);
      ground.invite();
      expect(await ground.final()).toBe(status);
      await confirm();
      expect(await ground.left()).toEqual(NOTHING);
    });
  });

  describe('T5: an inviter who cancels before there is a decision', () => {
    it('hears 487; to accept or forward it then fails, to reject it does nothing', async () => {
      const id = await waiting();
      ground.send('CANCEL');
      expect(await ground.told('cancelled')).toMatchObject({ why: 'cancelled' });
      expect(await ground.final()).toBe(487);
      await ground.hears(/^SIP\/2\.0 200 OK[^]*^CSeq: 1 CANCEL/m);
      const { host } = ground;
      await expect(host.decide(id, TALK)).rejects.toMatchObject({
        code: 'not-pending',
      });
      await expect(host.decide(id, forward('sip:desk@example.com'))).rejects.toMatchObject({
        code: 'not-pending',
      });
      await expect(host.decide(id, reject('busy'))).resolves.toBeUndefined();
      await confirm();
      expect(await ground.left()).toEqual(NOTHING);
      expect(new Set(ground.finals).size).toBe(1);
    });

    it('since somebody else has accepted, is told apart: in activity, and in the reason of the signal', async () => {
      const id = await waiting();
      const signal = ground.host.pending.get(id)?.invitation.signal;
      ground.send('CANCEL', { extra: ['Reason: SIP;cause=200;text="Call completed elsewhere"'] });
      expect(await ground.told('cancelled')).toMatchObject({ why: 'elsewhere' });
      expect(signal?.reason).toMatchObject({ name: 'AbortError', why: 'elsewhere' });
      expect(await ground.final()).toBe(487);
    });

    it('comes too late after the answer: the CANCEL is answered 200, and the session goes on', async () => {
      const id = await waiting();
      const decided = ground.host.decide(id, TALK);
      expect(await ground.final()).toBe(200);
      await confirm();
      await ground.settled(decided);
      ground.send('CANCEL');
      await ground.hears(/^SIP\/2\.0 200 OK[^]*^CSeq: 1 CANCEL/m);
      expect(ground.host.sessions).toBe(1);
      expect(ground.activity.some(({ type }) => type === 'cancelled')).toBe(false);
    });
  });

  it('an acceptance that the inviter never confirms fails, and the session with it', async () => {
    const id = await waiting();
    const decided = ground.host.decide(id, TALK);
    expect(await ground.final()).toBe(200);
    await ground.clock.advance(MINUTE);
    await expect(decided).rejects.toMatchObject({ code: 'not-confirmed' });
    await ground.hears(/^BYE /);
    expect(await ground.told('ended')).toMatchObject({ end: { by: 'network' } });
  });

  describe('T14: an invitation that nobody decides', () => {
    it('is answered as its bot said, at the end of the time that a person had', async () => {
      await waiting();
      await ground.clock.advance(5 * MINUTE - 1_000);
      expect(ground.finals).toEqual([]);
      await ground.clock.advance(1_000);
      expect(await ground.final()).toBe(408);
      await confirm();
      expect(await ground.left()).toEqual(NOTHING);
    });

    it('is answered for a bot that keeps silent, at the end of its time: 480 unless placed otherwise', async () => {
      await open(() => new Promise<Decision>(() => undefined));
      ground.invite();
      await ground.told('invited');
      await ground.clock.advance(20_000);
      expect(await ground.final()).toBe(480);
      expect(await ground.told('decided')).toMatchObject({ steps: [{ outcome: 'silent' }] });
    });
  });

  describe('an invitation that waits for ten minutes', () => {
    it('rings every minute at least, and can be accepted then', async () => {
      const id = await waiting('15m');
      await ground.clock.advance(10 * MINUTE);
      const decided = ground.host.decide(id, TALK);
      expect(await ground.final()).toBe(200);
      await confirm();
      await ground.settled(decided);
      // The first after half a second, and one in each of the nine minutes after that.
      expect(ground.rings).toBe(10);
      expect(ground.host.sessions).toBe(1);
    });

    it('is over when the INVITE itself said that it expires before', async () => {
      await waiting('15m', ['Expires: 180']);
      await ground.clock.advance(3 * MINUTE);
      expect(await ground.final()).toBe(487);
      expect(ground.host.pending.size).toBe(0);
    });
  });

  describe('a bot on an address that it shares with people', () => {
    const polite = { decide: { politely: '8s' as const } };

    it('rings for so long before it accepts', async () => {
      await open(() => TALK, polite);
      ground.invite();
      await ground.told('invited');
      await ground.clock.advance(7_900);
      await ground.hears(/^SIP\/2\.0 180 /);
      expect(ground.finals).toEqual([]);
      await ground.clock.advance(100);
      expect(await ground.final()).toBe(200);
    });

    it('leaves it to a person who takes it up elsewhere', async () => {
      await open(() => TALK, polite);
      ground.invite();
      await ground.told('invited');
      await ground.clock.advance(3_000);
      ground.send('CANCEL', { extra: ['Reason: SIP;cause=200'] });
      expect(await ground.told('cancelled')).toMatchObject({ why: 'elsewhere' });
      expect(await ground.final()).toBe(487);
      expect(ground.host.sessions).toBe(0);
    });

    it('accepts at once what names it alone, by a GRUU', async () => {
      await open(() => TALK, polite);
      const uri = 'sip:bot@example.com;gr=urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6';
      const before = ground.clock.now();
      ground.invite([], { to: `<${uri}>` });
      expect(await ground.final()).toBe(200);
      expect(ground.clock.now() - before).toBeLessThan(1_000);
    });
  });
});
