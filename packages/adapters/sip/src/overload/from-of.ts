/** The address that a request says it is from, as a name to count by: neither parsed nor believed. */
import { trimmed } from '../syntax/white-space.js';
import {
  endOfField,
  endOfLine,
  glanceOf,
  LONGEST_VALUE,
  MOST_LINES,
  startOf,
  textOf,
  valueOf,
} from './scan.js';

/** The URI of the From as it is written, without its parameters; undefined where none is found at a glance. */
export function fromOf(bytes: Uint8Array): string | undefined {
  const head = glanceOf(bytes);
  let end = endOfLine(head, Math.max(startOf(head), 0));
  for (let lines = 0; lines < MOST_LINES && end >= 0; lines += 1) {
    const at = end + 1;
    const long = valueOf(head, at, 'from');
    const value = long >= 0 ? long : valueOf(head, at, 'f');
    if (value >= 0) {
      end = endOfField(head, at);
      return end < 0 || end - value > LONGEST_VALUE
        ? undefined
        : uriIn(textOf(head, value, end - 1));
    }
    end = endOfLine(head, at);
  }
  return undefined;
}

function uriIn(value: string): string | undefined {
  const uri = value.slice(value.lastIndexOf('<') + 1);
  return trimmed(/^[^>;?]*/.exec(uri)?.[0] ?? '');
}
