/** A script behind a pipe: each line is said, each reply is a line of output, and how things stand goes to standard error. */
import type { Screen } from '../text/screen.js';
import { visibleLines } from '../text/visible.js';
import type { Face } from './face.js';

/** Makes this end of a conversation out of lines and two outputs. */
export function pipedFace(
  read: () => AsyncIterable<string>,
  leaving: Promise<void>,
  out: Screen,
  errors: Screen,
): Face {
  return {
    scripted: true,
    read,
    leaving,
    // Lines come whole.
    onTyping: () => undefined,
    showTyping: () => undefined,
    note: (text) => errors.write(`${text}\n`),
    trouble: (text) => errors.write(`${text}\n`),
    // A terminal must not be commanded; a file or a program gets what was said.
    says: (_who, text) => out.write(`${out.isTerminal ? visibleLines(text).join('\n') : text}\n`),
    confirm: () => Promise.resolve(false),
    close: () => undefined,
  };
}
