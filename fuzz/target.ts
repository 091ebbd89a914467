/** What is fuzzed: how its inputs are made, and what has to hold for each of them. */
import type { SeededChance } from '@usher/core/testing';

/** Something that has to hold for every input did not. */
export class Broken extends Error {
  constructor(
    /** A short stable name: findings of one rule are kept once. */
    readonly rule: string,
    detail: string,
  ) {
    super(`${rule}: ${detail}`);
    this.name = 'Broken';
  }
}

/**
 * Holds a rule to one input.
 * @throws Broken where it does not hold; `detail` is asked for only then.
 */
export function hold(holds: boolean, rule: string, detail: () => string = () => ''): asserts holds {
  if (!holds) throw new Broken(rule, detail().slice(0, 1_000));
}

/** What is fuzzed. */
export interface Target<Input = unknown> {
  readonly name: string;
  /** Files and folders whose blocks are to be covered, from the root of the repository. */
  readonly covers: readonly string[];
  /** Awaited once before anything else, where it takes time to make ready. */
  prepare?(): Promise<void>;
  /** Inputs to begin with, each time the same. */
  seeds(): readonly Input[];
  /** A fresh input. */
  generate(chance: SeededChance): Input;
  /** An input much like this one, perhaps with a part of the other. */
  mutate(input: Input, other: Input, chance: SeededChance): Input;
  /** Inputs that are smaller, the smallest first. */
  shrink(input: Input): Iterable<Input>;
  /**
   * One execution: the same each time for the same input. What a peer could have us do is done by `timed`.
   * @throws Broken where a rule does not hold; anything else that is thrown is a finding as well.
   */
  run(input: Input): void;
  /** As it stands in a regression file: text, in which each character may stand for one octet. */
  print(input: Input): string;
  read(text: string): Input;
}
