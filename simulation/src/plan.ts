/** What a seed makes happen: who is there, how the wire behaves, and which faults come when. */
import type { SeededChance } from '@usher/core/testing';

import type { CallerPlan } from './caller.js';
import { chanceOf } from './chance-of.js';
import type { CrashPoint } from './house-watcher.js';
import type { HousePlan } from './house.js';
import { CALLERS, STRANGERS } from './places.js';
import type { StrangerPlan } from './stranger.js';

/** The weather on the wire. */
export interface WeatherPlan {
  readonly delay: { readonly min: number; readonly max: number };
  readonly loss: number;
  readonly duplication: number;
  readonly corruption: number;
  readonly slicing: boolean;
}

/** What goes wrong; lengths are in milliseconds, and `peer` counts all peers. */
type Mishap =
  | { readonly type: 'weather'; readonly weather: WeatherPlan }
  | { readonly type: 'partition'; readonly peer: number; readonly lasts: number }
  | { readonly type: 'clog'; readonly peer: number; readonly lasts: number }
  | { readonly type: 'cut'; readonly peer: number }
  | { readonly type: 'half-open'; readonly peer: number }
  | { readonly type: 'peer-crash'; readonly peer: number; readonly silent: boolean }
  | {
      readonly type: 'house-crash';
      readonly silent: boolean;
      /** Undefined: at that moment; else at the so-many-th such point after it. */
      readonly point: CrashPoint['at'] | undefined;
      readonly count: number;
      /** How long until another house stands there. */
      readonly back: number;
    }
  | { readonly type: 'drain'; readonly within: number; readonly back: number }
  | { readonly type: 'leap'; readonly ms: number; readonly peer: number | undefined }
  | { readonly type: 'stall'; readonly ms: number }
  | { readonly type: 'burst'; readonly count: number };

/** A mishap, and when it comes: in milliseconds from the beginning. */
export type Fault = Mishap & { readonly at: number };

/** What a seed makes happen. */
export interface Plan {
  readonly seed: number;
  readonly house: HousePlan;
  readonly weather: WeatherPlan;
  readonly callers: readonly CallerPlan[];
  readonly strangers: readonly StrangerPlan[];
  readonly faults: readonly Fault[];
  /** From when on nothing more goes wrong. */
  readonly calm: number;
}

/** Nothing goes wrong any more. */
export const CALM: WeatherPlan = {
  delay: { min: 5, max: 25 },
  loss: 0,
  duplication: 0,
  corruption: 0,
  slicing: true,
};

/** So long things go wrong. */
const TROUBLED = 90_000;

/** What this seed makes happen. */
export function planOf(seed: number): Plan {
  const callers = callersOf(chanceOf(seed, 'callers'));
  const strangers = strangersOf(chanceOf(seed, 'strangers'));
  return {
    seed,
    house: houseOf(chanceOf(seed, 'house')),
    weather: weatherOf(chanceOf(seed, 'weather')),
    callers,
    strangers,
    faults: faultsOf(seed, callers.length + strangers.length),
    calm: TROUBLED,
  };
}

function houseOf(chance: SeededChance): HousePlan {
  return {
    limits: { sessions: chance.pick([2, 5, 100]), pending: chance.pick([1, 3, 100]) },
    pager: {
      idle: chance.pick([60_000, 120_000, 1_800_000]),
      sessions: chance.pick([1, 3, 100]),
    },
    journal: {
      delay: chance.pick([0, 0, 0, 5, 5, 50, 3_000, 40_000]),
      failure: chance.pick([0, 0, 0, 0.1]),
    },
    guarded: chance.chance(0.2),
    overload: chance.pick(['default', 'default', 'tight', 'off']),
    busy: chance.pick([0, 0, 0, 2, 40]),
  };
}

function callersOf(chance: SeededChance): CallerPlan[] {
  return Array.from({ length: 1 + chance.integer(3) }, (_, index) => ({
    name: ['alice', 'bob', 'carol'][index] ?? 'dave',
    address: `${CALLERS}${index}`,
    transport: chance.pick(['udp', 'udp', 'udp', 'tcp', 'tcp', 'ws']),
    talks: 1 + chance.integer(4),
    until: chance.pick([1_000, 20_000, 60_000]),
  }));
}

function strangersOf(chance: SeededChance): StrangerPlan[] {
  return Array.from({ length: chance.integer(3) }, (_, index) => ({
    name: ['mallory', 'trudy'][index] ?? 'oscar',
    address: `${STRANGERS}${index}`,
    transport: chance.pick(['udp', 'udp', 'tcp']),
    ...chance.pick([
      { dialogs: 1, pages: 1, vandalism: 0 },
      { dialogs: 4, pages: 0, vandalism: 0 },
      { dialogs: 0, pages: 3, vandalism: 20 },
      { dialogs: 3, pages: 2, vandalism: 5 },
    ]),
    until: chance.pick([1_000, 20_000, 60_000]),
  }));
}

function weatherOf(chance: SeededChance): WeatherPlan {
  const min = chance.pick([0, 1, 20]);
  return {
    delay: { min, max: min + chance.pick([0, 5, 50, 800]) },
    loss: chance.pick([0, 0, 0.02, 0.1, 0.3]),
    duplication: chance.pick([0, 0, 0.05, 0.2]),
    corruption: chance.pick([0, 0, 0, 0, 0.02, 0.1]),
    slicing: chance.chance(0.7),
  };
}

/** Each kind of fault is there or not, so that some runs have one of them alone and some have all. */
function faultsOf(seed: number, peers: number): Fault[] {
  const faults: Fault[] = [];
  const some = <Type extends Mishap['type']>(
    type: Type,
    often: number,
    most: number,
    make: (chance: SeededChance) => Omit<Extract<Mishap, { readonly type: Type }>, 'type'>,
  ): void => {
    const chance = chanceOf(seed, type);
    if (!chance.chance(often)) return;
    for (let count = 1 + chance.integer(most); count > 0; count -= 1) {
      const at = chance.integer(TROUBLED - 1_000);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the parts of one kind of mishap, put together
      faults.push({ type, at, ...make(chance) } as unknown as Fault);
    }
  };
  some('weather', 0.3, 4, (chance) => ({ weather: weatherOf(chance) }));
  some('partition', 0.2, 3, (chance) => ({ peer: chance.integer(peers), lasts: lengthOf(chance) }));
  some('clog', 0.1, 2, (chance) => ({ peer: chance.integer(peers), lasts: lengthOf(chance) }));
  some('cut', 0.2, 3, (chance) => ({ peer: chance.integer(peers) }));
  some('half-open', 0.1, 2, (chance) => ({ peer: chance.integer(peers) }));
  some('peer-crash', 0.15, 1, (chance) => ({
    peer: chance.integer(peers),
    silent: chance.chance(0.5),
  }));
  some('house-crash', 0.2, 2, (chance) => ({
    silent: chance.chance(0.5),
    point: chance.pick([undefined, 'before sending', 'after sending', 'journal']),
    count: 1 + chance.integer(6),
    back: chance.pick([0, 10, 3_000, 40_000]),
  }));
  some('drain', 0.15, 1, (chance) => ({
    within: chance.pick([0, 1_000, 30_000, 600_000]),
    back: chance.pick([0, 5_000]),
  }));
  some('leap', 0.15, 2, (chance) => ({
    ms: chance.pick([100, 1_500, 10_000, 60_000, 3_600_000]),
    peer: chance.chance(0.5) ? undefined : chance.integer(peers),
  }));
  some('stall', 0.15, 6, (chance) => ({ ms: chance.pick([50, 600, 3_000, 20_000]) }));
  some('burst', 0.15, 2, (chance) => ({ count: 1 + chance.integer(5) }));
  return faults.toSorted((one, other) => one.at - other.at);
}

/** Most are short. */
function lengthOf(chance: SeededChance): number {
  return chance.integer(chance.pick([500, 5_000, 40_000]));
}
