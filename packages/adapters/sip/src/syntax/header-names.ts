/** The header fields that are met often, as small numbers, so that a line is told by its name without making a string. */

/** Those that stand in a message at most once come first: a second one is refused (RFC 3261, 7.3.1). */
const SINGLE = [
  'From',
  'To',
  'Call-ID',
  'CSeq',
  'Max-Forwards',
  'Content-Length',
  'Content-Type',
  'Content-Disposition',
  'Expires',
  'Retry-After',
  'Subject',
  'Date',
  'Event',
  'Refer-To',
  'Referred-By',
  'Session-Expires',
  'Replaces',
] as const;

const NAMES = [
  ...SINGLE,
  'Via',
  'Contact',
  'Record-Route',
  'Route',
  'Require',
  'Proxy-Require',
  'Supported',
  'Reason',
  'Content-Encoding',
  'Allow',
  'Accept',
  'User-Agent',
  'Server',
  'Allow-Events',
  'Reject-Contact',
  'Request-Disposition',
  'Identity',
  'Accept-Contact',
  'Identity-Info',
  // Asked for with each INVITE: a name that is known is found without reading those that are not.
  'History-Info',
  'Diversion',
  'Conversation-ID',
  'Ms-Conversation-ID',
  'ms-text-format',
] as const;

type Name = (typeof NAMES)[number];

/** One letter for each name that has a compact form (RFC 3261, 7.3.3; 6665; 3515; 3892; 3841; 4028; 4474). */
const COMPACT: ReadonlyMap<string, Name> = new Map<string, Name>([
  ['a', 'Accept-Contact'],
  ['b', 'Referred-By'],
  ['c', 'Content-Type'],
  ['d', 'Request-Disposition'],
  ['e', 'Content-Encoding'],
  ['f', 'From'],
  ['i', 'Call-ID'],
  ['j', 'Reject-Contact'],
  ['k', 'Supported'],
  ['l', 'Content-Length'],
  ['m', 'Contact'],
  ['n', 'Identity-Info'],
  ['o', 'Event'],
  ['r', 'Refer-To'],
  ['s', 'Subject'],
  ['t', 'To'],
  ['u', 'Allow-Events'],
  ['v', 'Via'],
  ['x', 'Session-Expires'],
  ['y', 'Identity'],
]);

/** The number of a known name. */
function idOf(name: Name): number {
  return NAMES.indexOf(name);
}

export const VIA = idOf('Via');
export const FROM = idOf('From');
export const TO = idOf('To');
export const CALL_ID = idOf('Call-ID');
export const CSEQ = idOf('CSeq');
export const MAX_FORWARDS = idOf('Max-Forwards');
export const CONTENT_LENGTH = idOf('Content-Length');
export const CONTACT = idOf('Contact');
export const CONTENT_TYPE = idOf('Content-Type');
export const CONTENT_DISPOSITION = idOf('Content-Disposition');
export const RECORD_ROUTE = idOf('Record-Route');
export const ROUTE = idOf('Route');
export const REQUIRE = idOf('Require');
export const PROXY_REQUIRE = idOf('Proxy-Require');
export const SUPPORTED = idOf('Supported');
export const EXPIRES = idOf('Expires');
export const RETRY_AFTER = idOf('Retry-After');
export const REASON = idOf('Reason');

/** Known names below this number stand in a message at most once. */
export const SINGLES = SINGLE.length;

/** What `headerId` returns for a name that is not among the known ones. */
export const UNKNOWN = -1;

/** Known names, long and compact, in lower case. */
const IDS = new Map<string, number>([
  ...NAMES.map((name, id) => [name.toLowerCase(), id] as const),
  ...[...COMPACT].map(([letter, name]) => [letter, idOf(name)] as const),
]);

/** The same with the names as RFCs write them too, which is how our own code asks for them. */
const SPELT = new Map<string, number>([...IDS, ...NAMES.map((name, id) => [name, id] as const)]);

/** The number of a header name in any case and either form, or `UNKNOWN`. */
export function headerId(name: string): number {
  return SPELT.get(name) ?? IDS.get(name.toLowerCase()) ?? UNKNOWN;
}

/** A known name as it is looked for: in lower case. */
interface Known {
  readonly name: string;
  readonly id: number;
}

/** Names by their first letter, so that few have to be looked at. */
const BY_LETTER: (readonly Known[])[] = [];
for (let letter = 0; letter < 32; letter += 1) {
  BY_LETTER.push(
    [...IDS]
      .filter(([name]) => (name.charCodeAt(0) & 31) === letter)
      .map(([name, id]) => ({ name, id })),
  );
}
const NONE: readonly Known[] = [];

/** The known name that stands in `text` at `start` with its colon right behind it. */
export function knownNameAt(text: string, start: number): Known | undefined {
  for (const known of BY_LETTER[text.charCodeAt(start) & 31] ?? NONE) {
    const colon = start + known.name.length;
    if (colon < text.length && text.charCodeAt(colon) === 0x3a && stands(known.name, text, start)) {
      return known;
    }
  }
  return undefined;
}

/** Whether the name stands there in either case; merely setting the bit of the case would let a CR pass for a hyphen. */
function stands(name: string, text: string, start: number): boolean {
  for (let at = 0; at < name.length; at += 1) {
    const expected = name.charCodeAt(at);
    const code = text.charCodeAt(start + at);
    if (code !== expected && (code + 0x20 !== expected || expected < 0x61)) return false;
  }
  return true;
}
