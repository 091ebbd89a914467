/** How a stream is cut into messages, as plainly as the RFC has it, and with no thought of speed (RFC 3261, 7.3.1, 7.5, 18.3). */
import { DEFAULT_LIMITS } from '../../packages/adapters/sip/src/syntax/limits.js';

/** What a stream is, in whole: `message …`, `ping`, or `fault`, behind which nothing comes. */
export interface Framing {
  readonly framed: readonly string[];
  readonly pending: boolean;
}

/** Cuts a stream, one character for each octet. */
export function framedByTheBook(stream: string): Framing {
  const framed: string[] = [];
  let rest = stream;
  for (;;) {
    const between = /^[\r\n]*/.exec(rest)?.[0] ?? '';
    if (between.includes('\r\n\r\n') && framed.at(-1) !== 'ping') framed.push('ping');
    rest = rest.slice(between.length);
    if (rest === '') return { framed, pending: false };
    const end = rest.indexOf('\r\n\r\n') + 4;
    const head = end < 4 ? rest : rest.slice(0, end);
    if (head.length > DEFAULT_LIMITS.headerBlock)
      return { framed: [...framed, 'fault'], pending: false };
    if (end < 4) return { framed, pending: true };
    const length = lengthOf(head);
    if (length === undefined || length > DEFAULT_LIMITS.body)
      return { framed: [...framed, 'fault'], pending: false };
    if (rest.length < end + length) return { framed, pending: true };
    framed.push(`message ${rest.slice(0, end + length)}`);
    rest = rest.slice(end + length);
  }
}

/** What the one Content-Length says. */
function lengthOf(head: string): number | undefined {
  if (/(?:^|[^\r])\n/.test(head)) return undefined;
  const fields = head.split(/\r\n(?![ \t])/).slice(1);
  const values = fields.flatMap((field) => {
    const colon = field.indexOf(':');
    // Before the colon there may be spaces and tabs, and no fold (RFC 3261, 25.1: HCOLON).
    const name = field
      .slice(0, Math.max(colon, 0))
      .replace(/[ \t]+$/, '')
      .toLowerCase();
    const value = field.slice(colon + 1).replaceAll('\r\n', '');
    return name === 'content-length' || name === 'l' ? [value] : [];
  });
  const [value = '', second] = values;
  return second === undefined && /^[ \t\r]*\d+[ \t\r]*$/.test(value)
    ? Number(value.trim())
    : undefined;
}
