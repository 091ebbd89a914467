/** Callers in a process of their own, on the core of the load: what was asked of a house, and what came of it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { LOAD_CORE, root } from '../process.mjs';

/** The load comes from so many addresses. */
export const ADDRESSES = Array.from({ length: 20 }, (_, index) => `127.0.0.${index + 2}`);

/**
 * Lets callers invite the house at this port of 127.0.0.1 for so many seconds (see `callers.mjs`).
 * @returns what came of each load, and by how many milliseconds the callers were late at most
 */
export async function askedOf(port, transport, loads, seconds) {
  const task = {
    house: { address: '127.0.0.1', port },
    transport,
    seconds,
    loads: loads.map((each) => ({ addresses: ADDRESSES, ...each })),
  };
  const [command, ...before] = LOAD_CORE;
  const script = join(root, 'bench/overload/callers.mjs');
  const child = spawn(command, [...before, process.execPath, script, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const guard = setTimeout(end, (seconds + 30) * 1_000);
  const pieces = [];
  for await (const chunk of child.stdout) pieces.push(chunk);
  clearTimeout(guard);
  process.off('exit', end);
  return JSON.parse(Buffer.concat(pieces).toString());
}
