/** Whole SIP messages, drawn from their grammar, now and then with something wrong (RFC 3261, 7 and 20). */
import type { SeededChance } from '@usher/core/testing';

import { latin1, octetsOf, utf8 } from '../octets.js';
import { anyUri, nameAddr, sipUri, via } from './uri.js';
import { few, parameters, quotedString, several, space, token, usually } from './words.js';
import { sdpText } from './sdp.js';
import { composingText } from './xml.js';

/** What a message is about, where that is given. */
export interface MessageKind {
  readonly type?: 'request' | 'response';
  readonly method?: string;
}

type Make = (chance: SeededChance) => string;

/** Header fields that may stand in any message. */
const FIELDS: readonly (readonly [name: string, make: Make])[] = [
  [
    'Contact',
    (chance) =>
      usually(chance, [
        nameAddr(chance),
        '*',
        `${nameAddr(chance)}, ${nameAddr(chance)}`,
        `<${sipUri(chance)}>;isfocus`,
      ]),
  ],
  ['Record-Route', (chance) => routes(chance)],
  ['Route', (chance) => routes(chance)],
  ['Require', (chance) => list(chance)],
  ['Proxy-Require', (chance) => list(chance)],
  ['Supported', (chance) => list(chance)],
  ['Expires', (chance) => number(chance)],
  [
    'Retry-After',
    (chance) => `${number(chance)}${usually(chance, ['', ' (busy)', ';duration=60', ' x'])}`,
  ],
  [
    'Reason',
    (chance) =>
      usually(chance, [
        'SIP ;cause=200 ;text="Call completed elsewhere"',
        `Q.850;cause=16`,
        `${token(chance)}${parameters(chance)}`,
        ';',
        '',
      ]),
  ],
  [
    'Content-Disposition',
    (chance) =>
      `${usually(chance, ['session', 'render', '', '"'])}${usually(chance, ['', ';handling=optional', ';handling=required', parameters(chance)])}`,
  ],
  [
    'Subject',
    (chance) => usually(chance, ['hello', 'é 停 😀', '', quotedString(chance), 'a\r\n b']),
  ],
  [
    'Accept',
    (chance) =>
      usually(chance, [
        'application/sdp',
        '*/*',
        'text/nobodyKnowsThis',
        'application/*;q=0.1, text/plain',
        ',',
      ]),
  ],
  ['Content-Encoding', (chance) => usually(chance, ['identity', 'gzip', 'Identity'])],
  ['User-Agent', () => 'Softphone Beta1.5 (x; y)'],
  ['Date', () => 'Sat, 13 Nov 2010 23:29:00 GMT'],
  ['Timestamp', (chance) => number(chance)],
  ['Allow', () => 'INVITE, ACK'],
  ['Event', () => 'presence'],
  ['Replaces', () => 'x@y;to-tag=1;from-tag=2'],
  ['Session-Expires', () => '90'],
  ['Refer-To', (chance) => `<${anyUri(chance)}>`],
  ['Resource-Priority', () => 'q735.0'],
  [
    'History-Info',
    (chance) =>
      `${nameAddr(chance)};index=1, <sip:b@example.com?Reason=SIP%3Bcause%3D302>;index=1.1`,
  ],
  ['Diversion', (chance) => nameAddr(chance, ';reason=user-busy;counter=1')],
  ['P-Asserted-Identity', (chance) => nameAddr(chance)],
  [
    'Authorization',
    () => 'Digest username="alice", realm="example.com", nonce="n", uri="sip:x", response="0"',
  ],
  [
    'WWW-Authenticate',
    () => 'Digest realm="example.com", nonce="n", qop="auth", algorithm=SHA-256',
  ],
  ['Warning', () => '399 x "y"'],
  ['Conversation-ID', (chance) => token(chance)],
  ['__proto__', () => 'polluted'],
  ['constructor', () => 'x'],
  ['X-Long', (chance) => 'x'.repeat(chance.pick([10, 4_095, 4_096, 4_097]))],
  ['X-Empty', () => ''],
  [`X-${'n'.repeat(200)}`, () => 'y'],
];

const COMPACT = new Map([
  ['Via', 'v'],
  ['From', 'f'],
  ['To', 't'],
  ['Call-ID', 'i'],
  ['Contact', 'm'],
  ['Content-Length', 'l'],
  ['Content-Type', 'c'],
  ['Subject', 's'],
  ['Supported', 'k'],
  ['Content-Encoding', 'e'],
  ['Refer-To', 'r'],
  ['Event', 'o'],
  ['Session-Expires', 'x'],
]);

/** One message, as octets. */
export function sipMessage(chance: SeededChance, kind: MessageKind = {}): Uint8Array {
  const type = kind.type ?? (chance.chance(0.75) ? 'request' : 'response');
  const method =
    kind.method ??
    usually(chance, [
      'INVITE',
      'MESSAGE',
      'ACK',
      'BYE',
      'CANCEL',
      'OPTIONS',
      'REGISTER',
      'NOTIFY',
      'invite',
      token(chance),
    ]);
  const fields: [name: string, value: string][] = [
    ...several(
      1 + (chance.chance(0.1) ? few(chance, 75) : few(chance, 2)),
      (): [string, string] => [
        'Via',
        usually(chance, [
          via(chance),
          `${via(chance)}${space(chance)},${space(chance)}${via(chance)}`,
        ]),
      ],
    ),
    ['From', nameAddr(chance, `;tag=${token(chance)}`)],
    ['To', nameAddr(chance, usually(chance, ['', `;tag=${token(chance)}`, ';tag', ';tag=']))],
    ['Call-ID', usually(chance, [`${token(chance)}@${token(chance)}`, '"<>{}[]\\/?', 'a b', ''])],
    [
      'CSeq',
      `${usually(chance, ['1', '0', '2147483647', '2147483648', '4294967297', '01', '-1', 'x'])}${usually(chance, [' ', '\t', '  ', '\r\n ', ''])}${usually(chance, [method, 'INVITE', ''])}`,
    ],
  ];
  if (type === 'request')
    fields.push(['Max-Forwards', usually(chance, ['70', '0', '255', '256', '-1', ''])]);
  for (let more = few(chance, 6); more > 0; more -= 1) {
    const [name, make] = FIELDS[chance.integer(FIELDS.length)] ?? ['X', token];
    fields.push([name, make(chance)]);
  }
  const [contentType, body] = bodyOf(chance);
  if (contentType !== '') fields.push(['Content-Type', contentType]);
  if (chance.chance(0.85)) fields.push(['Content-Length', lengthOf(body, chance)]);
  // Out of order, and one of them missing or twice, as it comes.
  if (chance.chance(0.3)) swap(fields, chance);
  if (chance.chance(0.1)) fields.splice(chance.integer(fields.length), 1);
  if (chance.chance(0.1)) fields.push(fields[chance.integer(fields.length)] ?? ['X', '1']);
  const lines = fields.map(
    ([name, value]) =>
      `${spelt(name, chance)}${usually(chance, [': ', ':', ' : ', '\t:', ':\t', ':\r\n '])}${value}`,
  );
  const head = `${startLine(type, method, chance)}\r\n${lines.join('\r\n')}\r\n\r\n`;
  return octetsOf(latin1(utf8(usually(chance, ['', '\r\n\r\n', '\r\n']) + head)) + body);
}

function startLine(type: 'request' | 'response', method: string, chance: SeededChance): string {
  if (type === 'request') {
    const version = usually(chance, ['SIP/2.0', 'sip/2.0', 'SIP/7.0', 'SIP/2.0 ', 'HTTP/1.1', '']);
    const uri = chance.chance(0.05)
      ? `sip:${'u'.repeat(chance.pick([1_000, 1_024, 2_000]))}@example.com`
      : anyUri(chance);
    return `${method}${usually(chance, [' ', '  ', '\t'])}${uri}${usually(chance, [' ', '  '])}${version}`;
  }
  const status = usually(chance, [
    '200',
    '100',
    '180',
    '183',
    '302',
    '401',
    '407',
    '481',
    '503',
    '699',
    '700',
    '99',
    '1000',
    '2x0',
    '',
  ]);
  return `${usually(chance, ['SIP/2.0', 'sip/2.0', 'SIP/3.0', 'SIP/2'])} ${status}${usually(chance, [' OK', '', ' ', '  two', '停電', ' a\tb'])}`;
}

/** A body and its type, the body one character for each octet. */
function bodyOf(chance: SeededChance): readonly [type: string, body: string] {
  return usually(chance, [
    ['text/plain', latin1(utf8('hello 😀'))],
    ['application/sdp', latin1(utf8(sdpText(chance)))],
    ['application/im-iscomposing+xml', latin1(utf8(composingText(chance)))],
    ['', ''],
    ['text/html;charset=utf-8', '<b>hi</b>'],
    ['text/plain', '\xff\xfe\x00'],
    ['multipart/mixed;boundary=x', '--x\r\n\r\nA\r\n--x--\r\n'],
    ['application/octet-stream', latin1(chance.octets(few(chance, 200)))],
    ['text/plain', 'x'.repeat(chance.chance(0.1) ? chance.pick([65_000, 65_536, 65_537]) : 1_300)],
    ['', 'no type'],
    ['/', 'x'],
  ]);
}

function lengthOf(body: string, chance: SeededChance): string {
  const length = body.length;
  return usually(chance, [
    String(length),
    String(length + 1),
    String(Math.max(length - 1, 0)),
    '0',
    '-1',
    'x',
    '',
    ` ${length} `,
    `0${length}`,
    '99999999999',
  ]);
}

function routes(chance: SeededChance): string {
  const count = chance.chance(0.1) ? chance.pick([16, 17]) : 1 + few(chance, 2);
  return several(count, () =>
    usually(chance, [`<sip:p1.example.com;lr>`, nameAddr(chance), '<sip:p2.example.com>']),
  ).join(usually(chance, [', ', ',', ' , ', ',,']));
}

function list(chance: SeededChance): string {
  return several(few(chance, 4), () => usually(chance, ['100rel', token(chance), ''])).join(',');
}

function number(chance: SeededChance): string {
  return usually(chance, ['60', '0', '300', '4294967295', '4294967296', '-1', '1.5', 'x', '']);
}

function spelt(name: string, chance: SeededChance): string {
  return usually(chance, [name, COMPACT.get(name) ?? name, name.toLowerCase(), name.toUpperCase()]);
}

function swap(items: unknown[], chance: SeededChance): void {
  const a = chance.integer(items.length);
  const b = chance.integer(items.length);
  const [one, other] = [items[a], items[b]];
  if (one === undefined || other === undefined) return;
  items[a] = other;
  items[b] = one;
}
