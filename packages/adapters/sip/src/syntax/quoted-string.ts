/** Quoted strings (RFC 3261, 25.1): a backslash takes the character behind it along. */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Where the quoted string that begins at `from` ends, behind its closing quote; -1 where it never does. */
export function endOfQuoted(text: string, from: number, end = text.length): number {
  for (let at = from + 1; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code === BACKSLASH) at += 1;
  }
  return -1;
}

/** What a quoted string says: without its quotes, and each escaped character as itself. Other text is as it is. */
export function unquoted(text: string): string {
  if (text === '' || text.charCodeAt(0) !== QUOTE) return text;
  const inner = text.slice(1, -1);
  let said = '';
  let kept = 0;
  for (let at = inner.indexOf('\\'); at >= 0; at = inner.indexOf('\\', at + 2)) {
    said += inner.slice(kept, at);
    kept = at + 1;
  }
  return kept === 0 ? inner : said + inner.slice(kept);
}

/** The text as a quoted string; backslashes and quotes in it are escaped. */
export function quoted(text: string): string {
  const needed = text.includes('"') || text.includes('\\');
  return `"${needed ? text.replaceAll(/["\\]/g, '\\$&') : text}"`;
}
