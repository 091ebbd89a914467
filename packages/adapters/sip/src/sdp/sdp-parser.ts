/** Octets to a session description, in linear time and within limits (RFC 8866, 9). */
import { RemoteProtocolError } from '@usher/core';

import { violation } from '../syntax/violation.js';
import { wholeNumber } from '../syntax/whole-number.js';
import {
  type Attribute,
  DEFAULT_SDP_LIMITS,
  type Line,
  type MediaDescription,
  type Origin,
  type Sdp,
  type SdpAddress,
  type SdpLimits,
} from './sdp.js';

const fatal = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Lines that are kept without a look into them. RFC 8866, 5: a description with a type unknown to us is refused. */
const OTHERS = 'iuepbrzk';

/** What is found of one section, or of the session before the first one. */
interface Section {
  connection?: SdpAddress;
  readonly attributes: Attribute[];
  readonly others: Line[];
}

/**
 * The description that the octets are, or why they are none: `bad-sdp` (400), `sdp-too-large` (413), `too-many-media` (488).
 * Bare line feeds end a line, too (RFC 8866, 5); a missing `s=` or `t=` is passed over.
 */
export function parseSdp(
  bytes: Uint8Array,
  limits: SdpLimits = DEFAULT_SDP_LIMITS,
): Sdp | RemoteProtocolError {
  try {
    return parse(bytes, limits);
  } catch (error) {
    if (error instanceof RemoteProtocolError) return error;
    throw error;
  }
}

function parse(bytes: Uint8Array, limits: SdpLimits): Sdp {
  const media: MediaDescription[] = [];
  const times: string[] = [];
  const session: Section = { attributes: [], others: [] };
  let origin: Origin | undefined;
  let name: string | undefined;
  let section = session;
  for (const { type, value } of linesOf(bytes, limits)) {
    if (type === 'm') {
      if (media.length === limits.media) {
        throw violation(
          'too-many-media',
          `at most ${limits.media} media sections are taken`,
          undefined,
          488,
        );
      }
      section = { attributes: [], others: [] };
      media.push(Object.assign(section, parseMedia(value)));
    } else if (type === 'a') section.attributes.push(parseAttribute(value));
    else if (type === 'c' && section.connection === undefined)
      section.connection = parseConnection(value);
    else if (type === 'c' || OTHERS.includes(type)) section.others.push({ type, value });
    else if (section !== session)
      throw bad(`"${type}=" does not belong into a media section`, value);
    else if (type === 'o' && origin === undefined) origin = parseOrigin(value);
    else if (type === 's' && name === undefined) name = value;
    else if (type === 't') times.push(value);
    else throw bad(`"${type}=" is not known, or stands there a second time`, value);
  }
  if (origin === undefined) throw bad('a session description has an origin');
  return {
    origin,
    name: name ?? '-',
    times: times.length === 0 ? ['0 0'] : times,
    ...session,
    media,
  };
}

/** The lines behind `v=0`. */
function* linesOf(bytes: Uint8Array, limits: SdpLimits): Generator<Line> {
  if (bytes.length > limits.octets) {
    throw violation(
      'sdp-too-large',
      `a session description has at most ${limits.octets} octets`,
      undefined,
      413,
    );
  }
  const text = decode(bytes);
  let count = 0;
  let start = 0;
  while (start < text.length) {
    const feed = text.indexOf('\n', start);
    let end = feed < 0 ? text.length : feed;
    const next = end + 1;
    if (end > start && text.charCodeAt(end - 1) === 0x0d) end -= 1;
    const line = text.slice(start, end);
    start = next;
    if (line === '') continue;
    count += 1;
    if (count > limits.lines) {
      throw violation(
        'sdp-too-large',
        `a session description has at most ${limits.lines} lines`,
        undefined,
        413,
      );
    }
    if (line.charAt(1) !== '=' || line.includes('\r') || line.includes('\0')) {
      throw bad(`a line reads type=value, which number ${count} does not`);
    }
    if (count > 1) yield { type: line.charAt(0), value: line.slice(2) };
    else if (line.trimEnd() !== 'v=0') throw bad('a session description begins with v=0');
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return fatal.decode(bytes);
  } catch {
    throw bad('a session description is UTF-8');
  }
}

/** RFC 8866, 5.14: media, port and perhaps how many, protocol, formats. */
function parseMedia(
  value: string,
): Pick<MediaDescription, 'media' | 'port' | 'ports' | 'protocol' | 'formats'> {
  const [media, place, protocol, ...formats] = wordsOf(value);
  if (
    media === undefined ||
    place === undefined ||
    protocol === undefined ||
    formats.length === 0
  ) {
    throw bad('a media line reads media port protocol formats', value);
  }
  const slash = place.indexOf('/');
  const port = wholeNumber(slash < 0 ? place : place.slice(0, slash), 65_535);
  const ports = slash < 0 ? undefined : wholeNumber(place.slice(slash + 1), 65_535);
  if (port === undefined || (slash >= 0 && ports === undefined)) {
    throw bad('a port is 0 to 65535', value);
  }
  return { media, port, ...(ports !== undefined && { ports }), protocol, formats };
}

/** RFC 8866, 5.2. */
function parseOrigin(value: string): Origin {
  const [username, id, version, net, type, address, ...more] = wordsOf(value);
  if (username === undefined || id === undefined || version === undefined || more.length > 0) {
    throw bad('an origin reads username id version IN IP4 address', value);
  }
  return { username, id, version, address: addressOf(net, type, address, value) };
}

/** RFC 8866, 5.7. */
function parseConnection(value: string): SdpAddress {
  const [net, type, address, ...more] = wordsOf(value);
  if (more.length > 0) throw bad('a connection reads IN IP4 address', value);
  return addressOf(net, type, address, value);
}

function addressOf(
  net: string | undefined,
  type: string | undefined,
  address: string | undefined,
  seen: string,
): SdpAddress {
  if (net?.toUpperCase() !== 'IN' || type === undefined || address === undefined) {
    throw bad('an address reads IN IP4 address', seen);
  }
  return { type, address };
}

function parseAttribute(value: string): Attribute {
  const colon = value.indexOf(':');
  const name = colon < 0 ? value : value.slice(0, colon);
  if (name === '') throw bad('an attribute has a name');
  return colon < 0 ? { name } : { name, value: value.slice(colon + 1) };
}

function wordsOf(value: string): readonly string[] {
  return value.split(/[ \t]/).filter((word) => word !== '');
}

function bad(expected: string, seen?: string): RemoteProtocolError {
  return violation('bad-sdp', expected, seen);
}
