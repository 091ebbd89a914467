/** The last gate: what is printed of parts made by chance reads back as those parts, or is refused. */
import type { SeededChance } from '@usher/core/testing';

import { printSdp } from '../../packages/adapters/sip/src/sdp/sdp-printer.js';
import { parseSdp } from '../../packages/adapters/sip/src/sdp/sdp-parser.js';
import { DEFAULT_LIMITS } from '../../packages/adapters/sip/src/syntax/limits.js';
import {
  type NameAddr,
  parseNameAddr,
  printNameAddr,
} from '../../packages/adapters/sip/src/syntax/name-addr.js';
import { parseMessage } from '../../packages/adapters/sip/src/syntax/parser.js';
import {
  type Field,
  printRequest,
  printResponse,
} from '../../packages/adapters/sip/src/syntax/printer.js';
import { parseUri } from '../../packages/adapters/sip/src/syntax/uri.js';
import { botTexts } from '../corpora.js';
import { few, several, usually } from '../grammar/words.js';
import { latin1, octetsOf, utf8 } from '../octets.js';
import { holdHead } from '../rules/message-rules.js';
import { printed } from '../rules/printed.js';
import { timed } from '../stopwatch.js';
import { hold, type Target } from '../target.js';

/** What is to be printed. */
interface Parts {
  readonly type: 'request' | 'response';
  /** The method and the Request-URI; or the status and the reason phrase. */
  readonly first: string;
  readonly second: string;
  readonly fields: readonly Field[];
  /** One character for each octet. */
  readonly body: string;
}

const NAMES = ['Subject', 'X-Own', 'Warning', 'Reason', 'Content-Type', 'User-Agent'] as const;
const texts = botTexts().map((text) => text.slice(0, 3_000));
const PIECES = [
  ...[
    '\r\n',
    '\n',
    '\r',
    '\0',
    '\t',
    ' ',
    '"',
    '\\',
    '<',
    '>',
    ';',
    ',',
    ':',
    '=',
    '@',
    '%0d%0a',
    '\x7f',
    '\u0085',
    '\u2028',
  ],
  ...[
    '\ud83d',
    '\ude00',
    '😀',
    'é',
    'a',
    'tag=1',
    'Via: x',
    'sip:a@b',
    '\r\nX-Evil: 1',
    '\r\n\r\n',
    '\ufeff',
    '\ufffd',
    'x'.repeat(200),
  ],
] as const;

function anyText(chance: SeededChance): string {
  if (chance.chance(0.1)) return texts[chance.integer(texts.length)] ?? '';
  return several(few(chance, 6), () => chance.pick(PIECES)).join('');
}

function field(chance: SeededChance): Field {
  const name = usually(chance, [
    chance.pick(NAMES),
    'Content-Length',
    'l',
    anyText(chance),
    'X-Y',
    'Via',
    'From',
  ]);
  return [name, anyText(chance)];
}

function generate(chance: SeededChance): Parts {
  const request = chance.chance(0.5);
  const method = usually(chance, ['MESSAGE', 'INVITE', anyText(chance)]);
  const fields: Field[] = [
    ['Via', 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1'],
    ['From', '<sip:a@b>;tag=1'],
    ['To', '<sip:c@d>'],
    ['Call-ID', '1'],
    ['CSeq', `1 ${request ? method : 'MESSAGE'}`],
    ...several(few(chance, 4), () => field(chance)),
  ];
  return {
    type: request ? 'request' : 'response',
    first: request ? method : usually(chance, ['200', '486', '99', '700', '1e2', 'NaN', '200.5']),
    second: request
      ? usually(chance, ['sip:c@d', `sip:${anyText(chance)}`, anyText(chance)])
      : anyText(chance),
    fields,
    body: latin1(chance.octets(few(chance, 40))),
  };
}

function mutate(parts: Parts, other: Parts, chance: SeededChance): Parts {
  const { fields } = parts;
  switch (chance.integer(4)) {
    case 0:
      return { ...parts, fields: [...fields, field(chance)] };
    case 1:
      return { ...parts, second: parts.second + anyText(chance) };
    case 2:
      return { ...parts, fields: [...fields.slice(0, 5), ...other.fields.slice(5), field(chance)] };
    default: {
      const at = chance.integer(fields.length);
      const [name = '', value = ''] = fields[at] ?? [];
      return {
        ...parts,
        fields: fields.with(at, [
          name,
          chance.chance(0.5) ? value + anyText(chance) : anyText(chance) + value,
        ]),
      };
    }
  }
}

function* shrink(parts: Parts): Generator<Parts> {
  const { fields } = parts;
  for (let at = 5; at < fields.length; at += 1) yield { ...parts, fields: fields.toSpliced(at, 1) };
  for (const [at, [name, value]] of fields.entries()) {
    if (at >= 5 && value.length > 1) {
      yield { ...parts, fields: fields.with(at, [name, value.slice(0, value.length >> 1)]) };
      yield { ...parts, fields: fields.with(at, [name, value.slice(value.length >> 1)]) };
    }
  }
  if (parts.body !== '') yield { ...parts, body: '' };
  if (parts.second.length > 1) yield { ...parts, second: parts.second.slice(0, -1) };
}

function run(parts: Parts): void {
  const { type, first, second, fields } = parts;
  const body = octetsOf(parts.body);
  const bytes = timed(4_096, () =>
    printed(() =>
      type === 'request'
        ? printRequest(first, second, fields, body)
        : printResponse(Number(first), second, fields, body),
    ),
  );
  holdOthers(parts);
  if (bytes === undefined) return;
  holdHead(
    bytes,
    fields.map(([name, value]) => [name, value]),
  );
  const read = parseMessage(bytes);
  if (read.type === 'malformed') {
    // What is beyond a limit, or of another grammar: whoever reads it will refuse it. It is no other message for that.
    hold(
      /^(?:bad|request-uri|duplicate|header-too|head-too|cseq|missing|too-many|display)/.test(
        read.error.code,
      ),
      'print-unreadable',
      () => `${read.error.message}\n${latin1(bytes)}`,
    );
    return;
  }
  hold(read.type === type, 'print-type');
  const said = [...read.fields];
  hold(said.length === fields.length + 1, 'print-fields', () => latin1(bytes));
  for (const [index, [name, value]] of fields.entries()) {
    hold(said[index]?.[0] === name && said[index][1] === plain(value), 'print-field', () =>
      JSON.stringify([name, value, said[index]]),
    );
  }
  hold(latin1(read.body) === parts.body, 'print-body');
  if (read.type === 'request') hold(read.method === first && read.uri === second, 'print-line');
  else
    hold(read.status === Number(first) && read.reason === second, 'print-line', () =>
      JSON.stringify([second, read.reason]),
    );
}

/** White space around a value is no part of it. An escaped octet that nobody could print is the parser's to replace. */
function plain(value: string): string {
  return value.replaceAll(/^[ \t]+|[ \t]+$/g, '');
}

/** The same texts where smaller things are printed. */
function holdOthers({ fields, second }: Parts): void {
  const values = fields.slice(5).map(([, value]) => value);
  const [name = second, value = second] = values;
  holdNameAddr({ displayName: name, uri: 'sip:x@y', params: new Map([['p', value]]) });
  holdNameAddr({ displayName: undefined, uri: value, params: new Map([[name, undefined]]) });
  const word = {
    username: '-',
    id: '1',
    version: '1',
    address: { type: 'IP4', address: '192.0.2.1' },
  };
  const sdp = {
    origin: { ...word, username: name },
    name: value,
    times: ['0 0'],
    attributes: [{ name: 'x', value: name }],
    others: [{ type: 'i', value }],
    media: [
      {
        media: 'message',
        port: name.length * 700,
        ports: value.length % 3,
        protocol: 'sip',
        formats: values,
        attributes: [{ name: value }],
        others: [],
      },
    ],
  };
  const text = printed(() => printSdp(sdp));
  if (text === undefined) return;
  const read = parseSdp(text);
  hold(!(read instanceof Error), 'sdp-unreadable', () => latin1(text));
  hold(read.media.length === 1 && read.media[0]?.attributes.length === 1, 'sdp-lines', () =>
    latin1(text),
  );
  hold(
    read.name === value && read.origin.username === name && read.others.length === 1,
    'sdp-values',
    () => latin1(text),
  );
}

function holdNameAddr(value: Omit<NameAddr, 'raw'>): void {
  const text = printed(() => printNameAddr(value));
  if (text === undefined || (value.displayName ?? '').length > DEFAULT_LIMITS.displayName) return;
  // The printer of messages refuses what this one does not look for.
  if (printed(() => printResponse(200, 'x', [['Contact', text]])) === undefined) return;
  const read = parseNameAddr(text);
  hold(
    read.uri === value.uri && read.displayName === value.displayName,
    'name-addr-says-other',
    () => text,
  );
  hold(
    JSON.stringify([...read.params]) ===
      JSON.stringify([...value.params].map(([name, said]) => [name.toLowerCase(), said])),
    'name-addr-params',
    () => text,
  );
  if (parseUri(value.uri) !== undefined)
    hold(utf8(value.uri).length >= value.uri.length, 'name-addr-uri');
}

export const target: Target<Parts> = {
  name: 'printer',
  covers: [
    'syntax/printer',
    'syntax/name-addr',
    'sdp/sdp-printer',
    'syntax/quoted-string',
    'syntax/reason-phrases',
  ].map((file) => `packages/adapters/sip/src/${file}.ts`),
  seeds: () => [],
  generate,
  mutate,
  shrink,
  run,
  print: (parts) => JSON.stringify(parts),
  read: (said) => JSON.parse(said) as Parts,
};
