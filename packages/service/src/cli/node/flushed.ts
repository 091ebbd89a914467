/** Waits for standard output and standard error. */
import type { WriteStream } from 'node:tty';

/** Resolves when all that was written has gone out. */
export function flushed(stream: WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}
