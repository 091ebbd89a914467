/** The house under test: `usher run` as operators run it, and what its log tells. */
/* oxlint-disable no-await-in-loop -- one after the other is what is meant */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const usher = join(root, 'packages/service/bin/usher.js');

/** How many lines of the log are kept, at least. */
const KEPT = 1000;

/** A running house. It is ended by `stop` or, should that take too long, killed. */
export class House {
  /** The end of the log, one object a line; a line that is no JSON stands under `text`. */
  log = [];
  #counts = new Map();
  #waiting = new Set();
  #child;

  /** @param {ReturnType<typeof spawn>} child */
  constructor(child, port) {
    this.#child = child;
    this.pid = child.pid;
    this.port = port;
    this.webSocketPort = port + 1;
    this.securePort = port + 2;
    this.healthPort = port + 3;
    // Nothing of ours outlives the run.
    const end = () => child.kill('SIGKILL');
    process.once('exit', end);
    child.once('exit', () => process.off('exit', end));
    /** The exit code, or the name of the signal that ended it. */
    this.exited = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        resolve(code ?? signal);
        this.#wake();
      });
    });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        this.#keep(parsed(line));
        this.#wake();
      });
    }
  }

  /** How many lines of the log were of this event. */
  count(event) {
    return this.#counts.get(event) ?? 0;
  }

  /** The sessions in being, as the log tells. */
  get sessions() {
    return this.count('started') - this.count('ended');
  }

  get running() {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves once `happened()` is true; fails after `seconds`, or when the house exits before. */
  async until(what, happened, seconds) {
    const deadline = Date.now() + seconds * 1000;
    while (!happened()) {
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`${what}: not within ${seconds} s\n${this.lastLines()}`);
      if (!this.running) {
        throw new Error(`${what}: the house has exited\n${this.lastLines()}`);
      }
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#waiting.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  signal(name) {
    this.#child.kill(name);
  }

  /** Ends the house and returns its exit code. */
  async stop(seconds = 15) {
    this.signal('SIGTERM');
    const guard = setTimeout(() => this.signal('SIGKILL'), seconds * 1000);
    const code = await this.exited;
    clearTimeout(guard);
    return code;
  }

  /** The end of the log, for people. */
  lastLines(count = 20) {
    return this.log
      .slice(-count)
      .map((line) => `    ${line.text ?? JSON.stringify(line)}`)
      .join('\n');
  }

  #keep(line) {
    this.log.push(line);
    if (this.log.length > 2 * KEPT) this.log.splice(0, KEPT);
    if (line.event !== undefined) this.#counts.set(line.event, this.count(line.event) + 1);
  }

  #wake() {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

/**
 * Starts a house and waits until it listens everywhere. Its log tells of every message, so that cases can count them.
 * @param {string} file its YAML; it finds its ports in the environment
 * @param {number} port the SIP port, UDP and TCP; WebSocket listens on the one after it, TLS on the next, HTTP behind that
 * @param {Record<string, string>} [more] what else its YAML finds in the environment
 */
export async function openHouse(file, port, more = {}) {
  const environment = {
    HOUSE_PORT: `${port}`,
    HOUSE_WEBSOCKET_PORT: `${port + 1}`,
    HOUSE_SECURE_PORT: `${port + 2}`,
    HOUSE_HEALTH_PORT: `${port + 3}`,
  };
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', usher, 'run', '--log-level', 'debug', file],
    {
      cwd: root,
      env: { ...process.env, NODE_ENV: 'production', ...environment, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const house = new House(child, port);
  try {
    await house.until('the house listens', () => house.count('ready') > 0, 20);
  } catch (error) {
    house.signal('SIGKILL');
    throw error;
  }
  return house;
}

function parsed(line) {
  try {
    const value = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // An uncaught error, or whatever else was printed: kept for people.
  }
  return { text: line };
}
