/** A screen on standard output or standard error. */
import type { WriteStream } from 'node:tty';

import { COLOURED, PLAIN } from '../text/paint.js';
import type { Screen } from '../text/screen.js';

/** A screen on one of them; coloured where that is a terminal that wants it (https://no-color.org). */
export function screenOf(stream: WriteStream): Screen {
  const coloured = stream.isTTY && stream.hasColors();
  // Whoever read along has left: what happens goes on without a log.
  stream.on('error', () => undefined);
  return {
    isTerminal: stream.isTTY,
    paint: coloured ? COLOURED : PLAIN,
    write: (text) => void stream.write(text),
  };
}
