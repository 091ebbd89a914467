/** What fuzzing has found once is found no more; and its targets work, each on a few inputs. The long runs are in `fuzz/`. */
import { describe, expect, it } from '@jest/globals';

import { SeededChance } from '@usher/core/testing';

import { FINDINGS, kept } from '../fuzz/finding.js';
import { breach } from '../fuzz/shrink.js';
import { TARGET_NAMES, targetNamed } from '../fuzz/targets/index.js';

/** So many inputs of each kind. */
const FEW = 25;

describe.each(TARGET_NAMES)('the target %s', (name) => {
  const findings = kept(name, FINDINGS);

  if (findings.length > 0) {
    it.each(findings.map((finding) => [finding.rule, finding] as const))(
      'holds for what once broke the rule %s',
      async (_rule, { input }) => {
        const target = await targetNamed(name);
        expect(breach(target, target.read(input))).toBeUndefined();
      },
    );
  }

  it('holds for inputs from its grammar, and for mutations of them', async () => {
    const target = await targetNamed(name);
    const chance = new SeededChance(20_261_123);
    let before = target.seeds()[0] ?? target.generate(chance);
    for (let count = 0; count < FEW; count += 1) {
      const fresh = target.generate(chance);
      const mutated = target.mutate(fresh, before, chance);
      for (const input of [fresh, mutated]) {
        expect([target.print(input), breach(target, input)]).toEqual([
          target.print(input),
          undefined,
        ]);
        // What is kept of an input is all of it.
        expect(target.print(target.read(target.print(input)))).toBe(target.print(input));
      }
      before = mutated;
    }
  });
});
