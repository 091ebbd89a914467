/** A talk between two that goes on in a conference: nothing that is said is lost or doubled, and the first session ends only after the next one talks. */
import { describe, expect, it } from '@jest/globals';
import { accept, createHost, type Host, type Session, type SessionEnd } from '@usher/core';
import { SeededChance } from '@usher/core/testing';

import { Conference, NOTHING } from './conference.js';
import { type Fault, FAULTS } from './faults.js';
import type { Line, Party } from './party.js';

const SAID = 16;
const PACE = 300;
const SEEDS = 60;

/** When the inviter ends the talk between two: as those clients do, once his invitation to the conference is accepted, or late, or not at all. */
type Leaves = 'at-once' | 'late' | 'never';

/** What was said, and what became of it. */
interface Talked {
  readonly conference: Conference;
  readonly host: Host;
  readonly session: Session;
  readonly first: Line;
  readonly ends: SessionEnd[];
  /** What the bot said, and what became of it. */
  readonly ours: Map<string, string>;
  /** What was said to the bot, and how that was answered. */
  readonly theirs: Map<string, number>;
  readonly heard: string[];
  /** Who took part, each time that the bot was told. */
  readonly present: string[][];
  readonly moved: boolean;
}

/** Talks with the inviter, is invited to the conference, and goes on talking all the while. */
async function talk(
  seed: number,
  loss: number,
  fault: Fault | undefined,
  leaves: Leaves,
): Promise<Talked> {
  const conference = new Conference(seed, loss);
  const { clock, userAgent, inviter, mcu } = conference;
  const sessions: Session[] = [];
  const heard: string[] = [];
  const present: string[][] = [];
  const converse = (session: Session): void => {
    sessions.push(session);
    session.messages.subscribe(({ text }) => void heard.push(text));
    session.participants.subscribe((all) => {
      present.push(all.map(({ address }) => address.user).toSorted());
    });
  };
  const decide = () => accept(converse);
  const bots = [{ id: 'bot', order: 1, plugin: { decide } }];
  const host = await createHost({ userAgents: [userAgent], clock, bots });
  let moved = false;
  host.activity.subscribe(({ type }) => (moved ||= type === 'moved'));
  await conference.open(() => host.open());
  const first = await conference.until(conference.talkAlone());
  const [session] = sessions;
  if (typeof first === 'number' || session === undefined) throw new Error('no talk');
  const ends: SessionEnd[] = [];
  void session.ended.then((end) => ends.push(end));
  fault?.lay(conference);
  const ours = new Map<string, string>();
  const theirs = new Map<string, number>();
  const pause = (): Promise<void> =>
    new Promise((resolve) => void clock.at(clock.now() + PACE, resolve));
  const weSay = async (): Promise<void> => {
    for (let number = 10; number < 10 + SAID; number += 1) {
      const fate = session.send(`ours ${number}`).then(
        ({ type }) => type,
        () => 'over',
      );
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await pause();
      void fate.then((type) => ours.set(`ours ${number}`, type));
    }
  };
  const theySay = async (
    party: Party,
    lines: () => Line | undefined,
    name: string,
  ): Promise<void> => {
    for (let number = 10; number < 10 + SAID; number += 1) {
      const line = lines();
      const said = `${name} ${number}`;
      if (line !== undefined && !line.over) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        theirs.set(said, await party.ask(line, 'MESSAGE', ['Content-Type: text/plain'], said));
      }
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await pause();
    }
  };
  const goOn = async (): Promise<void> => {
    await pause();
    await pause();
    const invited = await conference.invite(leaves === 'never' ? 'never' : 'at-once');
    if (typeof invited === 'number' || leaves === 'never') return;
    if (leaves === 'late') for (let count = 0; count < 5; count += 1) await pause();
    void inviter.ask(first, 'BYE');
  };
  const talking = Promise.all([
    weSay(),
    theySay(inviter, () => first, 'alone'),
    theySay(mcu, () => [...mcu.lines.values()][0], 'together'),
    goOn(),
  ]);
  await conference.until(talking);
  await clock.advance(100_000);
  return { conference, host, session, first, ends, ours, theirs, heard, present, moved };
}

function times(all: readonly string[], one: string): number {
  return all.filter((said) => said === one).length;
}

/** Nothing is lost or doubled, whoever said it. */
function checkTalk({ conference, ours, theirs, heard, ends }: Talked): void {
  const { inviter, mcu } = conference;
  const got = [...inviter.texts, ...mcu.texts];
  for (const [said, fate] of ours) {
    if (fate === 'delivered') expect([said, times(got, said)]).toEqual([said, 1]);
    else expect(times(got, said)).toBeLessThanOrEqual(1);
    // What is not delivered is so because there is nobody left to hear it.
    if (ends.length === 0) expect([said, fate]).toEqual([said, 'delivered']);
  }
  expect(got).toEqual([...got].toSorted());
  for (const [said, status] of theirs) {
    if (status === 200) expect([said, times(heard, said)]).toEqual([said, 1]);
    else expect(times(heard, said)).toBeLessThanOrEqual(1);
  }
}

/** Where in the order of what was put on the wire this is said first; -1 where it never is. */
function firstOf(
  { wire }: Conference,
  method: string,
  [one, other]: readonly [from: string, to: string],
  callId: string,
): number {
  const decoder = new TextDecoder('latin1');
  return wire.log.findIndex(({ bytes, from, to }) => {
    const text = decoder.decode(bytes);
    const way = from.address === one && to.address === other;
    return way && text.startsWith(`${method} `) && text.includes(callId);
  });
}

async function checkEnd(talked: Talked): Promise<void> {
  const { conference, host, session, first } = talked;
  const { mcu } = conference;
  if (talked.moved) {
    const ended = firstOf(conference, 'BYE', ['192.0.2.1', '192.0.2.2'], first.callId);
    const left = firstOf(conference, 'BYE', ['192.0.2.2', '192.0.2.1'], first.callId);
    const [line = ''] = mcu.lines.keys();
    const talks = firstOf(conference, 'ACK', ['192.0.2.1', '192.0.2.4'], line);
    expect(talks).toBeGreaterThan(0);
    // Once the inviter has left, there is nothing to wait for.
    if (ended >= 0 && (left < 0 || ended < left)) expect(ended).toBeGreaterThan(talks);
    expect(first.over).toBe(true);
  }
  await conference.until(session.end());
  expect(await conference.left()).toEqual(NOTHING);
  expect(conference.subscriptions).toBe(0);
  expect(host.sessions).toBe(0);
}

describe('a talk between two that goes on in a conference', () => {
  it.each(['at-once', 'late', 'never'] as const)(
    'loses nothing, where the inviter ends the first session: %s',
    async (leaves) => {
      const talked = await talk(1, 0, undefined, leaves);
      expect([talked.moved, talked.ends]).toEqual([true, []]);
      expect(talked.conference.mcu.texts.length).toBeGreaterThan(0);
      // The focus has told of Alice alone.
      expect(talked.present).toEqual([['alice', 'bot'], ['alice']]);
      checkTalk(talked);
      await checkEnd(talked);
    },
  );

  it.each(FAULTS.filter(({ outcome }) => outcome !== 'accepted'))(
    'stays where it was: $name',
    async (fault) => {
      const talked = await talk(1, 0, fault, 'never');
      expect([talked.moved, talked.ends]).toEqual([false, []]);
      expect(talked.conference.inviter.texts).toHaveLength(SAID);
      checkTalk(talked);
      await checkEnd(talked);
    },
  );

  it(`whatever is lost on the way, in ${SEEDS} conferences`, async () => {
    let moves = 0;
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const chance = new SeededChance(seed);
      const fault = chance.integer(3) === 0 ? FAULTS[chance.integer(FAULTS.length)] : undefined;
      const leaves = (['at-once', 'late', 'never'] as const)[chance.integer(3)] ?? 'never';
      try {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        const talked = await talk(seed, chance.integer(3) === 0 ? 0 : 0.12, fault, leaves);
        if (talked.moved) moves += 1;
        checkTalk(talked);
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await checkEnd(talked);
      } catch (error) {
        throw new Error(`seed ${seed}`, { cause: error });
      }
    }
    expect(moves).toBeGreaterThan(SEEDS / 3);
  }, 120_000);
});
