/** Makes text from elsewhere safe to show: one line, no commands to the terminal, nothing that turns the direction of reading. */

/** Control (Cc) and format (Cf: bidi, zero width) characters, line and paragraph separators, halves of surrogate pairs. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** The text with every character that cannot be seen written out, as `\u{1b}`; cut after `limit` characters. */
export function visible(text: string, limit = 200): string {
  const short = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return short.replace(
    UNSEEN,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** The same for text of several lines, which stays several lines; tabs become spaces. */
export function visibleLines(text: string): string[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => visible(line.replaceAll('\t', '    '), Number.POSITIVE_INFINITY));
}
