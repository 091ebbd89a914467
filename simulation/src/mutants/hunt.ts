/** Plants one fault after the other, and counts the seeds that it takes to find it. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const at = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Hunts these; whether all were found within so many seeds. */
export async function huntMutants(names: readonly string[], most: number): Promise<boolean> {
  let found = 0;
  for (const name of names) {
    const run = spawnSync(
      process.execPath,
      [
        '--import',
        at('./plant.js'),
        at('../main.js'),
        '--seeds',
        String(most),
        '--failures',
        '1',
        '--workers',
        '1',
      ],
      { env: { ...process.env, USHER_MUTANT: name }, encoding: 'utf8' },
    );
    const output = `${run.stdout}${run.stderr}`;
    const [, seed, rule] = /^seed (\d+) broke (?:a rule|rules):\n\s*(.*)/m.exec(output) ?? [];
    if (seed === undefined) {
      const why = /Error: .*/.exec(output)?.[0] ?? `nothing broken in ${most} seeds`;
      console.log(`NOT FOUND  ${name}: ${why}`);
    } else {
      found += 1;
      console.log(`found by seed ${seed.padStart(4)}  ${name}\n    ${rule ?? ''}`);
    }
  }
  console.log(`${found} passed, ${names.length - found} failed`);
  return found === names.length;
}
