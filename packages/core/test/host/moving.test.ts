import { beforeAll, describe, expect, test } from '@jest/globals';

import { type Fate, Voyage } from './moving.js';

const SEEDS = 400;

describe.each(['escalated', 'lost'] as const)(
  'whatever goes wrong while a session is %s',
  (how) => {
    let voyages: Voyage[] = [];

    beforeAll(async () => {
      voyages = [];
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other: each has a clock of its own
        voyages.push(await Voyage.run(seed, how));
      }
    }, 120_000);

    /** Every seed of which this does not hold. */
    const seedsWithout = (holds: (voyage: Voyage) => boolean): number[] =>
      voyages.flatMap((voyage, at) => (holds(voyage) ? [] : [at + 1]));

    test('many move, and many do not', () => {
      const moved = voyages.filter((voyage) => voyage.moved).length;
      expect(moved).toBeGreaterThan(SEEDS / 5);
      expect(moved).toBeLessThan(SEEDS);
    });

    test('each message of the bot comes to the peer once, under one id', () => {
      expect(
        seedsWithout(
          ({ peer }) =>
            peer.confused.length === 0 && new Set(peer.heard).size === peer.heard.length,
        ),
      ).toEqual([]);
    });

    test('in the order in which it was said', () => {
      const number = (text: string): number => Number.parseInt(text, 10);
      expect(
        seedsWithout(({ peer }) =>
          peer.heard.every((text, at) => number(text) > number(peer.heard[at - 1] ?? '-1')),
        ),
      ).toEqual([]);
    });

    test('what is told to be delivered has come to the peer, and the fate of everything is told', () => {
      expect(
        seedsWithout(({ fates, peer }) =>
          fates.every(
            ({ what, text }) =>
              what !== undefined && (what !== 'delivered' || peer.heard.includes(text)),
          ),
        ),
      ).toEqual([]);
    });

    test('where it moves, nothing is lost from the moment that it is about to', () => {
      const lost = ({ fates, moved, acceptedAt, expelled }: Voyage): Fate[] =>
        fates.filter(
          ({ what, at }) => moved && !expelled && at > acceptedAt && what !== 'delivered',
        );
      expect(seedsWithout((voyage) => lost(voyage).length === 0)).toEqual([]);
    });

    test('where nobody lets us in and the original lives, it goes on', () => {
      expect(
        seedsWithout(
          ({ moved, hungUp, session, old, room }) =>
            moved ||
            hungUp ||
            how === 'lost' ||
            (old.ends.length === 1 &&
              room.told('ended').length === 1 &&
              room.told('ended')[0]?.end.by === 'bot' &&
              session.signal.aborted),
        ),
      ).toEqual([]);
    });

    test('each message of the peer that was taken is read once, in its order', () => {
      expect(
        seedsWithout(({ taken, read }) => JSON.stringify(taken) === JSON.stringify(read)),
      ).toEqual([]);
    });

    test('no message overtakes another, on either medium', () => {
      expect(seedsWithout(({ old, next }) => !old.overlapped && !next.overlapped)).toEqual([]);
    });

    test('the original ends once, and where it is left for another not before that is there', () => {
      expect(
        seedsWithout(({ old, moved, openedAt, hungUp }) => {
          if (old.ends.length > 1 && how === 'escalated') return false;
          if (how === 'lost' || !moved) return true;
          return hungUp || (old.ends.length === 1 && old.endedAt >= openedAt);
        }),
      ).toEqual([]);
    });

    test('no medium is left open, and no session', () => {
      expect(
        seedsWithout(
          ({ next, openedAt, room, expelled }) =>
            room.host.sessions === 0 &&
            room.told('ended').length === 1 &&
            (openedAt === Infinity || expelled || next.ends.length === 1),
        ),
      ).toEqual([]);
    });
  },
);
