/** Strikes secrets out of lines that are about to be shown. */
import { visible } from '@usher/console';

/** Shorter values are found by chance in lines that have nothing to do with them. */
const SHORTEST = 8;
const STRUCK = '[secret]';

/**
 * Makes what strikes these values out of a text, in each way that a line may spell them.
 * @param shortest values down to this length are struck as well, below eight characters only where they stand alone.
 */
export function scrubber(values: Iterable<string>, shortest = SHORTEST): (text: string) => string {
  const spellings = new Set<string>();
  const words = new Set<string>();
  for (const value of values) {
    if (value.length >= SHORTEST) {
      spellings
        .add(value)
        .add(JSON.stringify(value).slice(1, -1))
        .add(visible(value, value.length));
    } else if (value.length >= shortest) words.add(value);
  }
  if (spellings.size === 0 && words.size === 0) return (text) => text;
  // The longest first: a value may contain another one.
  const ordered = [...spellings].toSorted((a, b) => b.length - a.length);
  const alone = Array.from(
    words,
    (word) => new RegExp(`(?<![\\p{L}\\p{N}_])${escaped(word)}(?![\\p{L}\\p{N}_])`, 'gu'),
  );
  return (text) => {
    const struck = ordered.reduce((line, value) => line.replaceAll(value, STRUCK), text);
    return alone.reduce((line, word) => line.replace(word, () => STRUCK), struck);
  };
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
