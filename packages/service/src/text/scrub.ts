/** Strikes secrets out of lines that are about to be shown. */
import { visible } from './visible.js';

/** Shorter values are found by chance in lines that have nothing to do with them. */
const SHORTEST = 8;

/** Makes what strikes these values out of a text, in each way that a log line may spell them. */
export function scrubber(values: Iterable<string>): (text: string) => string {
  const spellings = new Set<string>();
  for (const value of values) {
    if (value.length < SHORTEST) continue;
    spellings.add(value).add(JSON.stringify(value).slice(1, -1)).add(visible(value, value.length));
  }
  if (spellings.size === 0) return (text) => text;
  // The longest first: a value may contain another one.
  const ordered = [...spellings].toSorted((a, b) => b.length - a.length);
  return (text) => ordered.reduce((line, value) => line.replaceAll(value, '[secret]'), text);
}
