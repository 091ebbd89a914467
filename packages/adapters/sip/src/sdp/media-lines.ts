/** Descriptions as those see them who answer for other media than messages: line by line, as plain data (RFC 3264). */
import type { MediaAnswer, MediaLine, MediaOffer } from '@usher/core/adapter';

import { isMessageMedia, type MessageEnd } from './message-media.js';
import type { Attribute, MediaDescription, Sdp, SdpAddress } from './sdp.js';

/** What is offered: the media lines in their order. */
export function mediaOffer({ media, connection, attributes }: Sdp): MediaOffer {
  return media.map((section) => lineOf(section, connection, attributes));
}

/** The answer to an offer: what is not taken keeps its place, and is refused with port 0 (RFC 3264, 6). */
export function answerMedia(offer: Sdp, answer: MediaAnswer, ours: MessageEnd): Sdp {
  const address = sdpAddress(ours.address);
  return {
    origin: { username: '-', id: ours.id, version: String(ours.version ?? 1), address },
    name: 'session',
    connection: address,
    // RFC 3264, 6: the "t=" line in the answer MUST equal that of the offer.
    times: offer.times,
    attributes: [],
    others: [],
    media: offer.media.map((section, index) => answered(section, answer[index])),
  };
}

/** What carries the messages of what is offered here: `text` where that is real-time text alone (RFC 4103). */
export function mediumOf(offer: Sdp | undefined): 'message' | 'text' {
  let medium: 'message' | 'text' = 'message';
  for (const section of offer?.media ?? []) {
    if (section.port === 0) continue;
    if (isMessageMedia(section)) return 'message';
    if (isTextMedia(section)) medium = 'text';
  }
  return medium;
}

/** Whether a media section is about real-time text, which is talk as messages are (RFC 4103, 10). */
export function isTextMedia({ media, protocol, attributes }: MediaDescription): boolean {
  return (
    media.toLowerCase() === 'text' &&
    protocol.toUpperCase().includes('RTP/') &&
    attributes.some(({ name, value }) => name === 'rtpmap' && isT140(value))
  );
}

function isT140(value: string | undefined): boolean {
  return value?.trimEnd().toLowerCase().endsWith(' t140/1000') === true;
}

function lineOf(
  section: MediaDescription,
  connection: SdpAddress | undefined,
  attributes: readonly Attribute[],
): MediaLine {
  const { media, port, protocol, formats } = section;
  const address = (section.connection ?? connection)?.address;
  const bandwidths = section.others.flatMap(({ type, value }) => (type === 'b' ? [value] : []));
  return {
    kind: media.toLowerCase(),
    port,
    protocol,
    formats,
    ...(address !== undefined && { address }),
    attributes: [...section.attributes, ...attributes],
    ...(bandwidths.length > 0 && { bandwidths }),
  };
}

function answered(
  { media, protocol, formats }: MediaDescription,
  line: MediaLine | undefined,
): MediaDescription {
  if (line === undefined) return { media, port: 0, protocol, formats, attributes: [], others: [] };
  return {
    media,
    port: line.port,
    protocol,
    formats: line.formats,
    ...(line.address !== undefined && { connection: sdpAddress(line.address) }),
    attributes: line.attributes,
    others: (line.bandwidths ?? []).map((value) => ({ type: 'b', value })),
  };
}

function sdpAddress(host: string): SdpAddress {
  const bare = host.startsWith('[') ? host.slice(1, -1) : host;
  return { type: bare.includes(':') ? 'IP6' : 'IP4', address: bare };
}
