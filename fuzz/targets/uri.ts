/** URIs, name-addrs, Via values, lists and addresses: read, printed, read again. */
import { Address, LocalProtocolError } from '@usher/core';
import type { SeededChance } from '@usher/core/testing';

import { endOfHost, plainHost } from '../../packages/adapters/sip/src/syntax/host.js';
import { DEFAULT_LIMITS } from '../../packages/adapters/sip/src/syntax/limits.js';
import { splitList } from '../../packages/adapters/sip/src/syntax/list.js';
import {
  isUriShaped,
  type NameAddr,
  parseNameAddr,
  printNameAddr,
} from '../../packages/adapters/sip/src/syntax/name-addr.js';
import { uriEquals } from '../../packages/adapters/sip/src/syntax/uri-equality.js';
import { parseUri, printUri, toAddress } from '../../packages/adapters/sip/src/syntax/uri.js';
import { numericAddress } from '../../packages/adapters/sip/src/transport/numeric-address.js';
import { messages } from '../corpora.js';
import { anyUri, nameAddr, sipUri, via } from '../grammar/uri.js';
import { usually } from '../grammar/words.js';
import { octetTarget } from '../octet-target.js';
import { latin1, utf8 } from '../octets.js';
import { holdUnpolluted, tried } from '../rules/message-rules.js';
import { holdVia } from '../rules/via-rules.js';
import { timed } from '../stopwatch.js';
import { hold } from '../target.js';

const lenient = new TextDecoder('utf-8');

/** Two texts, as they might stand in a head: with no control characters but tabs. */
function run(bytes: Uint8Array): void {
  const [one = '', other = ''] = lenient
    .decode(bytes)
    // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
    .replaceAll(/[\0-\x08\x0b-\x1f\x7f]/g, '\ufffd')
    .split('\n', 2);
  holdUri(one, other);
  holdNameAddr(one);
  holdVia(one);
  holdList(one);
  holdAddress(one);
  holdHost(one);
  holdUnpolluted();
}

function holdUri(text: string, second: string): void {
  const uri = timed(text.length, () => parseUri(text));
  if (uri === undefined) return;
  const printed = printUri(uri);
  hold(isUriShaped(text), 'uri-shape', () => text);
  hold(uri.params.size <= DEFAULT_LIMITS.params, 'uri-params');
  const again = parseUri(printed);
  hold(again !== undefined, 'uri-unreadable', () => printed);
  hold(printUri(again) === printed, 'uri-differs', () => `${printed} ${printUri(again)}`);
  hold(
    uriEquals(uri, again) && uriEquals(again, uri) && uriEquals(uri, uri),
    'uri-unequal',
    () => printed,
  );
  hold(
    /^sips?$/.test(uri.scheme) &&
      text.slice(0, 5).toLowerCase().startsWith(`${uri.scheme}:`.slice(0, 5)),
    'uri-scheme',
  );
  hold(uri.port === undefined || (uri.port > 0 && uri.port < 65_536), 'uri-port');
  const other = parseUri(second);
  if (other !== undefined) hold(uriEquals(uri, other) === uriEquals(other, uri), 'uri-equality');
  const address = toAddress(text);
  if (address !== undefined) hold(address.host === uri.host, 'uri-address', () => text);
}

function holdNameAddr(text: string): void {
  const value = timed(text.length, () => tried(() => parseNameAddr(text)));
  if (value === undefined) return;
  hold(value.raw === text, 'name-addr-raw');
  hold((value.displayName ?? '').length <= DEFAULT_LIMITS.displayName, 'name-addr-limit');
  hold(value.params.size <= DEFAULT_LIMITS.params, 'name-addr-many-params');
  const printed = printNameAddr(value);
  const again = tried(() => parseNameAddr(printed));
  hold(again !== undefined, 'name-addr-unreadable', () => `${text}\n${printed}`);
  hold(again.uri === value.uri, 'name-addr-uri');
  hold(again.displayName === value.displayName, 'name-addr-name', () => printed);
  hold(same(again.params, value.params), 'name-addr-params', () => `${text}\n${printed}`);
  holdMap(value.params);
  hold(printNameAddr(again) === printed, 'name-addr-differs');
}

/** The few parameters are a map like any other. */
function holdMap(params: NameAddr['params']): void {
  const map = new Map(params);
  const visited: string[] = [];
  params.forEach((_value, name, whole) => visited.push(whole === params ? name : ''));
  hold(
    map.size === params.size && visited.join(' ') === [...params.keys()].join(' '),
    'params-keys',
  );
  hold(JSON.stringify([...map.values()]) === JSON.stringify([...params.values()]), 'params-values');
  for (const name of [...map.keys(), 'constructor', '__proto__', 'toString']) {
    hold(
      params.has(name) === map.has(name) && params.get(name) === map.get(name),
      'params-get',
      () => name,
    );
  }
}

function holdList(text: string): void {
  const values = timed(text.length, () => splitList(text));
  hold(text.length > 0 || values.length === 0, 'list-of-nothing');
  const again = splitList(values.join(', '));
  hold(again.join('\n') === values.join('\n') || !text.includes(','), 'list-differs', () =>
    JSON.stringify([values, again]),
  );
}

function holdAddress(text: string): void {
  const address = timed(text.length, () => Address.from(text));
  if (address === undefined) {
    hold(tried(() => parsed(text)) === undefined, 'address-parsed');
    return;
  }
  const printed = address.toString();
  const again = Address.from(printed);
  hold(again !== undefined, 'address-unreadable', () => printed);
  hold(
    again.equals(address) && address.equals(again) && again.toString() === printed,
    'address-differs',
    () => `${printed} ${again.toString()}`,
  );
  hold(Address.parse(printed).toJSON() === printed, 'address-json');
  const secure = Address.from(printed.replace(/^sips?:/, 'sips:'));
  // One letter more may be one too many.
  const isLongest = secure === undefined && printed.length === DEFAULT_LIMITS.requestUri;
  hold(
    isLongest || (secure?.equals(address) === true && address.equals(secure)),
    'address-secure',
    () => printed,
  );
  try {
    printNameAddr({ uri: printed });
  } catch (error) {
    if (!(error instanceof LocalProtocolError)) throw error;
    hold(false, 'address-unprintable', () => printed);
  }
}

function parsed(text: string): Address | undefined {
  try {
    return Address.parse(text);
  } catch (error) {
    if (error instanceof LocalProtocolError && error.code === 'bad-address') return undefined;
    throw error;
  }
}

function holdHost(text: string): void {
  const end = endOfHost(text, 0);
  hold(end === -1 || (end > 0 && end <= text.length), 'host-end');
  if (end < 0) return;
  const host = text.slice(0, end);
  const plain = plainHost(host);
  hold(plainHost(plain) === plain, 'host-differs', () => `${host} ${plain}`);
  hold(endOfHost(plain, 0) === plain.length, 'host-unreadable', () => plain);
  const numeric = numericAddress(host);
  hold(
    numeric === undefined || /^[\d.]+$/.test(numeric) || numeric.includes(':'),
    'host-numeric',
    () => host,
  );
}

function same(
  a: ReadonlyMap<string, string | undefined>,
  b: ReadonlyMap<string, string | undefined>,
): boolean {
  return JSON.stringify([...a]) === JSON.stringify([...b]);
}

/** What stands in the header fields of the corpora. */
function seeds(): readonly Uint8Array[] {
  const values = new Set<string>();
  for (const bytes of messages()) {
    for (const line of latin1(bytes).split('\r\n').slice(0, 40)) {
      const [, name = '', value = ''] =
        /^(via|v|from|f|to|t|contact|m|route|record-route)\s*:\s*(.{1,300})/i.exec(line) ?? [];
      if (name === '') continue;
      values.add(value);
      values.add(`${/<([^>]*)>/.exec(value)?.[1] ?? value}\n${value}`);
    }
  }
  // As many parameters as there may be, and one more.
  for (const count of [DEFAULT_LIMITS.params, DEFAULT_LIMITS.params + 1]) {
    const params = Array.from({ length: count }, (_, at) => `;p${at}`).join('');
    values.add(`sip:a@example.com${params}\n`);
    values.add(`<sip:a@example.com>${params}\n`);
    values.add(`SIP/2.0/UDP 192.0.2.7${params}\n`);
  }
  return [...values].map(utf8);
}

/** Two URIs that are the same, or nearly. */
function pairOf(uri: string, chance: SeededChance): string {
  const [one = '', ...params] = uri.split(';');
  const other = usually(chance, [
    [one, ...params.toReversed()].join(';'),
    `${uri};x=1`,
    `${uri};ttl=1`,
    uri.replace(/%([0-9a-f]{2})/g, (_, digits: string) => `%${digits.toUpperCase()}`),
    uri.replace('alice', '%61lice'),
    uri.replace('2001:db8::1', '2001:DB8:0:0:0:0:0:1').replace('[::1]', '[0:0:0:0:0:0:0:1]'),
    `${uri}?a=b`,
    uri.replace('a=b', 'a=c'),
  ]);
  return `${other}\n${uri}`;
}

export const target = octetTarget({
  name: 'uri',
  covers: [
    ...[
      'uri',
      'uri-equality',
      'host',
      'name-addr',
      'via',
      'list',
      'parameters',
      'quoted-string',
      'characters',
      'whole-number',
    ].map((file) => `packages/adapters/sip/src/syntax/${file}.ts`),
    ...['stamp-via', 'answer-flow', 'numeric-address'].map(
      (file) => `packages/adapters/sip/src/transport/${file}.ts`,
    ),
    'packages/core/src/words/address.ts',
  ],
  seeds,
  grammar: (chance) =>
    utf8(
      chance.chance(0.2)
        ? pairOf(sipUri(chance), chance)
        : `${usually(chance, [nameAddr(chance), anyUri(chance), via(chance), `${nameAddr(chance)}, ${nameAddr(chance)}`])}\n${anyUri(chance)}`,
    ),
  words: [
    ...[
      'sip:',
      'sips:',
      'tel:',
      '<',
      '>',
      '"',
      '\\',
      ';',
      ',',
      '?',
      '&',
      '=',
      '%41',
      '%00',
      '%',
      '[',
      ']',
      '::',
      ':',
    ],
    ...[
      'SIP/2.0/UDP ',
      ';branch=z9hG4bK',
      ';rport',
      ';received=',
      ';tag=',
      '\n',
      '\t',
      ' ',
      '[::1]',
      '1.2.3.4',
      '@',
    ],
    ...[
      ';transport=tcp',
      ';lr',
      ';oc',
      ';oc-algo="loss"',
      'é',
      '\ufffd',
      '__proto__',
      'constructor',
      ':65535',
    ],
  ],
  run,
});
