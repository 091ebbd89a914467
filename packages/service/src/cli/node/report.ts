/** Says what went wrong, and which exit code tells of it. */
import { type Screen, visible } from '@usher/console';
import { LocalProtocolError } from '@usher/core';
import { CommanderError } from 'commander';

import { ConfigurationError, problemLine } from '../../config/problem.js';
import { EXIT } from '../exit-code.js';

/** Longer than any line that a person would read. */
const LONGEST = 2_000;

/** Says what went wrong; returns the exit code for it. */
export function report(error: unknown, errors: Screen): number {
  // Commander has said it already; help and version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.well : EXIT.usage;
  if (error instanceof ConfigurationError) {
    const lines = error.problems.map((problem) => `${visible(problemLine(problem), LONGEST)}\n`);
    const count = lines.length === 1 ? 'one error' : `${lines.length} errors`;
    errors.write(`${lines.join('')}${errors.paint.strong(`Nothing was started: ${count}.`)}\n`);
    return EXIT.failed;
  }
  if (error instanceof LocalProtocolError) {
    errors.write(`${visible(error.message, LONGEST)} [${error.code}]\n`);
    return EXIT.failed;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  errors.write(`An error in Usher itself:\n${stack}\n`);
  return EXIT.internal;
}
