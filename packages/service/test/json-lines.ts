/** Reads logs for machines, as tests look at them. */

/** The records of some lines. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const record: unknown = JSON.parse(line);
      if (typeof record !== 'object' || record === null) throw new TypeError(`no record: ${line}`);
      return Object.fromEntries(Object.entries(record));
    });
}
