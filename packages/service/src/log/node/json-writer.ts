/** Writes the log for machines: one JSON object a line. */
import { errorFacts, type Wording } from '../error-facts.js';
import type { LogWriter } from '../log.js';

/** What JSON allows bare but terminals and line readers act on: C1 controls, format characters, separators. Inside a JSON text only strings hold them. */
const UNSEEN = /[\u007F-\u009F\p{Cf}\p{Zl}\p{Zp}]/gu;
/** Lines of nothing but these, nearly all, have none of those. */
const PLAIN = /^[\x20-\x7e]*$/;

/** Makes a writer of JSON lines; `write` is given each with its line end. */
export function jsonWriter(
  write: (text: string) => void,
  scrub: (text: string) => string,
  wording: Wording = 'kept',
): LogWriter {
  return {
    write({ level, at, event, fields }, _activity, withheld) {
      const record: Record<string, unknown> = {
        level,
        time: new Date(at).toISOString(),
        event,
        ...fields,
      };
      if ('error' in fields) record['error'] = errorFacts(fields['error'], wording);
      if (withheld > 0) record['withheld'] = withheld;
      write(`${escaped(scrub(printed(record)))}\n`);
    },
  };
}

function printed(record: Record<string, unknown>): string {
  try {
    return JSON.stringify(record);
  } catch {
    // A bot may note anything: what has no JSON is told as such, and the rest of its line is.
    const entries = Object.entries(record).map(([name, value]) => [name, plain(value)] as const);
    return JSON.stringify(Object.fromEntries(entries));
  }
}

function plain(value: unknown): unknown {
  try {
    const text: unknown = JSON.stringify(value, (_name, inner: unknown) =>
      typeof inner === 'bigint' ? String(inner) : inner,
    );
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return '[no JSON]';
  }
}

function escaped(line: string): string {
  if (PLAIN.test(line)) return line;
  return line.replace(UNSEEN, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
