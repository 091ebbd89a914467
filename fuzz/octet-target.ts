/** A target whose inputs are octets: most of them are. */
import type { SeededChance } from '@usher/core/testing';

import {
  mutated,
  OCTET_MUTATIONS,
  type OctetMutation,
  withoutParts,
  wordMutation,
} from './mutation/octet-mutation.js';
import { latin1, octetsOf } from './octets.js';
import type { Target } from './target.js';

/** What makes one such target. */
export interface OctetTargetParts {
  readonly name: string;
  readonly covers: readonly string[];
  readonly seeds: () => readonly Uint8Array[];
  /** Makes an input by the grammar. */
  readonly grammar: (chance: SeededChance) => Uint8Array;
  /** What means something to the code under test. */
  readonly words: readonly string[];
  /** Ways to spoil an input that know what it is. */
  readonly mutations?: readonly OctetMutation[];
  readonly run: (octets: Uint8Array) => void;
}

/** A target whose inputs are octets. */
export function octetTarget(parts: OctetTargetParts): Target<Uint8Array> {
  const word = wordMutation(parts.words);
  const own = parts.mutations ?? [];
  // What knows the input counts as much as what does not.
  const mutations = [...OCTET_MUTATIONS, word, word, word, ...own];
  return {
    name: parts.name,
    covers: parts.covers,
    seeds: parts.seeds,
    generate: parts.grammar,
    mutate: (octets, other, chance) => mutated(octets, other, chance, mutations),
    shrink: withoutParts,
    run: parts.run,
    print: latin1,
    read: octetsOf,
  };
}
