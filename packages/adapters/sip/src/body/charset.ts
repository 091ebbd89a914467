/** Text in whichever character set it is said to be, as UTF-8. */

/** The sets that are met, by their names in lower case, as the Encoding Standard calls them. */
const LABELS: ReadonlyMap<string, string> = new Map([
  ['utf-8', 'utf-8'],
  ['utf8', 'utf-8'],
  ['us-ascii', 'utf-8'],
  ['iso-8859-1', 'windows-1252'],
  ['windows-1252', 'windows-1252'],
  ['utf-16', 'utf-16le'],
  ['utf-16le', 'utf-16le'],
  ['utf-16be', 'utf-16be'],
]);

const encoder = new TextEncoder();

/** The same text in UTF-8: the octets themselves where that is what they are; undefined where they are no text of that set. */
export function toUtf8(body: Uint8Array, charset: string): Uint8Array | undefined {
  const label = LABELS.get(charset.toLowerCase());
  if (label === undefined) return undefined;
  try {
    const text = new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(body);
    return label === 'utf-8' ? body : encoder.encode(text);
  } catch {
    return undefined;
  }
}
