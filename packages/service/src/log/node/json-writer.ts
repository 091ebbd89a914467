/** Writes the log for machines: one JSON object a line, by pino. */
import { pino } from 'pino';

import { errorFacts, type Wording } from '../error-facts.js';
import type { LogWriter } from '../log.js';

/** What JSON allows bare but terminals and line readers act on: C1 controls, format characters, separators. Inside a JSON text only strings hold them. */
const UNSEEN = /[\u007F-\u009F\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Makes a writer of JSON lines; `write` is given each with its line end. */
export function jsonWriter(
  write: (text: string) => void,
  scrub: (text: string) => string,
  wording: Wording = 'kept',
): LogWriter {
  const logger = pino(
    {
      base: null,
      timestamp: false,
      level: 'debug',
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line) => write(escaped(scrub(line))) },
  );
  return {
    write({ level, at, event, fields }, _activity, withheld) {
      const { error, ...others } = fields;
      logger[level]({
        time: new Date(at).toISOString(),
        event,
        ...others,
        ...('error' in fields && { error: errorFacts(error, wording) }),
        ...(withheld > 0 && { withheld }),
      });
    },
  };
}

function escaped(line: string): string {
  return line.replace(UNSEEN, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
