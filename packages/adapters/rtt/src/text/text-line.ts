/** The media line of real-time text: what an offer says of it, and what we answer (RFC 4103, 10; RFC 3264, 6). */
import type { MediaAttribute, MediaLine, MediaOffer, MediaRefusal } from '@usher/core/adapter';

import { ipAddress } from './ip-address.js';
import type { TextTerms } from './text-terms.js';

/** RFC 4103, 6: characters a second where nothing else is said. */
const USUAL_PACE = 30;
/** How many times we say all again, where the peer takes that (RFC 4103, 5: two are recommended). */
const GENERATIONS = 2;

/** A text line that can be taken. */
export interface TextLine {
  /** Where it stands in the offer. */
  readonly index: number;
  readonly terms: TextTerms;
  /** Our line, as soon as it is known where we listen. */
  answer(place: { readonly address: string; readonly port: number }): MediaLine;
}

/** RFC 3556, 2: neither side sends RTCP, which would say nothing here that anybody acts upon. */
const NO_REPORTS = ['RS:0', 'RR:0'];
const PROTOCOLS = new Set(['RTP/AVP', 'RTP/AVPF']);
const INCOMPATIBLE = { status: 488, warning: 305, text: 'Incompatible media format' } as const;
const OTHER_TRANSPORT = {
  status: 488,
  warning: 302,
  text: 'Incompatible transport protocol',
} as const;
const OTHER_FAMILY = {
  status: 488,
  warning: 301,
  text: 'Incompatible network address formats',
} as const;

/** Whether a line is about text in RTP, however it is protected. */
export function isText({ kind, port, protocol }: MediaLine): boolean {
  return kind === 'text' && port !== 0 && protocol.toUpperCase().includes('RTP/');
}

/**
 * The first line of an offer by which text can be exchanged; or why there is none.
 * @param isV6 of which family we are.
 */
export function textLine(offer: MediaOffer, isV6: boolean): TextLine | MediaRefusal {
  let refusal: MediaRefusal = OTHER_TRANSPORT;
  for (const [index, line] of offer.entries()) {
    if (!isText(line) || !PROTOCOLS.has(line.protocol.toUpperCase())) continue;
    const encodings = encodingsOf(line);
    const plain = line.formats.find((format) => encodings.get(format) === 't140/1000');
    if (plain === undefined || !isPayloadType(plain)) refusal = INCOMPATIBLE;
    else if (isOther(line.address, isV6)) refusal = OTHER_FAMILY;
    else return taken(line, index, plain, encodings);
  }
  return refusal;
}

function taken(line: MediaLine, index: number, plain: string, encodings: Encodings): TextLine {
  const { kind, port, protocol, address } = line;
  const redundant = redundancyOf(line, plain, encodings);
  const direction = directionOf(line);
  const numeric = ipAddress(address);
  // RFC 3264, 8.4: how RFC 2543 wrote it.
  const isUnspecified = address === '0.0.0.0' || address === '::';
  const isHeld = isUnspecified || direction === 'sendonly' || direction === 'inactive';
  const formats = line.formats.filter((format) => format === plain || format === redundant?.format);
  const attributes: MediaAttribute[] = formats.map((format) => ({
    name: 'rtpmap',
    value: `${format} ${format === plain ? 't140' : 'red'}/1000`,
  }));
  if (redundant !== undefined) {
    const value = `${redundant.format} ${Array.from({ length: redundant.generations + 1 }, () => plain).join('/')}`;
    attributes.push({ name: 'fmtp', value });
  }
  const turned = TURNED.get(direction);
  if (turned !== undefined) attributes.push({ name: turned });
  return {
    index,
    terms: {
      remote: numeric === undefined ? undefined : { address: numeric, port },
      plain: Number(plain),
      redundant: redundant && Number(redundant.format),
      generations: redundant?.generations ?? 0,
      perSecond: paceOf(line, plain),
      sends: !isHeld,
    },
    answer: (place) => ({ kind, protocol, formats, attributes, bandwidths: NO_REPORTS, ...place }),
  };
}

const TURNED = new Map([
  ['sendonly', 'recvonly'],
  ['recvonly', 'sendonly'],
  ['inactive', 'inactive'],
]);

/** RFC 3264, 5.1: the line's own direction, or the session's. */
function directionOf({ attributes }: MediaLine): string {
  return attributes.find(({ name }) => name === 'sendrecv' || TURNED.has(name))?.name ?? 'sendrecv';
}

/** Text that says again what was said before: its format and how often, where this peer has it (RFC 2198, 5). */
function redundancyOf(
  line: MediaLine,
  plain: string,
  encodings: Encodings,
): { readonly format: string; readonly generations: number } | undefined {
  const format = line.formats.find((one) => encodings.get(one) === 'red/1000');
  if (format === undefined || !isPayloadType(format)) return undefined;
  const blocks = parameterOf(line, format)?.split('/') ?? [];
  if (blocks.length < 2 || blocks.some((block) => block.trim() !== plain)) return undefined;
  return { format, generations: Math.min(blocks.length - 1, GENERATIONS) };
}

/** `t140/1000` behind each number of a format, in lower case (RFC 8866, 6.6): looked up, since a peer may list many of both. */
type Encodings = ReadonlyMap<string, string>;

function encodingsOf({ attributes }: MediaLine): Encodings {
  const encodings = new Map<string, string>();
  for (const { name, value = '' } of attributes) {
    const space = name === 'rtpmap' ? value.indexOf(' ') : -1;
    if (space <= 0) continue;
    const format = value.slice(0, space);
    const encoding = value.slice(space).trim().toLowerCase();
    if (!encodings.has(format)) encodings.set(format, encoding);
  }
  return encodings;
}

function parameterOf({ attributes }: MediaLine, format: string): string | undefined {
  const start = `${format} `;
  const found = attributes.find(
    ({ name, value }) => name === 'fmtp' && value?.startsWith(start) === true,
  );
  return found?.value?.slice(start.length).trim();
}

/** RFC 4103, 6: `cps`, which we keep to. */
function paceOf(line: MediaLine, plain: string): number {
  for (const part of parameterOf(line, plain)?.split(';') ?? []) {
    const [name = '', value = ''] = part.split('=');
    if (name.trim().toLowerCase() !== 'cps') continue;
    const number = /^[1-9]\d{0,3}$/.test(value.trim()) ? Number(value) : USUAL_PACE;
    return Math.min(number, 1_000);
  }
  return USUAL_PACE;
}

/** RFC 5761, 4: 64 to 95 would be taken for RTCP. */
function isPayloadType(format: string): boolean {
  if (!/^\d{1,3}$/.test(format)) return false;
  const number = Number(format);
  return number <= 127 && !(number >= 64 && number <= 95);
}

/** Whether this is an address of the family that we are not of. */
function isOther(address: string | undefined, isV6: boolean): boolean {
  const numeric = ipAddress(address);
  return numeric !== undefined && numeric.includes(':') !== isV6;
}
