/** The character classes of RFC 3261, 25.1, as a table: one look-up a character, whatever a peer sends. */

/** `token`: the characters of methods, header names, parameter names and tags. */
export const TOKEN = 1;
/** `unreserved` and `user-unreserved`: what may stand in a user part unescaped. */
export const USER = 2;
/** `unreserved` and `param-unreserved`: what may stand in a URI parameter unescaped. */
export const URI_PARAMETER = 4;
/** `unreserved` and `hnv-unreserved`: what may stand in a URI header unescaped. */
export const URI_HEADER = 8;
/** `unreserved` and what else a password may have unescaped. */
export const PASSWORD = 16;
/** Letters, digits, `-`, `.` and `_`: host names as they are met, and IPv4 addresses. */
export const HOST = 32;
/** Decimal digits. */
export const DIGIT = 64;
/** Hexadecimal digits. */
export const HEX = 128;
/** What a scheme is made of, after its first letter. */
export const SCHEME = 256;
/** `unreserved`: the same whether escaped or not (RFC 3261, 19.1.4). */
const UNRESERVED = 512;

const ALPHANUM = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const PLAIN = `${ALPHANUM}-_.!~*'()`;
const PERCENT = 0x25;

const CLASSES = new Uint16Array(128);
const MEMBERS: readonly (readonly [flag: number, members: string])[] = [
  [TOKEN, `${ALPHANUM}-.!%*_+\`'~`],
  [USER, `${PLAIN}&=+$,;?/`],
  [URI_PARAMETER, `${PLAIN}[]/:&+$`],
  [URI_HEADER, `${PLAIN}[]/?:+$`],
  [PASSWORD, `${PLAIN}&=+$,`],
  [HOST, `${ALPHANUM}-._`],
  [DIGIT, '0123456789'],
  [HEX, '0123456789abcdefABCDEF'],
  [SCHEME, `${ALPHANUM}+-.`],
  [UNRESERVED, PLAIN],
];
for (const [flag, members] of MEMBERS) {
  for (const member of members) {
    const code = member.charCodeAt(0);
    CLASSES[code] = (CLASSES[code] ?? 0) | flag;
  }
}

/** Whether the character code belongs to the class. */
export function isIn(code: number, flag: number): boolean {
  return code < 128 && ((CLASSES[code] ?? 0) & flag) !== 0;
}

/** Where the run of characters of a class that begins at `from` ends. No character past the end is ever asked for. */
export function endOf(text: string, flag: number, from: number, end = text.length): number {
  let at = from;
  while (at < end && isIn(text.charCodeAt(at), flag)) at += 1;
  return at;
}

/** Whether the text is a `token`: not empty, and of token characters only. */
export function isToken(text: string): boolean {
  return text !== '' && endOf(text, TOKEN, 0) === text.length;
}

/** The text in lower case; itself where it is so already, as most is. */
export function lowerCase(text: string): string {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if ((code >= 0x41 && code <= 0x5a) || code > 0x7f) return text.toLowerCase();
  }
  return text;
}

/** Whether all of the text is of the class, or escaped as `%` and two hexadecimal digits. */
export function isEscaped(text: string, flag: number, from = 0, end = text.length): boolean {
  let at = from;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (isIn(code, flag)) at += 1;
    else if (code === PERCENT && at + 2 < end && endOf(text, HEX, at + 1, at + 3) === at + 3)
      at += 3;
    else return false;
  }
  return true;
}

/**
 * The text with each escaped character that need not be escaped as itself, and the other escapes in upper case. What is
 * equal so is equivalent (RFC 3261, 19.1.4), and doing it again changes nothing: a percent sign itself stays escaped.
 */
export function plainEscapes(text: string): string {
  if (!text.includes('%')) return text;
  return text.replaceAll(/%[0-9A-Fa-f]{2}/g, (escape) => {
    const code = Number.parseInt(escape.slice(1), 16);
    return isIn(code, UNRESERVED) ? String.fromCharCode(code) : escape.toUpperCase();
  });
}
