/** Tries input after input on one target, and learns from the blocks that they reach which of them to go on with. */
import { SeededChance } from '@usher/core/testing';

import type { BlockCoverage, BlockStart } from './block-coverage.js';
import { longestLap, partOf } from './cpu-time.js';
import type { Finding } from './finding.js';
import { breach, shrunk } from './shrink.js';
import { Slowest } from './slowest.js';
import { longestPart } from './stopwatch.js';
import type { Target } from './target.js';
import type { Watchdog } from './watchdog.js';

/** How a fuzzer is set up. */
export interface FuzzerOptions {
  readonly seed: number;
  /** How long, in milliseconds. */
  readonly time: number;
  /** Undefined: it goes on blindly. */
  readonly coverage?: BlockCoverage | undefined;
  readonly watchdog?: Watchdog | undefined;
  /** After so many findings it stops; 25 unless given. */
  readonly findings?: number | undefined;
  /** Told of each finding. */
  readonly found: (finding: Finding) => void;
}

/** What came of it. */
export interface FuzzResult<Input> {
  readonly executions: number;
  readonly seconds: number;
  readonly corpus: readonly Input[];
  /** Those that took the longest for what they are, as far as a busy machine and the counting of blocks let that be told. */
  readonly slowest: readonly Input[];
}

/** Inputs between two looks at the blocks, and milliseconds: a look takes as long as some hundred short inputs. */
const BATCH = 200;
const BATCH_TIME = 250;
/** So many inputs are gone on with where blocks are not counted. */
const MOST_BLIND = 1_000;
/** So many inputs there are to go on with at least. */
const FEW = 50;
const FINDINGS = 25;
/** So many times the time that it may take is no matter of a busy machine, nor of the counting of blocks. */
const FAR_TOO_SLOW = 15;
/** The part of the inputs that are made afresh. */
const FRESH = 0.2;

/** Tries inputs on a target until its time is over. */
export class Fuzzer<Input> {
  readonly #target: Target<Input>;
  readonly #options: FuzzerOptions;
  readonly #chance: SeededChance;
  readonly #corpus: Input[] = [];
  readonly #slowest = new Slowest<Input>();
  readonly #rules = new Set<string>();
  #executions = 0;

  constructor(target: Target<Input>, options: FuzzerOptions) {
    this.#target = target;
    this.#options = options;
    this.#chance = new SeededChance(options.seed);
  }

  async run(): Promise<FuzzResult<Input>> {
    const began = performance.now();
    const { coverage, time, findings = FINDINGS } = this.#options;
    coverage?.look();
    const seeds = this.#target.seeds();
    for (let at = 0; at < seeds.length;) await this.#batch(() => seeds[at++]);
    // Some of what there is to begin with, even where it reached nothing that is new.
    for (let more = this.#corpus.length; more < FEW && seeds.length > 0; more += 1) {
      const seed = seeds[this.#chance.integer(seeds.length)];
      if (seed !== undefined) this.#corpus.push(seed);
    }
    const next = (): Input => this.#next();
    while (performance.now() - began < time && this.#rules.size < findings) await this.#batch(next);
    return {
      executions: this.#executions,
      seconds: (performance.now() - began) / 1_000,
      corpus: this.#corpus,
      slowest: this.#slowest.inputs,
    };
  }

  #next(): Input {
    const chance = this.#chance;
    if (this.#corpus.length === 0 || chance.chance(FRESH)) return this.#target.generate(chance);
    return this.#target.mutate(this.#pick(), this.#pick(), chance);
  }

  /** One of the corpus; half of the time one of those that came last, of which most is to be expected. */
  #pick(): Input {
    const { length } = this.#corpus;
    const late = length >> 2;
    const at = this.#chance.chance(0.5)
      ? this.#chance.integer(length)
      : length - 1 - this.#chance.integer(Math.max(late, 1));
    const input = this.#corpus[at];
    return input ?? this.#target.generate(this.#chance);
  }

  /** Some inputs, until there are no more, and then a look at what they have reached. */
  async #batch(next: () => Input | undefined): Promise<void> {
    const until = performance.now() + BATCH_TIME;
    const tried: Input[] = [];
    while (tried.length < BATCH && performance.now() < until) {
      const input = next();
      if (input === undefined) break;
      this.#try(input);
      tried.push(input);
    }
    // What was promised meanwhile is done, and let go of.
    await new Promise(setImmediate);
    const { coverage } = this.#options;
    if (coverage === undefined) {
      // Nobody can tell which are worth more than others.
      if (this.#corpus.length < MOST_BLIND) this.#corpus.push(...tried);
      return;
    }
    const fresh = coverage.look();
    if (fresh.length > 0) this.#attribute(tried, fresh, coverage);
  }

  #try(input: Input): void {
    const { watchdog } = this.#options;
    watchdog?.watch(this.#target, input);
    longestPart();
    const broken = breach(this.#target, input);
    const part = longestPart();
    watchdog?.rest();
    this.#executions += 1;
    if (broken !== undefined) this.#report(input, broken.rule);
    else if (part > FAR_TOO_SLOW && this.#isSlow(input)) {
      this.#tell(input, 'too-slow', `more than ${FAR_TOO_SLOW} times the time that it may take`);
    } else this.#slowest.note(input, part);
  }

  /** Whether it takes as long again and again: then it is none of the machine's doing. */
  #isSlow(input: Input): boolean {
    return partOf(longestLap(this.#target, input)) > FAR_TOO_SLOW;
  }

  #report(input: Input, rule: string): void {
    if (this.#rules.has(rule)) return;
    const smallest = shrunk(this.#target, input, rule);
    this.#tell(smallest, rule, breach(this.#target, smallest)?.message ?? 'only once');
  }

  #tell(input: Input, rule: string, message: string): void {
    if (this.#rules.has(rule)) return;
    this.#rules.add(rule);
    const { seed, found } = this.#options;
    found({ target: this.#target.name, rule, message, seed, input: this.#target.print(input) });
  }

  /** Finds which of these inputs reached the blocks that are wanted, by halves: they are worth going on with. */
  #attribute(
    inputs: readonly Input[],
    wanted: readonly BlockStart[],
    coverage: BlockCoverage,
  ): void {
    const [only] = inputs;
    if (only !== undefined && inputs.length === 1) {
      this.#corpus.push(only);
      return;
    }
    const middle = inputs.length >> 1;
    for (const input of inputs.slice(0, middle)) breach(this.#target, input);
    const reached = new Set(coverage.reached(wanted));
    if (reached.size > 0) this.#attribute(inputs.slice(0, middle), [...reached], coverage);
    const others = wanted.filter((block) => !reached.has(block));
    if (others.length > 0) this.#attribute(inputs.slice(middle), others, coverage);
  }
}
