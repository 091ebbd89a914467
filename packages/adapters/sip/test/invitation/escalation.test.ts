/** A session of two is taken to a conference: talk goes on there, and only then ends here. */
import { describe, expect, it } from '@jest/globals';
import { accept, reject } from '@usher/core';
import { SeededChance } from '@usher/core/testing';

import { FAULTS } from '../conference/faults.js';
import { Escalation } from './escalated.js';

describe('an escalation (T8)', () => {
  it('joins, goes on there, and only then says BYE in the original', async () => {
    const scene = new Escalation();
    await scene.begin();
    scene.say('here');
    await scene.clock.advance(1_000);
    void scene.invite('never');
    await scene.clock.advance(5_000);
    scene.say('there');
    await scene.clock.advance(1_000);
    expect(scene.here.map(({ text }) => text)).toEqual(['here']);
    expect(scene.there.map(({ text }) => text)).toEqual(['there']);
    expect(scene.byeAt).toBeGreaterThanOrEqual(scene.inAt ?? Infinity);
    expect(scene.told('moved')).toMatchObject([{ session: scene.session.id, why: 'escalated' }]);
    expect(scene.session.signal.aborted).toBe(false);
    expect(scene.host.sessions).toBe(1);
    await scene.end();
  });

  it('hears what is said in the conference, and what was said before in the original', async () => {
    const scene = new Escalation();
    await scene.begin();
    await scene.until(scene.hear('one'));
    void scene.invite('never');
    void scene.hear('two');
    await scene.clock.advance(5_000);
    for (const line of scene.mcu.lines.values()) {
      void scene.mcu.ask(line, 'MESSAGE', ['Content-Type: text/plain'], 'three');
    }
    await scene.clock.advance(1_000);
    expect(scene.read).toEqual(['one', 'two', 'three']);
    await scene.end();
  });

  it.each(['at-once', 30, 2_000] as const)(
    'goes on where the inviter leaves the original %s',
    async (bye) => {
      const scene = new Escalation();
      await scene.begin();
      void scene.invite('never');
      const leave = (): void => void scene.inviter.ask(scene.line, 'BYE');
      if (bye === 'at-once') leave();
      else scene.clock.at(scene.clock.now() + bye, leave);
      scene.say('one');
      await scene.clock.advance(10_000);
      scene.say('two');
      await scene.clock.advance(1_000);
      const all = [...scene.here, ...scene.there].map(({ text }) => text);
      expect(all).toEqual(['one', 'two']);
      expect(scene.said.map(({ fate }) => (typeof fate === 'object' ? fate.type : fate))).toEqual([
        'delivered',
        'delivered',
      ]);
      expect(scene.session.signal.aborted).toBe(false);
      await scene.end();
    },
  );

  it('is refused where the bot rejects it, and the original stays', async () => {
    const scene = new Escalation();
    scene.escalates = () => reject('decline');
    await scene.begin();
    expect(await scene.until(scene.invite('never'))).toBe(603);
    scene.say('still here');
    await scene.clock.advance(1_000);
    expect(scene.here.map(({ text }) => text)).toEqual(['still here']);
    expect(scene.byeAt).toBeUndefined();
    await scene.end();
  });

  it('may be a session of its own: then the original is the bot’s to end', async () => {
    const scene = new Escalation();
    scene.escalates = ({ escalates }) =>
      accept(() => expect(escalates?.id).toBe(scene.session.id), { apart: true });
    await scene.begin();
    void scene.invite('never');
    await scene.clock.advance(5_000);
    expect(scene.byeAt).toBeUndefined();
    expect(scene.host.sessions).toBe(2);
    // And so is the way to the conference.
    expect(scene.focus.heard).toEqual([]);
    await scene.until(scene.session.end());
    expect(scene.byeAt).toBeDefined();
    expect(scene.host.sessions).toBe(1);
    await scene.end();
  });
});

describe('a claim that is not the peer’s (T9)', () => {
  it('ends nothing where the inviter is somebody else', async () => {
    const scene = new Escalation();
    await scene.begin();
    scene.inviter.who = 'mallory';
    expect(await scene.until(scene.invite('never'))).toBe(480);
    await scene.clock.advance(10_000);
    expect(scene.invitations[1]?.escalates).toBeUndefined();
    expect(scene.byeAt).toBeUndefined();
    expect(scene.told('noted')).toHaveLength(1);
    scene.say('still here');
    await scene.clock.advance(1_000);
    expect(scene.here).toHaveLength(1);
    expect(scene.focus.heard).toEqual([]);
    await scene.end();
  });

  it('ends nothing where the conversation is not known', async () => {
    const scene = new Escalation();
    await scene.begin();
    scene.conversation = 'another';
    expect(await scene.until(scene.invite('never'))).toBe(480);
    expect(scene.byeAt).toBeUndefined();
    expect(scene.told('noted')).toEqual([]);
    await scene.end();
  });

  it('ends nothing where the peer was vouched for, and this one is not', async () => {
    const scene = new Escalation();
    scene.inviter.more = ['P-Asserted-Identity: <sip:alice@example.com>'];
    await scene.begin();
    scene.inviter.more = [];
    expect(await scene.until(scene.invite('never'))).toBe(480);
    expect(scene.byeAt).toBeUndefined();
    scene.inviter.more = ['P-Asserted-Identity: <sip:alice@example.com>'];
    void scene.invite('never');
    await scene.clock.advance(5_000);
    expect(scene.byeAt).toBeDefined();
    await scene.end();
  });
});

describe('whatever goes wrong on the way', () => {
  it.each(FAULTS.map((fault) => [fault.name, fault] as const))('%s', async (_name, fault) => {
    const scene = new Escalation();
    await scene.begin();
    fault.lay(scene);
    void scene.invite('never');
    for (let number = 0; number < 6; number += 1) {
      scene.say(`${number}`);
      // oxlint-disable-next-line no-await-in-loop -- while it goes on
      await scene.clock.advance(10_000);
    }
    await scene.clock.advance(100_000);
    expect([...scene.here, ...scene.there].map(({ text }) => text)).toEqual(
      scene.said.map(({ text }) => text),
    );
    if (fault.outcome === 'accepted') {
      expect(scene.byeAt).toBeGreaterThanOrEqual(scene.inAt ?? Infinity);
      expect(scene.there.length).toBeGreaterThan(0);
    } else {
      expect(scene.byeAt).toBeUndefined();
      expect(scene.there).toEqual([]);
    }
    expect(scene.session.signal.aborted).toBe(false);
    await scene.end();
  });

  it('on a wire that loses and doubles, no message is lost or doubled, and none overtakes another', async () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const chance = new SeededChance(seed);
      const scene = new Escalation(seed, chance.integer(3) === 0 ? 0 : 0.12);
      // oxlint-disable no-await-in-loop -- one after the other
      await scene.begin();
      const fault = chance.integer(3) === 0 ? FAULTS[chance.integer(FAULTS.length)] : undefined;
      fault?.lay(scene);
      const { clock } = scene;
      const beginning = clock.now();
      const statuses = new Map<string, number>();
      const after = (most: number, task: () => void): void =>
        void clock.at(beginning + 1 + chance.integer(most), task);
      for (let number = 0; number < 8; number += 1)
        after(20_000, () => scene.say(String(scene.said.length)));
      for (let number = 0; number < 4; number += 1) {
        const text = `peer ${number}`;
        after(4_000, () => void scene.hear(text).then((status) => statuses.set(text, status)));
      }
      after(5_000, () => void scene.invite('never'));
      await clock.advance(300_000);
      const moved = scene.told('moved').length === 1;
      const heard = [...scene.here, ...scene.there].map(({ text }) => text);
      const where = `seed ${seed}, ${fault?.name ?? 'no fault'}`;
      expect([where, heard]).toEqual([where, scene.said.map(({ text }) => text)]);
      expect([where, moved]).toEqual([where, (fault?.outcome ?? 'accepted') === 'accepted']);
      // What the peer says behind our BYE is refused, and it knows.
      const taken = [...statuses].filter(([, status]) => status === 200).map(([text]) => text);
      expect([where, scene.read.toSorted()]).toEqual([where, taken.toSorted()]);
      const movedAt = scene.told('moved')[0]?.at ?? Infinity;
      if (moved) expect(scene.byeAt).toBeGreaterThanOrEqual(movedAt);
      else expect([where, scene.byeAt]).toEqual([where, undefined]);
      expect([where, scene.session.signal.aborted]).toEqual([where, false]);
      await scene.end();
      // oxlint-enable no-await-in-loop
    }
  }, 120_000);
});
