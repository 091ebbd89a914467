/** The `usher` command in a process of its own: its arguments, its output, its exit code. */
import { readFileSync } from 'node:fs';

import { LocalProtocolError } from '@usher/core';
import { CommanderError } from 'commander';

import { ConfigurationError, problemLine } from '../../config/problem.js';
import type { Screen } from '../../text/screen.js';
import { visible } from '../../text/visible.js';
import { EXIT } from '../exit-code.js';
import { program } from '../program.js';
import { processCommands } from './process-commands.js';
import { flushed, screen } from './screens.js';

/** Runs the command that the process was started with, and ends the process with its exit code. */
export async function main(): Promise<void> {
  const errors = screen(process.stderr);
  const version = ownVersion();
  let code: number = EXIT.well;
  try {
    const commands = processCommands(screen(process.stdout), errors, version);
    await program(commands, version, (ended) => {
      code = ended;
    }).parseAsync();
  } catch (error) {
    code = told(error, errors);
  }
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  // Bots may have left timers behind: they must not keep a closed house alive.
  process.exit(code);
}

/** The version of this package. */
function ownVersion(): string {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
  );
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) return '';
  return String(manifest.version);
}

/** Says what went wrong, and returns the exit code for it. */
function told(error: unknown, errors: Screen): number {
  // Commander has said it already; help and version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.well : EXIT.usage;
  if (error instanceof ConfigurationError) {
    const lines = error.problems.map((problem) => `${visible(problemLine(problem), 2_000)}\n`);
    const count = lines.length === 1 ? 'one error' : `${lines.length} errors`;
    errors.write(`${lines.join('')}${errors.paint.strong(`Nothing was started: ${count}.`)}\n`);
    return EXIT.failed;
  }
  if (error instanceof LocalProtocolError) {
    errors.write(`${visible(error.message, 2_000)} [${error.code}]\n`);
    return EXIT.failed;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  errors.write(`An error in Usher itself:\n${stack}\n`);
  return EXIT.internal;
}
