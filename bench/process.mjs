/** The processes that are measured: what they cost, and starting them on a core of their own. */
/* oxlint-disable no-await-in-loop -- one after the other is what is meant */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { sipText } from '../interop/sip-text.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The kernel counts CPU time in hundredths of a second (`getconf CLK_TCK`), whatever its own tick. */
const TICK_MICROSECONDS = 10_000;

/** The core of the server under test, and that of the load. */
export const SERVER_CORE = ['taskset', '-c', '0'];
export const LOAD_CORE = ['taskset', '-c', '1'];

/**
 * Keeps the load's core busy with nothing, whenever the load leaves it anything: two cores may be two threads of one, and then an
 * idle neighbour at a low rate would make the house look quicker than it is at a high one. Returns how to stop it.
 * @returns {() => void}
 */
export function keepLoadCoreBusy() {
  const [command, ...before] = LOAD_CORE;
  const args = [...before, 'chrt', '--idle', '0', process.execPath, '-e', 'for (;;);'];
  const child = spawn(command, args, { stdio: 'ignore' });
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  return () => {
    process.off('exit', end);
    end();
  };
}

/** Ends the program where two cores cannot be had. */
export function requireTwoCores() {
  if (cpus().length >= 2) return;
  console.error('two cores are needed: one for the server, one for the load');
  process.exit(1);
}

/** CPU time in microseconds that a process has used so far: user and system, over all its threads. */
export function cpuMicroseconds(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may contain spaces; utime and stime are the 14th and 15th fields.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MICROSECONDS;
}

/**
 * Starts a house as in production and waits until it answers.
 * @param {string} file its YAML
 * @param {number} port its SIP port over UDP
 * @param {string[]} [flags] for Node
 */
export async function startHouse(file, port, flags = [], stdio = ['ignore', 'ignore', 'ignore']) {
  const usher = join(root, 'packages/service/bin/usher.js');
  return startServer([...flags, usher, 'run', file], port, stdio);
}

/**
 * Starts a program for Node on the server's core, and waits until it answers.
 * @param {string[]} args its file, with what comes before and after it
 * @param {number} port its SIP port over UDP
 */
export async function startServer(args, port, stdio = ['ignore', 'ignore', 'ignore']) {
  const [command, ...before] = SERVER_CORE;
  const child = spawn(command, [...before, process.execPath, ...args], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production', HOUSE_PORT: `${port}` },
    stdio,
  });
  // Nothing of ours outlives the run.
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  const exited = new Promise((resolve) =>
    child.once('exit', (code, signal) => resolve(code ?? signal)),
  );
  if (!(await answers(port, 20))) {
    end();
    throw new Error(`it does not answer; try: HOUSE_PORT=${port} node ${args.join(' ')}`);
  }
  return {
    child,
    pid: child.pid,
    exited,
    async stop() {
      child.kill('SIGTERM');
      const guard = setTimeout(end, 10_000);
      const code = await exited;
      clearTimeout(guard);
      return code;
    },
  };
}

/** Whether somebody answers OPTIONS over UDP within so many seconds. */
async function answers(port, seconds) {
  const socket = createSocket('udp4');
  await new Promise((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const own = `127.0.0.1:${socket.address().port}`;
  const answer = new Promise((resolve) => socket.once('message', () => resolve(true)));
  try {
    for (let i = 0; i < seconds * 10; i += 1) {
      socket.send(options(port, own, i), port, '127.0.0.1');
      if (await Promise.race([answer, wait(100, false)])) return true;
    }
    return false;
  } finally {
    socket.close();
  }
}

function options(port, own, number) {
  return sipText(`OPTIONS sip:127.0.0.1:${port} SIP/2.0`, {
    Via: `SIP/2.0/UDP ${own};branch=z9hG4bKstart${number}`,
    'Max-Forwards': '70',
    From: `<sip:bench@${own}>;tag=bench`,
    To: `<sip:127.0.0.1:${port}>`,
    'Call-ID': `bench-${number}`,
    CSeq: '1 OPTIONS',
  });
}
