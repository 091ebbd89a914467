/** Makes an input that breaks a rule as small as it can be while it still breaks the same one. */
import { ruleOf } from './finding.js';
import type { Target } from './target.js';

const MOST_RUNS = 20_000;
const MOST_MILLISECONDS = 8_000;

/** The rule that this input breaks, and why; undefined where all hold. */
export function breach<Input>(
  target: Target<Input>,
  input: Input,
): { readonly rule: string; readonly message: string } | undefined {
  try {
    target.run(input);
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { rule: ruleOf(error), message };
  }
}

/** The smallest input that was found to break this rule. */
export function shrunk<Input>(target: Target<Input>, input: Input, rule: string): Input {
  const until = performance.now() + MOST_MILLISECONDS;
  let smallest = input;
  let runs = 0;
  for (let again = true; again;) {
    again = false;
    for (const smaller of target.shrink(smallest)) {
      runs += 1;
      if (runs > MOST_RUNS || performance.now() > until) return smallest;
      if (breach(target, smaller)?.rule !== rule) continue;
      smallest = smaller;
      again = true;
      break;
    }
  }
  return smallest;
}
