/** One seed, one run: a whole house and its peers, from the opening to the last alarm. */
import { type Plan, planOf } from './plan.js';
import { Run } from './run.js';

/** What one run came to. */
export interface Outcome {
  readonly seed: number;
  /** The rules that were broken; empty where none was. */
  readonly broken: readonly string[];
  /** The same for two runs in which the same happened. */
  readonly digest: string;
  /** Simulated milliseconds. */
  readonly time: number;
  readonly counts: readonly (readonly [string, number])[];
  /** What happened, line by line, where that was asked for. */
  readonly lines: readonly string[];
  readonly plan: Plan;
}

/** Promises that nobody caught: they belong to the run in which they were broken. */
const uncaught: unknown[] = [];
let listening = false;

/** Runs one seed. */
export async function simulate(seed: number, traced = false): Promise<Outcome> {
  if (!listening) {
    listening = true;
    process.on('unhandledRejection', (reason) => uncaught.push(reason));
  }
  uncaught.length = 0;
  const plan = planOf(seed);
  const run = new Run(plan, traced);
  await run.all();
  const { world } = run;
  for (const reason of uncaught.splice(0))
    world.accuse(`a rejection nobody caught: ${told(reason)}`);
  return {
    seed,
    broken: world.broken,
    digest: world.ladder.digest(),
    time: world.clock.now() - world.since,
    counts: [...world.tally],
    lines: world.ladder.lines,
    plan,
  };
}

function told(reason: unknown): string {
  return reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
}
