/** Real-time text: packets, what is said again in them, lines, and two ends with a bad wire between (RFC 4103). */
import { SeededChance } from '@usher/core/testing';

import {
  LARGEST_BLOCK,
  parseRedundant,
  printRedundant,
} from '../../packages/adapters/rtt/src/rtp/redundant-payload.js';
import { parseRtp, printRtp } from '../../packages/adapters/rtt/src/rtp/rtp-packet.js';
import { Line } from '../../packages/adapters/rtt/src/text/line.js';
import { LOST, spoken } from '../../packages/adapters/rtt/src/text/t140.js';
import { TextEnd } from '../../packages/adapters/rtt/src/text/text-end.js';
import { rtpText } from '../grammar/rtp.js';
import { octetTarget } from '../octet-target.js';
import { joined, octetsOf, sameOctets, utf8 } from '../octets.js';
import { holdUnpolluted } from '../rules/message-rules.js';
import { holdTextLine } from '../rules/text-line-rules.js';
import { holdConversation, SETTINGS, TERMS } from '../rules/text-stage.js';
import { timed } from '../stopwatch.js';
import { hold } from '../target.js';

const lenient = new TextDecoder('utf-8');
const PEER = { transport: 'udp', remote: { address: '192.0.2.2', port: 4_000 } };

/** A packet, a payload, a text, an offer of text, and what happens to two ends: whatever the octets are, they are each of them. */
function run(bytes: Uint8Array): void {
  holdPacket(bytes);
  holdPayload(bytes);
  holdText(lenient.decode(bytes.subarray(0, 4_000)));
  holdReceived(bytes);
  holdTextLine(lenient.decode(bytes.subarray(0, 4_000)));
  holdConversation(bytes.subarray(0, 200));
  holdUnpolluted();
}

function holdPacket(bytes: Uint8Array): void {
  const packet = timed(bytes.length, () => parseRtp(bytes));
  if (packet === undefined) return;
  hold(packet.payload.length <= bytes.length - 12 && bytes.length <= 4_096, 'rtp-payload');
  const again = parseRtp(printRtp(packet));
  hold(
    again !== undefined &&
      again.marker === packet.marker &&
      again.payloadType === packet.payloadType &&
      again.sequence === packet.sequence &&
      again.timestamp === packet.timestamp &&
      again.ssrc === packet.ssrc &&
      sameOctets(again.payload, packet.payload),
    'rtp-differs',
  );
}

function holdPayload(bytes: Uint8Array): void {
  const blocks = timed(bytes.length, () => parseRedundant(bytes));
  if (blocks === undefined) return;
  const length = blocks.reduce((sum, { data }) => sum + data.length, 0);
  hold(blocks.length > 0 && blocks.length <= 17, 'blocks-many', () => String(blocks.length));
  // One octet of the newest block's head, four of each other's: nothing is left over, and nothing is there twice.
  hold(length + 4 * blocks.length - 3 === bytes.length, 'blocks-length', () => String(length));
  hold(
    blocks.slice(0, -1).every(({ data }) => data.length <= LARGEST_BLOCK),
    'block-long',
  );
  hold(sameOctets(printRedundant(blocks), bytes), 'blocks-differ');
}

/** A text comes to the same however it is cut, and shows nothing but what is for the eye. */
function holdText(text: string): void {
  const whole = timed(text.length, () => linesOf([text]));
  const cut = linesOf(Array.from(text));
  hold(JSON.stringify(whole) === JSON.stringify(cut), 'lines-differ', () => JSON.stringify(cut));
  const said = timed(text.length, () => spoken(text));
  hold(said.endsWith('\u2028') && said.length <= text.length + 1, 'spoken-grows');
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  hold(!/[\0-\x08\x0a-\x1f\x7f-\x9f\ufeff\u2029]/.test(said), 'spoken-steers', () => said);
  for (const line of whole) {
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    hold(!/[\0-\x08\x0a-\x1f\x7f-\x9f\ufeff\u2028\u2029]/.test(line), 'line-steers', () => line);
    hold(line.trim() !== '' && Array.from(line).length <= 50, 'line-long');
  }
  // What we say is read as that, but for new lines.
  const read = linesOf([said], 5_000).join('');
  const meant = said.replaceAll(/[\u2028\ufff9-\ufffb]/g, '');
  hold(squeezed(read) === squeezed(meant), 'spoken-differs', () => JSON.stringify([said, read]));
}

function squeezed(text: string): string {
  return text.replaceAll(/\s/g, '');
}

function linesOf(texts: readonly string[], longest = 50): readonly string[] {
  const line = new Line(1_000, longest);
  const events = texts.flatMap((text) => line.write(text, 0));
  events.push(...line.finish());
  let composing = 'idle';
  for (const event of events) {
    if (event.type !== 'composing') continue;
    hold(event.composing !== composing, 'composing-twice');
    ({ composing } = event);
  }
  hold(composing === 'idle' && line.deadline === undefined, 'line-stays');
  return events.flatMap((event) => (event.type === 'said' ? [event.text] : []));
}

/** Packets as they come: 16 bits of length before each; one of 255 or more lets as many milliseconds pass instead. */
function holdReceived(bytes: Uint8Array): void {
  const end = new TextEnd({ ...TERMS, remote: PEER.remote }, SETTINGS, new SeededChance(1));
  let now = 1_000;
  let said = 0;
  let most = 0;
  let wakes = 0;
  const note = (outputs: ReturnType<TextEnd['elapse']>): void => {
    for (const output of outputs) {
      if (output.type === 'event' && output.event.type === 'said') said += output.event.text.length;
      hold(output.type === 'event', 'sends-unasked');
    }
  };
  const pass = (until: number): void => {
    for (let { deadline } = end; deadline !== undefined && deadline <= until; { deadline } = end) {
      wakes += 1;
      hold(wakes < 5_000, 'wakes-for-ever');
      now = Math.max(now, deadline);
      note(timed(4_096, () => end.elapse(now)));
    }
    now = Math.max(now, until);
  };
  for (let at = 0; at + 2 <= bytes.length;) {
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    at += 2;
    if (length >= 4_200) pass(now + length);
    else {
      const packet = bytes.subarray(at, at + length);
      at += length;
      // What is marked as lost is no more than may be missing before the blocks of one packet.
      most += packet.length + 200;
      note(timed(Math.max(packet.length, 1), () => end.receive(packet, now, PEER)));
    }
  }
  pass(now + 600_000);
  hold(end.deadline === undefined, 'deadline-stays', () => String(end.deadline));
  hold(said <= most, 'said-grows', () => `${said} of ${most}`);
}

function packets(...payloads: readonly (readonly [sequence: number, text: string])[]): Uint8Array {
  return joined(
    ...payloads.flatMap(([sequence, text]) => {
      const payload = printRedundant([
        { payloadType: 98, offset: 600, data: utf8(LOST) },
        { payloadType: 98, offset: 300, data: utf8('') },
        { payloadType: 98, offset: 0, data: utf8(text) },
      ]);
      const packet = printRtp({
        marker: false,
        payloadType: 100,
        sequence,
        timestamp: sequence * 300,
        ssrc: 7,
        payload,
      });
      return [Uint8Array.of(packet.length >> 8, packet.length & 255), packet];
    }),
  );
}

export const target = octetTarget({
  name: 'text',
  covers: [
    ...['rtp/redundant-payload', 'rtp/rtp-packet', 'text/block-order', 'text/ip-address'],
    ...['text/line', 'text/pace', 'text/remote-end', 'text/t140', 'text/text-end'],
    ...['text/text-line', 'text/text-sender'],
  ].map((file) => `packages/adapters/rtt/src/${file}.ts`),
  seeds: () => [
    packets([1, 'he'], [2, 'llo'], [5, 'x\u2028'], [4, 'y'], [65_535, 'z']),
    packets(...Array.from({ length: 90 }, (_, at): [number, string] => [(at * 3) & 0xffff, 'a'])),
    packets(...Array.from({ length: 90 }, (_, at): [number, string] => [65_480 + 2 * at, '\b'])),
    packets([40_000, 'a'], [0, 'b'], [40_001, 'c']),
    // A packet of text by itself, with extension, sources and padding.
    octetsOf('\xb1\x62\0\x01\0\0\0\x01\0\0\0\x07srcs\0\0\0\x01extnhello\0\0\x03'),
    octetsOf('\x80\x62\0\x01\0\0\0\x01\0\0\0\x07hello'),
    octetsOf('\xe2\0\0\x02\xe2\x04\x08\x01\x62hixyz'),
    octetsOf('\xe2\0\0\0'.repeat(16) + '\x62x'),
    octetsOf('\xe2\0\0\0'.repeat(17) + '\x62x'),
    utf8('a\u009b31mb\u0098no\u009cc\r\nd\ne\rf\u001b[0mg\b\b\bh\u2028\ufeffi'),
    utf8(`\u0098${'x'.repeat(300)}y\u009b${'1'.repeat(20)}z`),
    Uint8Array.from({ length: 200 }, (_, at) => (at * 37) & 255),
    // Many formats, and many attributes, none of which belongs to any of them.
    utf8(
      `1\nRTP/AVP\n${'1 '.repeat(900)}\n192.0.2.2\n${'rtpmap:7\n'.repeat(200)}rtpmap:98 t140/1000`,
    ),
  ],
  grammar: rtpText,
  words: [
    ...['\u2028', '\u2029', '\r\n', '\n', '\b', '\u001b', '\u0098', '\u009c', '\u009b', '\ufeff'],
    ...['\ufffd', '😀', '\x80\x62', '\xe2\0\0\0', '\0\x20', '\x12\0', 'rtpmap:98 t140/1000'],
    ...['rtpmap:100 red/1000', 'fmtp:100 98/98/98', 'cps=', 'RTP/AVP', 'sendonly', '0.0.0.0', '\n'],
  ],
  run,
});
