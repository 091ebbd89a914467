/** A SIP endpoint, and whatever may happen to it in whatever order: requests, responses, a house that decides, time, lost ways. */
import { readdirSync } from 'node:fs';

import { sequence } from '../sequence/scenes.js';
import { mutatedSequence, shorter } from '../sequence/sequence-mutation.js';
import type { Sequence } from '../sequence/step.js';
import { SequenceStage } from '../sequence/stage.js';
import { tour } from '../sequence/tour.js';
import type { Target } from '../target.js';
import { holdUnpolluted } from '../rules/message-rules.js';

function run(input: Sequence): void {
  const stage = new SequenceStage(input);
  for (const step of input.steps) stage.take(step);
  stage.look();
  stage.rest();
  holdUnpolluted();
}

/** What is asked of addresses alone, and of single values, has targets of its own: `address` and `body`. */
const ELSEWHERE = new Set([
  ...['address-block.ts', 'scope.ts'],
  ...['refer-to.ts', 'session-expires.ts', 'session-timer.ts', 'sipfrag.ts'],
]);

function filesIn(folder: string): string[] {
  const path = `packages/adapters/sip/src/${folder}/`;
  return readdirSync(new URL(`../../${path}`, import.meta.url))
    .filter((name) => !ELSEWHERE.has(name))
    .map((name) => path + name);
}

export const target: Target<Sequence> = {
  name: 'sequence',
  covers: ['endpoint', 'transaction', 'dialog'].flatMap(filesIn),
  seeds: tour,
  generate: sequence,
  mutate: mutatedSequence,
  shrink: shorter,
  run,
  print: (input) => JSON.stringify(input),
  read: (text) => JSON.parse(text) as Sequence,
};
