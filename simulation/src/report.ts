/** What a run of many seeds came to, for people. */
import type { Report } from './crew.js';
import type { Tally } from './tally.js';

/** Prints how a seed failed, and how to see it again. */
export function printFailure(seed: number, broken: readonly string[]): void {
  console.log(`seed ${seed} broke ${broken.length === 1 ? 'a rule' : 'rules'}:`);
  for (const rule of broken.slice(0, 5)) console.log(`  ${rule}`);
  if (broken.length > 5) console.log(`  and ${broken.length - 5} more`);
  console.log(`  again: npm run simulate -- --seed ${seed} --trace`);
}

/** Prints what happened in all seeds together. */
export function printReport({ seeds, failures, workers, took, simulated, tally }: Report): void {
  printTally(tally);
  const days = simulated / 86_400;
  const threads = workers === 1 ? 'one thread' : `${workers} threads`;
  console.log(
    `\nEach seed is a whole house with all its bots behind a real SIP user agent, and its peers.` +
      `\n${seeds} seeds in ${took.toFixed(1)} s on ${threads}: ${(seeds / took).toFixed(1)} a second;` +
      ` ${days.toFixed(1)} days simulated, ${Math.round(simulated / took)} times as fast as they pass.`,
  );
  console.log(`${seeds - failures} passed, ${failures} failed`);
}

/** One group after the other, the largest numbers first. */
function printTally(tally: Tally): void {
  const groups = new Map<string, [string, number][]>();
  for (const [name, count] of tally) {
    const colon = name.indexOf(': ');
    const group = name.slice(0, colon);
    const members = groups.get(group) ?? [];
    members.push([name.slice(colon + 2), count]);
    groups.set(group, members);
  }
  for (const group of [...groups.keys()].toSorted()) {
    const members = groups.get(group)?.toSorted((one, other) => other[1] - one[1]) ?? [];
    console.log(`${group}: ${members.map(([name, count]) => `${name} ${count}`).join(', ')}`);
  }
}
