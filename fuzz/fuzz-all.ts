/** Fuzzes several targets, each in a process of its own, some at a time. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import type { FuzzOptions } from './fuzz-target.js';

/** Fuzzes these targets; returns whether nothing was found. */
export async function fuzzAll(
  names: readonly string[],
  options: FuzzOptions,
  jobs: number,
): Promise<boolean> {
  const waiting = [...names];
  let passed = 0;
  const work = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      if (await inProcess(name, options)) passed += 1;
    }
  };
  await Promise.all(Array.from({ length: Math.max(jobs, 1) }, work));
  console.log(`${passed} passed, ${names.length - passed} failed`);
  return passed === names.length;
}

function inProcess(name: string, options: FuzzOptions): Promise<boolean> {
  const run = fileURLToPath(new URL('run.ts', import.meta.url));
  const { seconds, seed, blind, uncovered, findings, out } = options;
  const args = ['--target', name, '--seconds', String(seconds), '--seed', String(seed)];
  if (blind) args.push('--blind');
  if (uncovered) args.push('--uncovered');
  if (findings !== undefined) args.push('--findings', findings);
  if (out !== undefined) args.push('--out', out);
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...process.execArgv, run, ...args]);
    let said = '';
    child.stdout.on('data', (data) => (said += String(data)));
    child.stderr.on('data', (data) => (said += String(data)));
    child.on('close', (code) => {
      console.log(code === 0 ? said.trimEnd() : `FAIL ${name} (${code ?? 'killed'})\n${said}`);
      resolve(code === 0);
    });
  });
}
