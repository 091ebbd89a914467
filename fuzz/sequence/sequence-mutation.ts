/** Sequences changed by chance, and made shorter. */
import type { SeededChance } from '@usher/core/testing';

import { few, several } from '../grammar/words.js';
import { answered, asked, scene, step, WAITS } from './scenes.js';
import type { Answered, Asked, Sequence, Step } from './step.js';

/** A sequence much like this one. */
export function mutatedSequence(before: Sequence, other: Sequence, chance: SeededChance): Sequence {
  let after = before;
  for (let times = 1 + few(chance, 3); times > 0; times -= 1)
    after = mutatedOnce(after, other, chance);
  return after.steps.length > MOST_STEPS
    ? { ...after, steps: after.steps.slice(0, MOST_STEPS) }
    : after;
}

const MOST_STEPS = 80;

function mutatedOnce(before: Sequence, other: Sequence, chance: SeededChance): Sequence {
  const { steps } = before;
  const at = chance.integer(steps.length + 1);
  switch (chance.integer(9)) {
    case 0:
      return { ...before, steps: steps.toSpliced(at, 1) };
    case 1:
      return { ...before, steps: steps.toSpliced(at, 0, step(chance)) };
    case 2:
      return { ...before, steps: steps.toSpliced(at, 0, ...scene(chance)) };
    case 3:
      return {
        ...before,
        steps: steps.toSpliced(at, 0, ...steps.slice(at, at + 1 + few(chance, 4))),
      };
    case 4:
      return {
        ...before,
        steps: [
          ...steps.slice(0, at),
          ...other.steps.slice(chance.integer(other.steps.length + 1)),
        ],
      };
    case 5:
      return {
        ...before,
        answers: several(1 + few(chance, 3), () => chance.pick([0, 180, 200, 302, 486])),
      };
    case 6: {
      const flag = chance.pick([
        'overload',
        'authentication',
        'credentials',
        'trust',
        'narrow',
        'timers',
        'registers',
      ] as const);
      return { ...before, [flag]: !before[flag] };
    }
    default: {
      const each = steps[at];
      return each === undefined
        ? before
        : { ...before, steps: steps.with(at, tweaked(each, chance)) };
    }
  }
}

/** The same step with one thing about it different. */
function tweaked(each: Step, chance: SeededChance): Step {
  if (each.does === 'ask') {
    const fresh = asked(chance);
    const name = chance.pick(Object.keys(fresh) as [keyof Asked, ...(keyof Asked)[]]);
    return { does: 'ask', asked: { ...each.asked, [name]: fresh[name] } };
  }
  if (each.does === 'answer') {
    const fresh = answered(chance);
    const name = chance.pick(Object.keys(fresh) as [keyof Answered, ...(keyof Answered)[]]);
    return { does: 'answer', answered: { ...each.answered, [name]: fresh[name] } };
  }
  if (each.does === 'wait') return { does: 'wait', ms: chance.pick(WAITS) };
  return step(chance);
}

/** Sequences that are shorter: without some steps, or with a plainer one. */
export function* shorter(before: Sequence): Generator<Sequence> {
  const { steps } = before;
  for (let part = steps.length >> 1; part >= 1; part >>= 1) {
    for (let at = 0; at < steps.length; at += part)
      yield { ...before, steps: steps.toSpliced(at, part) };
  }
  for (const flag of ['overload', 'authentication', 'credentials', 'trust', 'narrow'] as const) {
    if (before[flag]) yield { ...before, [flag]: false };
  }
  for (const [at, each] of steps.entries()) {
    if (each.does !== 'ask') continue;
    for (const name of ['spoilt', 'extra', 'body', 'contact', 'flow', 'tag', 'call'] as const) {
      if (each.asked[name] !== 0)
        yield {
          ...before,
          steps: steps.with(at, { does: 'ask', asked: { ...each.asked, [name]: 0 } }),
        };
    }
  }
}
