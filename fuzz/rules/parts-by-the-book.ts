/** Bodies of parts, cut plainly: line by line, as RFC 2046, 5.1.1, has it. */
import { latin1 } from '../octets.js';

/** What stands between the delimiter lines of this boundary; undefined where there is no first one, or no last one. */
export function partsByTheBook(body: Uint8Array, boundary: string): readonly string[] | undefined {
  const lines = latin1(body).split('\r\n');
  const parts: string[] = [];
  let part: string[] | undefined;
  for (const [index, line] of lines.entries()) {
    const isLast = line.startsWith(`--${boundary}--`) && isBlank(line, boundary.length + 4);
    // Whoever goes on has to end the line.
    const goesOn = index < lines.length - 1;
    const isNext = goesOn && line.startsWith(`--${boundary}`) && isBlank(line, boundary.length + 2);
    if (!isLast && !isNext) {
      part?.push(line);
      continue;
    }
    if (part !== undefined) parts.push(part.join('\r\n'));
    if (isLast) return part === undefined ? undefined : parts;
    part = [];
  }
  return undefined;
}

function isBlank(line: string, from: number): boolean {
  return /^[ \t]*$/.test(line.slice(from));
}
