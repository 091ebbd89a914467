/** The terminal of this process. */
import { emitKeypressEvents, type Key as NodeKey } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';

import type { Paint } from '../text/paint.js';
import type { Terminal } from '../face/terminal-face.js';

/** A terminal made of the two ends that Node has of it. */
export function tty(input: ReadStream, output: WriteStream, paint: Paint): Terminal {
  let stop: () => void = () => undefined;
  return {
    get columns() {
      return output.columns;
    },
    paint,
    write: (text) => void output.write(text),
    listen(key, resized) {
      const onKey = (_text: string | undefined, pressed: NodeKey): void => key(pressed);
      emitKeypressEvents(input);
      input.setRawMode(true);
      input.on('keypress', onKey);
      input.resume();
      output.on('resize', resized);
      stop = () => {
        input.off('keypress', onKey);
        input.setRawMode(false);
        input.pause();
        output.off('resize', resized);
      };
    },
    release: () => stop(),
  };
}
