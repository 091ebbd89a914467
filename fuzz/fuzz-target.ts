/** Fuzzes one target in this process, and prints what came of it. */
import { spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { BlockCoverage } from './block-coverage.js';
import type { Finding } from './finding.js';
import type { FuzzResult } from './fuzzer.js';
import type { Lap } from './stopwatch.js';
import type { Target } from './target.js';

/** How a target is fuzzed. */
export interface FuzzOptions {
  readonly seconds: number;
  readonly seed: number;
  /** Whether it stops at the first finding. */
  readonly first: boolean;
  /** Whether no blocks are counted. */
  readonly blind: boolean;
  /** Whether the blocks that were never run are listed. */
  readonly uncovered: boolean;
  /** Where findings are written; among the regression files unless given. */
  readonly findings: string | undefined;
  /** The file to which the summary is appended, too. */
  readonly out: string | undefined;
}

const ROOT = new URL('../', import.meta.url);

/** Fuzzes one target; returns whether nothing was found. */
export async function fuzzTarget(name: string, options: FuzzOptions): Promise<boolean> {
  // Before anything of what is to be counted is loaded.
  const coverage = options.blind ? undefined : new BlockCoverage(ROOT.href);
  const { targetNamed } = await import('./targets/index.js');
  const { Fuzzer } = await import('./fuzzer.js');
  const { Watchdog } = await import('./watchdog.js');
  const { FINDINGS, keep } = await import('./finding.js');
  const target = await targetNamed(name);
  coverage?.watch(target.covers);
  const found: string[] = [];
  const fuzzer = new Fuzzer(target, {
    seed: options.seed,
    time: options.seconds * 1_000,
    findings: options.first ? 1 : undefined,
    coverage,
    watchdog: new Watchdog(),
    found: (finding) => {
      const path = keep(finding, options.findings ?? FINDINGS);
      found.push(`${finding.message.slice(0, 400)}\n    ${relative(fileURLToPath(ROOT), path)}`);
    },
  });
  const result = await fuzzer.run();
  const { slowest, late } =
    options.first && found.length > 0
      ? { slowest: 'not measured', late: [] }
      : await slowestOf(target, result, options, keep, FINDINGS);
  found.push(...late);
  const lines = [
    `${name}: ${result.executions} executions in ${result.seconds.toFixed(1)} s (${Math.round(result.executions / result.seconds)}/s), ` +
      `corpus ${result.corpus.length}, ${blocksOf(coverage)}, ${slowest}, seed ${options.seed}, ${found.length} findings`,
    ...found.map((text) => `  FOUND ${text}`),
  ];
  if (options.uncovered) {
    for (const { place, text } of coverage?.uncovered() ?? []) lines.push(`  ${place}  ${text}`);
  }
  console.log(lines.join('\n'));
  if (options.out !== undefined) appendFileSync(options.out, `${lines.join('\n')}\n`);
  return found.length === 0;
}

function blocksOf(coverage: BlockCoverage | undefined): string {
  if (coverage === undefined) return 'blocks not counted';
  const { blocks, covered } = coverage.counts;
  return `blocks ${covered} of ${blocks} (${((100 * covered) / blocks).toFixed(1)} %)`;
}

/** What the slowest inputs really take; those that take longer than they may are findings. */
async function slowestOf(
  target: Target,
  { slowest }: FuzzResult<unknown>,
  { seed, findings }: FuzzOptions,
  keep: (finding: Finding, folder: string) => string,
  folder: string,
): Promise<{ readonly slowest: string; readonly late: readonly string[] }> {
  const { partOf } = await import('./cpu-time.js');
  const texts = slowest.map((input) => target.print(input));
  const measure = fileURLToPath(new URL('measure.ts', import.meta.url));
  const { stdout, stderr } = spawnSync(
    process.execPath,
    // Else threads beside this one would count as well.
    ['--single-threaded', ...process.execArgv, measure, target.name],
    { input: JSON.stringify(texts), maxBuffer: 2 ** 26 },
  );
  if (stdout.length === 0) return { slowest: 'not measured', late: [String(stderr)] };
  const laps = JSON.parse(String(stdout)) as Lap[];
  const worst = laps.toSorted((a, b) => partOf(b) - partOf(a))[0];
  const late = laps.flatMap((lap, index) => {
    const { milliseconds, octets } = lap;
    if (partOf(lap) <= 1) return [];
    const message = `${octets} octets took ${milliseconds.toFixed(2)} ms`;
    const input = texts[index] ?? '';
    const path = keep(
      { target: target.name, rule: 'too-slow', message, seed, input },
      findings ?? folder,
    );
    return [`${message}\n    ${path}`];
  });
  const told =
    worst === undefined
      ? 'nothing timed'
      : `slowest ${Math.round(worst.milliseconds * 1_000)} µs for ${worst.octets} octets`;
  return { slowest: told, late };
}
