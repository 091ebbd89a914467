/** How many columns of a terminal a text takes. */

/** What is drawn over two columns: East Asian wide and fullwidth forms, and pictographs. */
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}|[\u{20000}-\u{3FFFD}]/u;

const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The characters as readers see them: a letter with its accents is one. */
export function graphemes(text: string): string[] {
  return Array.from(segments.segment(text), (one) => one.segment);
}

/** The columns of one character as readers see it. */
export function width(grapheme: string): number {
  return WIDE.test(grapheme) ? 2 : 1;
}

/** The columns of a text. */
export function widthOf(text: string): number {
  return graphemes(text).reduce((sum, one) => sum + width(one), 0);
}
