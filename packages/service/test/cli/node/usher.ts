/** The `usher` command as a process, as the build left it. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const PACKAGE = join(__dirname, '..', '..', '..');

/** A process that runs. */
export class Usher {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: string[] = [];
  #wake: () => void = () => undefined;
  errors = '';
  /** The exit code, once it has ended. */
  readonly ended: Promise<number | null>;

  constructor(words: readonly string[], input?: string) {
    this.#process = spawn(process.execPath, [join(PACKAGE, 'bin', 'usher.js'), ...words], {
      cwd: join(PACKAGE, 'test', 'fixtures', 'run'),
      env: { PATH: process.env['PATH'] },
    });
    createInterface({ input: this.#process.stdout }).on('line', (line) => {
      this.#lines.push(line);
      this.#wake();
    });
    this.#process.stderr.on('data', (text: Buffer) => (this.errors += text.toString()));
    this.ended = new Promise((resolve) => {
      this.#process.on('close', (code) => {
        resolve(code);
        this.#wake();
      });
    });
    if (input !== undefined) this.#process.stdin.end(input);
  }

  /** What it has written so far, line by line. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** The first line with this in it, as soon as there is one. */
  async line(text: string): Promise<string> {
    for (;;) {
      const found = this.#lines.find((line) => line.includes(text));
      if (found !== undefined) return found;
      // oxlint-disable-next-line no-await-in-loop -- one line after the other
      const ended = await Promise.race([this.ended.then(() => true), this.#next()]);
      if (ended === true) throw new Error(`it ended without ${text}: ${this.errors}`);
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  #next(): Promise<undefined> {
    return new Promise((resolve) => {
      this.#wake = () => resolve(undefined);
    });
  }
}
