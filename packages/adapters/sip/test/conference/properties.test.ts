/** Conferences on a wire that loses and doubles things, with whatever may go wrong: nothing said is lost or doubled, and nothing is left. */
import { describe, expect, it } from '@jest/globals';
import type { Answered, Medium } from '@usher/core/adapter';
import { SeededChance } from '@usher/core/testing';

import { Conference, NOTHING, text } from './conference.js';
import { FAULTS } from './faults.js';

const SEEDS = 240;
const TALK = 4;
const ENDS = [
  'house',
  'mcu',
  'focus',
  'house and mcu',
  'focus and mcu',
  'all',
  'user agent',
] as const;

/** What is said both ways, one message after the other on each side; what became of each. */
async function talk(conference: Conference, medium: Medium): Promise<void> {
  const { mcu } = conference;
  const [line] = mcu.lines.values();
  const sent = new Map<string, string>();
  const told = new Map<string, number>();
  const ours = async (): Promise<void> => {
    for (let number = 0; number < TALK; number += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const delivery = await medium.send(text(`ours ${number}`), String(number));
      sent.set(`ours ${number}`, delivery.type);
    }
  };
  const theirs = async (): Promise<void> => {
    if (line === undefined) return;
    for (let number = 0; number < TALK; number += 1) {
      const said = `theirs ${number}`;
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      told.set(said, await mcu.ask(line, 'MESSAGE', ['Content-Type: text/plain'], said));
    }
  };
  await conference.until(Promise.all([ours(), theirs()]));
  const times = (all: readonly string[], one: string): number =>
    all.filter((said) => said === one).length;
  for (const [said, fate] of sent) {
    const heard = times(mcu.texts, said);
    if (fate === 'delivered') expect([said, heard]).toEqual([said, 1]);
    else expect(heard).toBeLessThanOrEqual(1);
  }
  for (const [said, status] of told) {
    const heard = times(conference.receiver.texts, said);
    if (status === 200) expect([said, heard]).toEqual([said, 1]);
    else expect(heard).toBeLessThanOrEqual(1);
  }
  const inOrder = (all: readonly string[]): void => expect(all).toEqual([...all].toSorted());
  inOrder(mcu.texts);
  inOrder(conference.receiver.texts);
}

/** Ends it, by one of them or by several at once. */
function end(conference: Conference, by: (typeof ENDS)[number], medium: Medium): void {
  const { focus, mcu, userAgent } = conference;
  if (by === 'user agent') void userAgent.close();
  if (by.includes('house') || by === 'all') void medium.end({ by: 'bot', why: 'ended' });
  if (by.includes('mcu') || by === 'all') {
    for (const line of mcu.lines.values()) void mcu.ask(line, 'BYE');
  }
  if (by.includes('focus') || by === 'all') {
    for (const line of focus.lines.values()) void focus.ask(line, 'BYE');
  }
}

async function play(seed: number): Promise<Answered['type']> {
  const chance = new SeededChance(seed);
  const conference = new Conference(seed, chance.integer(4) === 0 ? 0 : 0.15);
  const fault = chance.integer(2) === 0 ? FAULTS[chance.integer(FAULTS.length)] : undefined;
  fault?.lay(conference);
  const bye = [0, 30, 400, 3_000].at(chance.integer(4)) ?? 0;
  const answered = await conference.until(conference.join(chance.integer(5) === 0 ? 'never' : bye));
  const { receiver } = conference;
  if (fault !== undefined && fault.outcome !== 'accepted') expect(answered.type).toBe('failed');
  if (answered.type === 'accepted') {
    await talk(conference, answered.medium);
    end(conference, ENDS[chance.integer(ENDS.length)] ?? 'all', answered.medium);
  } else expect(receiver.ends).toEqual([]);
  const left = await conference.left();
  expect(receiver.ends.length).toBeLessThanOrEqual(1);
  if (conference.userAgent.counts !== undefined) expect(left).toEqual(NOTHING);
  expect(conference.subscriptions).toBe(0);
  return answered.type;
}

describe('whatever is lost on its way, and whatever goes wrong', () => {
  it(`in ${SEEDS} conferences nothing said is lost or doubled, and nothing of them is left`, async () => {
    const came = new Map<string, number>();
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        const type = await play(seed);
        came.set(type, (came.get(type) ?? 0) + 1);
      } catch (error) {
        throw new Error(`seed ${seed}`, { cause: error });
      }
    }
    // Both come to pass often enough to mean something.
    expect(came.get('accepted')).toBeGreaterThan(SEEDS / 4);
    expect(came.get('failed')).toBeGreaterThan(SEEDS / 8);
  }, 120_000);
});
