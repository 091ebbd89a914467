/** The `usher` command in a process of its own: its arguments, its output, its exit code. */
import { readFileSync } from 'node:fs';

import { screenOf } from '@usher/console';

import { EXIT } from '../exit-code.js';
import { program } from '../program.js';
import { flushed } from './flushed.js';
import { processCommands } from './process-commands.js';
import { report } from './report.js';
import { withoutProto } from './without-proto.js';

/** Runs the command that the process was started with, and ends the process with its exit code. */
export async function main(): Promise<void> {
  withoutProto();
  const errors = screenOf(process.stderr);
  const version = ownVersion();
  let code: number = EXIT.well;
  try {
    const commands = processCommands(screenOf(process.stdout), errors, version);
    await program(commands, version, (ended) => {
      code = ended;
    }).parseAsync();
  } catch (error) {
    code = report(error, errors);
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
