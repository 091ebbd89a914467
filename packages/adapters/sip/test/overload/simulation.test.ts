/** Overload in virtual time: what a server still gets done when it is asked for far more than it can do. */
import { describe, expect, it } from '@jest/globals';

import type { Load } from './callers.js';
import type { Kind } from './packets.js';
import { SATURATION, ServerModel } from './server-model.js';

const SEED = Number(process.env['SEED'] ?? 20_261_122);
/** Seconds of overload before it ends: 60 by LONG in the environment take a few seconds more. */
const LONG = Number(process.env['LONG'] ?? 15);
/** Loads come from so many addresses. */
const SOURCES = 20;
const HOSTILE = 1_000;

/** So many times what the server can do, from one second to another. */
function loadOf(times: number, from: number, to: number): Load {
  const rate = times * SATURATION;
  return { source: 0, sources: SOURCES, rate, from: from * 1_000, to: to * 1_000 };
}

interface Run {
  /** Sessions a second that were over, each in four seconds at most. */
  readonly goodput: number;
  /** The part of the requests within a dialog that were answered in half a second. */
  readonly prompt: number;
}

/** Runs a load for some seconds, of which the first one is not looked at. */
function run(times: number, controlled: boolean, seconds = 9): Run {
  const server = new ServerModel([loadOf(times, 0, seconds)], { seed: SEED, controlled });
  server.run((seconds + 4) * 1_000);
  const talk = server.callers.talk.filter(({ at }) => at >= 1_000 && at < seconds * 1_000);
  return {
    goodput: server.done(1_000, seconds * 1_000),
    prompt: talk.filter(({ took }) => took <= 500).length / talk.length,
  };
}

describe('with overload control', () => {
  const peak = Math.max(...[1, 1.2, 1.5].map((times) => run(times, true).goodput));

  it('all that can be done is done at saturation', () => {
    expect(peak / SATURATION).toBeGreaterThan(0.95);
  });

  it.each([
    [2, 0.95],
    [4, 0.9],
    [8, 0.85],
    [20, 0.7],
  ])(
    'at %d times saturation goodput is at least %d of the peak, and talk goes on',
    (times, part) => {
      const { goodput, prompt } = run(times, true);
      expect(goodput / peak).toBeGreaterThanOrEqual(part);
      expect(prompt).toBeGreaterThanOrEqual(0.999);
    },
  );

  it('after ten times saturation for long all is as before within three seconds', () => {
    const calm = 16;
    const over = calm + LONG;
    const loads = [loadOf(0.5, 0, over + 3 + calm), loadOf(9.5, calm, over)];
    const server = new ServerModel(loads, { seed: SEED, controlled: true });
    server.run((over + 3 + calm + 4) * 1_000);
    const after = [(over + 3) * 1_000, (over + 3 + calm) * 1_000] as const;
    expect(server.refused((over - 2) * 1_000, over * 1_000)).toBeGreaterThan(0.8);
    expect(server.refused(...after)).toBe(0);
    expect(server.slowest(...after)).toBeLessThan(1.2 * server.slowest(0, calm * 1_000));
    expect(server.control?.state(server.now)).toMatchObject({ admission: 1, shed: 0 });
  });

  it('nothing that is not refused is lost or late while a source is let in as far as there is room', () => {
    const server = new ServerModel([loadOf(4, 0, 4)], { seed: SEED, controlled: true });
    server.run(40_000);
    expect(server.callers.outcomes.filter(({ end }) => end === 'given up')).toEqual([]);
  });
});

describe('without it', () => {
  it('all is well below saturation', () => {
    const { goodput } = run(0.8, false);
    expect(goodput).toBeGreaterThan(0.75 * SATURATION);
  });

  it.each([2, 4])('goodput collapses at %d times saturation', (times) => {
    expect(run(times, false).goodput).toBeLessThan(0.2 * SATURATION);
  });

  it('one source at twenty times saturation is the end for all others', () => {
    expect(othersBeside('i', 1, false)).toBeLessThan(0.1);
  });
});

/** The part of the others' sessions that come out well, while somebody sends twenty times what the server can do. */
function othersBeside(hostile: Kind | undefined, sources: number, controlled = true): number {
  const rate = 20 * SATURATION;
  const flood: Load = { source: HOSTILE, sources, rate, from: 2_000, to: 6_000, hostile };
  const server = new ServerModel([loadOf(0.5, 0, 6), flood], { seed: SEED, controlled });
  server.run(10_000);
  const isOther = (source: number): boolean => source < HOSTILE;
  const begun = server.callers.begun.filter(
    ({ at, source }) => at >= 3_000 && at < 6_000 && isOther(source),
  );
  return (server.goodput(3_000, 6_000, isOther) * 3) / begun.length;
}

describe('one source at twenty times saturation takes nothing from the others', () => {
  it.each<readonly [string, Kind | undefined, number]>([
    ['whose callers keep to the protocol', undefined, 1],
    ['whose callers heed nothing', 'i', 1],
    ['with as many addresses as it likes', 'i', 50_000],
    ['for which all is an emergency', 'e', 50_000],
    ['that pretends to be within a dialog', 'x', 1],
    ['that pretends to end dialogs', 'y', 50_000],
    ['that asks whether we are there', 'o', 1],
    ['that answers what nobody asked', 's', 50_000],
  ])('%s', (_who, hostile, sources) => {
    expect(othersBeside(hostile, sources)).toBeGreaterThanOrEqual(0.95);
  });
});
