/** Whoever sits at this process: a person at its terminal, or a script behind a pipe. */
import { createInterface } from 'node:readline';

import { systemClock } from '@usher/core/adapter';

import type { Face } from '../face/face.js';
import { pipedFace } from '../face/piped-face.js';
import { type Terminal, TerminalFace } from '../face/terminal-face.js';
import type { Screen } from '../text/screen.js';
import { tty } from './tty.js';

/** The face of this process; where it is a script, `leaving` says when it is to leave at once. */
export function processFace(out: Screen, errors: Screen, leaving: () => Promise<void>): Face {
  const terminal = processTerminal(out);
  if (terminal !== undefined) return new TerminalFace(terminal, systemClock);
  const { stdin } = process;
  // Made when it is read, and not before: what it reads while nobody listens is lost.
  const read = (): AsyncIterable<string> => createInterface({ input: stdin, crlfDelay: Infinity });
  return pipedFace(read, leaving(), out, errors);
}

/** The terminal at which somebody sits; undefined behind a pipe. */
export function processTerminal({ paint }: Screen): Terminal | undefined {
  const { stdin, stdout } = process;
  return stdin.isTTY && stdout.isTTY ? tty(stdin, stdout, paint) : undefined;
}
