/** What a peer says of a session besides its description: bodies of parts, invitations, first messages, transfers, timers. */
import { type Content, RemoteProtocolError } from '@usher/core';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { alternativesIn } from '../../packages/adapters/sip/src/body/alternatives.js';
import { ApplicationTypes } from '../../packages/adapters/sip/src/body/application-types.js';
import { fromBase64 } from '../../packages/adapters/sip/src/body/base64.js';
import { toUtf8 } from '../../packages/adapters/sip/src/body/charset.js';
import { parameterOf, parseMultipart } from '../../packages/adapters/sip/src/body/multipart.js';
import { PartsOfInvite } from '../../packages/adapters/sip/src/body/parts-of-invite.js';
import { parseConferenceInvitation } from '../../packages/adapters/sip/src/dialect/conference-invitation.js';
import {
  parseKeyboardActivity,
  printKeyboardActivity,
} from '../../packages/adapters/sip/src/dialect/keyboard-activity.js';
import { parseSipfrag, printSipfrag } from '../../packages/adapters/sip/src/dialog/sipfrag.js';
import { parseMessage } from '../../packages/adapters/sip/src/syntax/parser.js';
import { messages } from '../corpora.js';
import { valueAndBody } from '../grammar/body.js';
import { octetTarget } from '../octet-target.js';
import { joined, latin1, octetsOf, sameOctets, utf8 } from '../octets.js';
import { holdFields } from '../rules/field-rules.js';
import { holdUnpolluted } from '../rules/message-rules.js';
import { partsByTheBook } from '../rules/parts-by-the-book.js';
import { timed } from '../stopwatch.js';
import { hold } from '../target.js';

const MOST_PARTS = 16;
const LF = 0x0a;
const lenient = new TextDecoder('utf-8');
const fatal = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const claimed = new ApplicationTypes([
  'application/x-own',
  {
    contentType: 'application/*',
    matches: (body) => {
      if (body.length === 7) throw new Error('whoever claims content may fail');
      return body.length > 40;
    },
  },
]);

/** The first line is the value of a header field, the rest is a body. */
function run(bytes: Uint8Array): void {
  const end = bytes.indexOf(LF);
  const line = bytes.subarray(0, end < 0 ? bytes.length : end);
  const body = bytes.subarray(end < 0 ? bytes.length : end + 1);
  const value = lenient.decode(line);
  holdParts(value, body);
  holdTexts(value, body);
  holdDocuments(body);
  holdFields(line, body);
  holdUnpolluted();
}

function holdParts(type: string, body: Uint8Array): void {
  const size = type.length + body.length;
  const parts = timed(size, () => parseMultipart(type, body));
  const boundary = parameterOf(type, 'boundary');
  const known = boundary === undefined ? undefined : partsByTheBook(body, boundary);
  if (parts instanceof RemoteProtocolError) {
    hold(parts.code === 'bad-multipart' && parts.status === 400, 'parts-status');
  } else {
    hold(parts.length <= MOST_PARTS, 'parts-many');
    hold(parts.length === known?.length, 'parts-count', () => `${parts.length}`);
    for (const [index, part] of parts.entries()) {
      const whole = known[index] ?? '';
      const isPlain = !/content-transfer-encoding/i.test(whole);
      hold(
        isPlain ? whole.endsWith(latin1(part.body)) : part.body.length <= whole.length,
        'part-body',
        () => latin1(part.body),
      );
      hold(part.mediaType === part.mediaType.toLowerCase(), 'part-type');
      hold(!part.mediaType.includes(';'), 'part-type');
    }
  }
  const forms = timed(size, () => alternativesIn(type, body));
  if (!(forms instanceof RemoteProtocolError)) {
    hold(forms.chosen.contentType.startsWith('text/') || isText(forms.chosen), 'chosen-type');
    hold(forms.others.length < MOST_PARTS, 'forms-many');
    for (const form of [forms.chosen, ...forms.others]) holdContent(form, body);
  }
  const invite = new PartsOfInvite(claimed, 'text/plain');
  const mediaType = type.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const refusal = timed(size, () => invite.read(type, mediaType, body));
  hold(refusal === undefined || refusal.status >= 400, 'parts-refused');
  if (invite.first !== undefined) {
    hold(isText(invite.first), 'first-type', () => invite.first?.contentType ?? '');
    for (const form of [invite.first, ...(invite.first.alternatives ?? [])])
      holdContent(form, body);
  }
  holdWrapped(body);
}

function isText({ contentType }: Content): boolean {
  return contentType.toLowerCase().startsWith('text/');
}

/** What was taken is no more than there was, and text is text. */
function holdContent(content: Content, all: Uint8Array): void {
  hold(content.body.length <= 3 * all.length, 'content-grows');
  if (isText(content)) hold(isUtf8(content.body), 'content-charset', () => content.contentType);
}

function isUtf8(octets: Uint8Array): boolean {
  try {
    fatal.decode(octets);
    return true;
  } catch {
    return false;
  }
}

/** Whatever it is, it comes through as a part of something, as it is and as base64. */
function holdWrapped(body: Uint8Array): void {
  if (latin1(body).includes('--w')) return;
  const short = body.subarray(0, 8_000);
  const folded = Buffer.from(short).toString('base64').replaceAll(/.{76}/g, '$&\r\n');
  const whole = joined(
    utf8('--w\r\nContent-Type: x/y\r\n\r\n'),
    body,
    utf8(`\r\n--w\r\nContent-Transfer-Encoding: BASE64\r\n\r\n${folded}\r\n--w--`),
  );
  const parts = parseMultipart('multipart/mixed; boundary=w', whole);
  if (parts instanceof RemoteProtocolError) throw parts;
  const [plain, coded, more] = parts;
  hold(more === undefined && plain !== undefined && sameOctets(plain.body, body), 'part-differs');
  hold(coded !== undefined && sameOctets(coded.body, short), 'base64-part-differs');
}

function holdTexts(value: string, body: Uint8Array): void {
  const octets = timed(value.length, () => fromBase64(value));
  if (octets !== undefined) {
    const again = Buffer.from(octets).toString('base64').replaceAll('=', '');
    const said = value.replaceAll('=', '').replaceAll('-', '+').replaceAll('_', '/');
    hold(again === said, 'base64-other-text', () => value);
  }
  for (const charset of [value, 'utf-8', 'utf-16', 'utf-16be', 'iso-8859-1']) {
    const text = timed(body.length, () => toUtf8(body, charset));
    if (text === undefined) continue;
    hold(isUtf8(text) && text.length <= 3 * body.length, 'charset-text', () => charset);
    hold(charset !== 'utf-8' || text === body, 'charset-copies');
  }
}

function holdDocuments(body: Uint8Array): void {
  const invitation = timed(body.length, () => parseConferenceInvitation(body));
  if (invitation !== undefined) {
    const { focusUri, subject, firstMessage } = invitation;
    hold(/^sips?:[^\s<>"]+$/i.test(focusUri), 'focus-uri', () => focusUri);
    hold(focusUri.length <= 1_024 && body.length <= 16_384, 'focus-long');
    hold(subject !== '' && firstMessage !== '', 'conference-empty');
    const length = focusUri.length + (subject?.length ?? 0) + (firstMessage?.length ?? 0);
    hold(length < body.length, 'conference-grows');
  }
  const news = timed(body.length, () => parseKeyboardActivity(body));
  if (news !== undefined) {
    hold(news === 'idle' || latin1(body).includes('type'), 'typing-active');
    hold(parseKeyboardActivity(printKeyboardActivity(news)) === news, 'typing-differs');
  }
  const fragment = timed(body.length, () => parseSipfrag(body));
  if (fragment !== undefined) {
    const { status, text } = fragment;
    hold(status >= 100 && status < 700, 'fragment-status', () => String(status));
    hold(!/[\r\n]/.test(text) && text.length <= 160, 'fragment-text');
    hold(parseSipfrag(printSipfrag(status))?.status === status, 'fragment-differs');
  }
}

const PART = '--b\r\nContent-Type: ';
const NESTED = (depth: number): string =>
  depth === 0
    ? 'x'
    : `--b${depth}\r\nContent-Type: multipart/mixed;boundary=b${depth - 1}\r\n\r\n${NESTED(depth - 1)}\r\n--b${depth}--`;

/** One of each kind: a value, and a body. */
const PLAIN = [
  `multipart/mixed;boundary=b4\n${NESTED(4)}`,
  `multipart/mixed;boundary=b\n${PART}application/sdp\r\n\r\nv=1\r\n--b--`,
  `multipart/mixed;boundary=b\n${PART}application/sdp\r\nContent-Disposition: session;handling=optional\r\n\r\nv=1\r\n--b--`,
  `multipart/mixed;boundary=b\n${PART}application/x-own\r\n\r\nx\r\n${PART}application/y\r\n\r\n1234567\r\n--b--`,
  `multipart/mixed;boundary=b\n${PART}image/png\r\nContent-Disposition: x;handling=optional\r\n\r\nx\r\n--b--`,
  `multipart/alternative;boundary=b\n${PART}application/sdp\r\n\r\nv=1\r\n${PART}application/sdp\r\n\r\nv=0\r\no=- 1 1 IN IP4 192.0.2.2\r\ns=-\r\nc=IN IP4 192.0.2.2\r\nt=0 0\r\nm=message 5080 sip null\r\n\r\n--b--`,
  `multipart/alternative;boundary=b\n${PART}application/sdp\r\n\r\nv=0\r\no=- 1 1 IN IP4 192.0.2.2\r\ns=-\r\nc=IN IP4 192.0.2.2\r\nt=0 0\r\nm=audio 5080 RTP/AVP 0\r\n\r\n--b--`,
  `multipart/alternative;boundary=b\n${PART}text/html;charset=iso-8859-1\r\n\r\nhi\r\n${PART}text/plain;charset=iso-8859-1\r\n\r\nhi\r\n--b--`,
  `multipart/alternative;boundary=b\n${PART}text/html\r\n\r\nhi\r\n${PART}text/x;charset=koi8-r\r\n\r\nhi\r\n--b--`,
  `multipart/alternative;boundary=b\n${PART}image/png\r\n\r\nx\r\n--b--`,
  `multipart/alternative;boundary=b\n${PART}image/png\r\nContent-Disposition: x;handling=optional\r\n\r\nx\r\n--b--`,
  `multipart/alternative;boundary=b\n${PART}multipart/mixed;boundary=c\r\n\r\n--c--\r\n--b--`,
  `multipart/mixed;boundary=b\n--b\r\nContent-Type: x\r\n--b--`,
  `multipart/mixed;boundary=b\n--b\r\nX: ${'x'.repeat(4_100)}\r\n--b--`,
  'x\n<Conferencing><focus-uri>sip:a@b</focus-uri><im><available>true</available></im><audio available="1"/><video/></Conferencing>',
  'x\n<Conferencing><focus-uri>sip:a@b</focus-uri><im><first-im>hi</first-im></im></Conferencing>',
  'x\n<Conferencing><subject>x</subject></Conferencing>',
  'application/xml\n<KeyboardActivity><status status="type"/><status/></KeyboardActivity>',
  'application/xml\n<KeyboardActivity><status status="type"/></KeyboardActivity>',
  'text/plain;ms-body=aGVsbG8=\nx',
  ...['<sip:c@d?Replaces=%zz>', '<sip:c@d?Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc>', '<sip:a b>'],
  ...['<sip:c@d;method=BYE>', '<sip:[>', 'tel:+1', 'a;to-tag=;from-tag="";early-only', '"x'],
  ...['a;to-tag="";from-tag=f', 'a;to-tag=t;from-tag=""', '120;refresher=uas', '120;refresher="'],
  ...['ms-source-network=publiccloud', 'ms-source-type=InternetUser'],
  'a(1)@[2001:db8::1]:5060;to-tag=t;from-tag=f',
];

/** The bodies of the message files, with each of the values that may stand before them. */
function seeds(): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
  for (const bytes of messages()) {
    const message = parseMessage(bytes);
    if (message.type === 'malformed') continue;
    const names = ['Content-Type', 'Refer-To', 'Replaces', 'Session-Expires', 'ms-text-format'];
    for (const value of [message.contentType, ...names.map((name) => message.get(name))])
      if (value !== undefined) found.push(joined(octetsOf(`${value}\n`), message.body));
  }
  const xml = fileURLToPath(new URL('../../packages/adapters/sip/test/fixtures/', import.meta.url));
  for (const name of ['xml/pi.xml', 'xml/deep-10000.xml', 'sip-dos/multipart-parts-4000.sip'])
    found.push(joined(utf8('x\n'), new Uint8Array(readFileSync(xml + name)).slice(0, 66_000)));
  for (const text of PLAIN) found.push(utf8(text));
  // Parameters without an end, and lines that almost part something.
  found.push(utf8(`multipart/mixed${';'.repeat(4_000)}\nx`));
  found.push(
    utf8(
      `multipart/mixed;boundary=b\n${`--b\r\nContent-Disposition: €${';'.repeat(3_900)}\r\n\r\nx\r\n`.repeat(16)}--b--`,
    ),
    utf8(`multipart/mixed;boundary=b\n--b\r\n\r\n${'\r\n--b x'.repeat(8_000)}\r\n--b--`),
    utf8(`<sip:a@b?Replaces=${'%41'.repeat(300)}>\n`),
    utf8(
      `text/plain;ms-body=${'A'.repeat(4_000)}\n<Conferencing><focus-uri>sip:${'a'.repeat(1_100)}</focus-uri></Conferencing>`,
    ),
  );
  return found;
}

export const target = octetTarget({
  name: 'body',
  covers: [
    ...[
      'alternatives',
      'application-types',
      'base64',
      'charset',
      'multipart',
      'parts-of-invite',
    ].map((file) => `body/${file}`),
    ...['conference-invitation', 'dialect', 'embedded-message', 'info', 'keyboard-activity'].map(
      (file) => `dialect/${file}`,
    ),
    'dialect/source-network',
    ...['refer-to', 'session-expires', 'session-timer', 'sipfrag'].map((file) => `dialog/${file}`),
    'syntax/replaces',
  ].map((file) => `packages/adapters/sip/src/${file}.ts`),
  seeds,
  grammar: (chance) => {
    const text = valueAndBody(chance);
    return chance.chance(0.5) ? utf8(text) : octetsOf(text);
  },
  words: [
    ...['--b', '--b--', '\r\n', '\r\n\r\n', ';', '=', '"', 'boundary=', '\n', '--', 'charset='],
    ...['Content-Type: ', 'text/plain', 'multipart/alternative', 'handling=optional', 'base64'],
    ...['Content-Transfer-Encoding: ', ';to-tag=', ';from-tag=', ';early-only', '?Replaces='],
    ...['%3B', '%', ';refresher=', 'uac', 'SIP/2.0 ', 'ms-body=', 'msgr=', 'utf-16', '<im/>'],
    ...['<subject>', '</subject>', '<first-im>', 'available="', 'sip:', '\xff', '\ufeff'],
  ],
  run,
});
