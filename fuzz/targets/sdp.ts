/** Session descriptions: read, printed, read again, and answered (RFC 8866; RFC 3264, 6). */
import { RemoteProtocolError } from '@usher/core';

import { mediaKinds } from '../../packages/adapters/sip/src/sdp/media-kinds.js';
import {
  agreedMessages,
  answerMessageOffer,
  type MessageEnd,
  messageForm,
  offerMessage,
} from '../../packages/adapters/sip/src/sdp/message-media.js';
import { parseSdp } from '../../packages/adapters/sip/src/sdp/sdp-parser.js';
import { printSdp } from '../../packages/adapters/sip/src/sdp/sdp-printer.js';
import { DEFAULT_SDP_LIMITS, type Sdp } from '../../packages/adapters/sip/src/sdp/sdp.js';
import { messages } from '../corpora.js';
import { sdpText } from '../grammar/sdp.js';
import { octetTarget } from '../octet-target.js';
import { joined, latin1, octetsOf, sameOctets, utf8 } from '../octets.js';
import { holdUnpolluted } from '../rules/message-rules.js';
import { timed } from '../stopwatch.js';
import { hold } from '../target.js';
import { printed } from '../rules/printed.js';

const OURS: MessageEnd = {
  address: '192.0.2.1',
  port: 5060,
  uri: 'sip:bot@example.com',
  acceptTypes: ['text/plain', 'text/html'],
  id: '42',
};

function run(bytes: Uint8Array): void {
  const sdp = timed(bytes.length, () => {
    const read = parseSdp(bytes);
    if (!(read instanceof RemoteProtocolError)) answerMessageOffer(read, OURS);
    return read;
  });
  holdUnpolluted();
  if (sdp instanceof RemoteProtocolError) {
    hold([400, 413, 488].includes(sdp.status), 'sdp-status', () => String(sdp.status));
    return;
  }
  const { media } = sdp;
  hold(media.length <= DEFAULT_SDP_LIMITS.media, 'sdp-media');
  hold(media.length === linesOf(bytes, 'm=').length, 'sdp-media-lines');
  mediaKinds(sdp);
  agreedMessages(sdp);
  holdAgain(sdp);
  holdAnswer(sdp);
  const offer = printSdp(offerMessage({ ...OURS, address: '[2001:db8::1]', version: 7 }));
  hold(!(parseSdp(offer) instanceof RemoteProtocolError), 'offer-unreadable');
}

/** What can be printed of it says the same, and is the same octet by octet when it is printed once more. */
function holdAgain(sdp: Sdp): void {
  const text = printed(() => printSdp(sdp));
  if (text === undefined) return;
  const again = parseSdp(text);
  if (again instanceof RemoteProtocolError) {
    // A line that was missing is added, and may be one too many.
    const lines = latin1(text).split('\r\n').length - 1;
    hold(
      lines > DEFAULT_SDP_LIMITS.lines || text.length > DEFAULT_SDP_LIMITS.octets,
      'sdp-unreadable',
      () => `${String(again)} ${latin1(text)}`,
    );
    return;
  }
  hold(sameOctets(printSdp(again), text), 'sdp-differs', () => latin1(text));
  hold(said(again) === said(sdp), 'sdp-says-other', () => `${said(sdp)}\n${said(again)}`);
}

/** Lines that are kept as they are may change places with others, and are left out where they do not belong. */
function said({ origin, name, connection, times, attributes, media, others }: Sdp): string {
  const set = (lines: Sdp['others'], types: string): unknown =>
    lines
      .flatMap(({ type, value }) => (types.includes(type) ? [`${type}=${value}`] : []))
      .toSorted();
  return JSON.stringify([
    [origin, name, connection, times, attributes, set(others, 'iuepcbrzk')],
    media.map((section) => ({ ...section, others: set(section.others, 'icbk') })),
  ]);
}

/** RFC 3264, 6: as many sections, each in its place; one of them taken, and the others refused. */
function holdAnswer(offer: Sdp): void {
  const answer = answerMessageOffer(offer, OURS);
  const taking = offer.media.filter((each) => each.port !== 0 && messageForm(each) === 'message');
  if (answer.accepted === undefined) {
    hold([302, 304, 305].includes(answer.warning), 'answer-warning');
    return;
  }
  const { media, times } = answer.sdp;
  hold(taking.length > 0, 'answer-to-nothing');
  hold(
    media.length === offer.media.length,
    'answer-media',
    () => `${media.length} of ${offer.media.length}`,
  );
  hold(JSON.stringify(times) === JSON.stringify(offer.times), 'answer-times');
  for (const [index, section] of media.entries()) {
    const asked = offer.media[index];
    hold(section.media === asked?.media && section.protocol === asked.protocol, 'answer-order');
    hold(section.port === 0 || asked.port !== 0, 'answer-takes-refused');
  }
  hold(media.filter(({ port }) => port !== 0).length === 1, 'answer-takes-several');
  const text = printed(() => printSdp(answer.sdp));
  if (text === undefined) return;
  const read = parseSdp(text);
  hold(!(read instanceof RemoteProtocolError), 'answer-unreadable', () => latin1(text));
  hold(linesOf(text, 'm=').length === offer.media.length, 'answer-lines', () => latin1(text));
}

function linesOf(bytes: Uint8Array, begin: string): string[] {
  return latin1(bytes)
    .split(/\r?\n/)
    .filter((line) => line.startsWith(begin));
}

/** The bodies of the corpora that are such descriptions. */
function seeds(): readonly Uint8Array[] {
  return messages().flatMap((bytes) => {
    const start = latin1(bytes).indexOf('\r\n\r\nv=');
    return start < 0 ? [] : [bytes.slice(start + 4)];
  });
}

export const target = octetTarget({
  name: 'sdp',
  covers: ['packages/adapters/sip/src/sdp/'],
  seeds,
  grammar: (chance) => utf8(sdpText(chance)),
  words: [
    ...[
      '\r\n',
      '\n',
      'v=0',
      'o=- 0 0 IN IP4 x',
      's=-',
      't=0 0',
      'c=IN IP4 1',
      'm=message 9 sip null',
      'm=',
      'a=',
      ':',
    ],
    ...[
      'a=accept-types:',
      'text/plain',
      '*',
      'text/*',
      ' 0 ',
      '/2',
      'IN IP6 ::1',
      'i=',
      'k=',
      '\r',
      '\0',
      '\r\nm=audio 1 RTP/AVP 0',
    ],
    ...['x-ms-message', 'TCP/MSRP', 'TCP/TLS/MSRP', 'é', '\ufeff'],
  ],
  mutations: [
    // Many sections, lines, or octets.
    (octets, _other, chance) =>
      joined(
        octets,
        octetsOf(
          chance
            .pick(['m=message 9 sip null\r\n', 'a=x\r\n', 'm=audio 0 RTP/AVP 0\r\n'])
            .repeat(1 + chance.integer(1_100)),
        ),
      ),
  ],
  run,
});
