/** Offer and answer for messages within the dialog: no media connection, only an agreement to send MESSAGE (RFC 3264). */
import { attribute, type MediaDescription, type Sdp, type SdpAddress } from './sdp.js';

/** Our end of a message session. */
export interface MessageEnd {
  /** The host or IP address that goes into `o=` and `c=`; an IPv6 one with or without its brackets. */
  readonly address: string;
  /** Goes into `m=`; the peer does not use it, since messages take the dialog's way. */
  readonly port: number;
  /** Who we are: `sip:bot@example.com`. */
  readonly uri: string;
  /** Media types that we take: `text/plain`, …. */
  readonly acceptTypes: readonly string[];
  /** Decimal digits that name the description (RFC 8866, 5.2). */
  readonly id: string;
  /** Grows by one with each new description in the dialog (RFC 3264, 8); 1 unless given. */
  readonly version?: number;
}

/** What the peer said of the messages that it takes. */
export interface PeerMessages {
  /** In lower case; empty where it did not say. `*` and `text/*` occur. */
  readonly acceptTypes: readonly string[];
  /** The URI behind `sip` in the `m=` line; undefined for `null`. */
  readonly uri: string | undefined;
}

/** What an offer can be answered with. */
export type MessageAnswer =
  | { readonly accepted: 'message'; readonly peer: PeerMessages; readonly sdp: Sdp }
  /** Nothing of it can be had: answer 488 with this warning and its text (RFC 3261, 20.43). */
  | { readonly accepted: undefined; readonly warning: 302 | 304 | 305; readonly text: string };

/** How a media section would carry messages: by MESSAGE within the dialog, or by MSRP (RFC 4975). */
export type MessageForm = 'message' | 'msrp';

const OFFERED = { media: 'message', protocol: 'sip' };

/** `x-ms-message` is what LCS 2005 called it. */
const NAMES = new Set(['message', 'x-ms-message']);

/** Whether a media section is about messages, however it would carry them. */
export function isMessageMedia(media: MediaDescription): boolean {
  return NAMES.has(media.media.toLowerCase());
}

/** How a media section would carry messages; undefined where it is about something else, or by a way unknown to us. */
export function messageForm(media: MediaDescription): MessageForm | undefined {
  if (!isMessageMedia(media)) return undefined;
  const protocol = media.protocol.toLowerCase();
  if (protocol === 'sip') return 'message';
  return protocol === 'tcp/msrp' || protocol === 'tcp/tls/msrp' ? 'msrp' : undefined;
}

/**
 * The answer to an offer. The first section for messages within the dialog is taken; the others keep their places and are
 * refused with port 0 (RFC 3264, 6).
 */
export function answerMessageOffer(offer: Sdp, ours: MessageEnd): MessageAnswer {
  const offered = offer.media.filter((media) => media.port !== 0 && isMessageMedia(media));
  const inDialog = offered.filter((media) => messageForm(media) === 'message');
  const taken = inDialog.find((media) => isShared(acceptTypesOf(media), ours.acceptTypes));
  if (taken === undefined) {
    if (inDialog.length > 0) return refusal(305, 'Incompatible media format');
    return offered.length > 0
      ? refusal(302, 'Incompatible transport protocol')
      : refusal(304, 'Media type not available');
  }
  const media = offer.media.map((section) =>
    section === taken ? messageSection(taken, ours, ours.uri) : refusedSection(section),
  );
  // RFC 3264, 6: the "t=" line in the answer MUST equal that of the offer.
  return { accepted: 'message', peer: peerOf(taken), sdp: describe(ours, offer.times, media) };
}

/** Our own offer of messages within the dialog, for an INVITE, or for the 200 to one that came without an offer. */
export function offerMessage(ours: MessageEnd): Sdp {
  return describe(ours, ['0 0'], [messageSection(OFFERED, ours, 'null')]);
}

/** What the peer's answer to our offer agrees to; undefined where it does not agree to messages within the dialog. */
export function agreedMessages(answer: Sdp): PeerMessages | undefined {
  const [section] = answer.media;
  if (section === undefined || section.port === 0 || messageForm(section) !== 'message') {
    return undefined;
  }
  return peerOf(section);
}

function refusal(warning: 302 | 304 | 305, text: string): MessageAnswer {
  return { accepted: undefined, warning, text };
}

function describe(
  ours: MessageEnd,
  times: readonly string[],
  media: readonly MediaDescription[],
): Sdp {
  const address = addressOf(ours.address);
  return {
    origin: { username: '-', id: ours.id, version: String(ours.version ?? 1), address },
    name: 'session',
    connection: address,
    times,
    attributes: [],
    others: [],
    media,
  };
}

function addressOf(host: string): SdpAddress {
  const bare = host.startsWith('[') ? host.slice(1, -1) : host;
  return { type: bare.includes(':') ? 'IP6' : 'IP4', address: bare };
}

/** The format names us in an answer, and is `null` in an offer. RFC 3264, 6: an answer has the protocol as it was offered. */
function messageSection(
  { media, protocol }: Pick<MediaDescription, 'media' | 'protocol'>,
  ours: MessageEnd,
  format: string,
): MediaDescription {
  return {
    media,
    port: ours.port,
    protocol,
    formats: [format],
    attributes: [{ name: 'accept-types', value: ours.acceptTypes.join(' ') }],
    others: [],
  };
}

function refusedSection({ media, protocol, formats }: MediaDescription): MediaDescription {
  return { media, port: 0, protocol, formats, attributes: [], others: [] };
}

function peerOf(section: MediaDescription): PeerMessages {
  const [format] = section.formats;
  return {
    acceptTypes: acceptTypesOf(section),
    uri: format === undefined || format.toLowerCase() === 'null' ? undefined : format,
  };
}

/** Separated by spaces, of which one may stand at the end. */
function acceptTypesOf(section: MediaDescription): readonly string[] {
  return (attribute(section, 'accept-types') ?? '')
    .toLowerCase()
    .split(' ')
    .filter((type) => type !== '');
}

/** Whether the peer takes any type of ours; who does not say takes all. */
function isShared(theirs: readonly string[], ours: readonly string[]): boolean {
  return theirs.length === 0 || ours.some((type) => isAccepted(type.toLowerCase(), theirs));
}

function isAccepted(type: string, accepted: readonly string[]): boolean {
  return accepted.some(
    (range) =>
      range === '*' ||
      range === type ||
      (range.endsWith('/*') && type.startsWith(range.slice(0, -1))),
  );
}
