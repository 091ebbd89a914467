/** Chance by name: each part of a run draws from a source of its own, so that what one of them draws changes nothing for the others. */
import { SeededChance } from '@usher/core/testing';

/** The source of this part of the run with this seed. */
export function chanceOf(seed: number, part: string): SeededChance {
  let hash = 0x811c_9dc5;
  for (const letter of part) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x0100_0193);
  // A seed has 32 bits of the 53 that a number has; 20 of the others say which part it is.
  return new SeededChance((seed >>> 0) + (hash >>> 12) * 2 ** 32);
}
