/** Numeric addresses: how far they reach, and which block they are in, in whichever way they are written. */
import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import type { SeededChance } from '@usher/core/testing';

import {
  AddressBlock,
  addressGroups,
} from '../../packages/adapters/sip/src/endpoint/address-block.js';
import { isNarrower } from '../../packages/adapters/sip/src/endpoint/scope.js';
import { sourceOf } from '../../packages/adapters/sip/src/overload/source-of.js';
import { endOfHost, plainHost } from '../../packages/adapters/sip/src/syntax/host.js';
import { numericAddress } from '../../packages/adapters/sip/src/transport/numeric-address.js';
import { several, usually } from '../grammar/words.js';
import { octetTarget } from '../octet-target.js';
import { latin1, octetsOf } from '../octets.js';
import { hold } from '../target.js';

/** One address of each reach, the narrowest first. */
const REACHES = ['0.0.0.0', '127.0.0.1', '169.254.1.1', '10.0.0.1', '192.0.2.1'] as const;

/** Two texts: an address, and a block or another address. */
function run(bytes: Uint8Array): void {
  const [one = '', other = ''] = latin1(bytes).split('\n', 2);
  holdGroups(one);
  holdReach(one);
  holdBlock(one, other);
  holdSource(one, other);
}

/** RFC 5952: the one way to write it. */
function canonical(address: string): string {
  return isIPv6(address) ? new URL(`http://[${address}]/`).hostname.slice(1, -1) : address;
}

function holdGroups(text: string): void {
  // Whatever it is: as a host of a URI it ends somewhere, and is the same in its plain form.
  const end = endOfHost(`[${text}]`, 0);
  hold(
    end === -1 ||
      plainHost(plainHost(`[${text}]`.slice(0, end))) === plainHost(`[${text}]`.slice(0, end)),
    'host-plain',
  );
  hold(
    numericAddress(text) === undefined || isIP(text) !== 0 || text.includes(':'),
    'numeric-of-nothing',
    () => text,
  );
  hold(sourceOf(text).length <= text.length + 20, 'source-grows', () => text);
  const groups = addressGroups(text);
  const bare = text.replace(/%.*$/s, '');
  hold(
    (groups !== undefined) === (isIP(bare) !== 0) ||
      text.length > 60 ||
      (bare !== text && !bare.includes(':')),
    'groups',
    () => text,
  );
  if (groups === undefined) return;
  hold(
    groups.length === 8 && groups.every((group) => group >= 0 && group <= 0xffff),
    'groups-of-eight',
  );
  const written = groups.map((group) => group.toString(16)).join(':');
  hold(
    JSON.stringify(addressGroups(written)) === JSON.stringify(groups),
    'groups-differ',
    () => text,
  );
  const plain = isIPv6(bare) ? canonical(bare) : bare;
  hold(
    JSON.stringify(addressGroups(plain)) === JSON.stringify(groups),
    'groups-canonical',
    () => `${text} ${plain}`,
  );
  // What is a numeric host in a URI is one to the system, and the same one.
  const host = bare.includes(':') ? `[${bare}]` : bare;
  if (endOfHost(host, 0) === host.length) {
    hold(numericAddress(host) === bare, 'numeric', () => host);
    if (bare.includes(':')) hold(plainHost(host) === `[${written}]`, 'plain-host', () => host);
  }
}

/** How far an address reaches does not depend on how it is written. */
function holdReach(text: string): void {
  if (isIP(text) === 0 || text.includes('%')) return;
  const forms = [
    text,
    canonical(text),
    text.toUpperCase(),
    (addressGroups(text) ?? []).map((group) => group.toString(16)).join(':'),
  ];
  for (const than of REACHES) {
    for (const direct of [true, false]) {
      const narrower = isNarrower(text, than, direct);
      for (const form of forms)
        hold(isNarrower(form, than, direct) === narrower, 'reach', () => `${text} ${form} ${than}`);
    }
  }
  // By the book: what the system would send to itself is narrower than anything public.
  const groups = addressGroups(text) ?? [];
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  const itself = mapped
    ? (groups[6] ?? 0) >> 8 === 127
    : groups.slice(0, 7).every((group) => group === 0) && groups[7] === 1;
  if (itself) hold(isNarrower(text, '192.0.2.1', true), 'reach-loopback', () => text);
}

function holdBlock(address: string, text: string): void {
  const block = AddressBlock.from(text);
  const [network = '', length] = text.split('/', 2);
  const kind = isIPv4(network) ? 'ipv4' : isIPv6(network) ? 'ipv6' : undefined;
  if (block === undefined) return;
  hold(kind !== undefined || network.includes('%'), 'block-of-nothing', () => text);
  const groups = addressGroups(address);
  if (groups === undefined || kind === undefined || isIP(address) === 0) return;
  const full = kind === 'ipv4' ? 32 : 128;
  const list = new BlockList();
  list.addSubnet(network, length === undefined ? full : Number(length), kind);
  // The system tells both families apart; here an address is the same one however it came.
  if ((kind === 'ipv4') !== isIPv4(address)) return;
  hold(
    block.contains(groups) === list.check(address, kind),
    'block-differs',
    () => `${address} ${text}`,
  );
}

/** RFC 6177: one network is one source. */
function holdSource(one: string, other: string): void {
  for (const text of [one, other]) {
    if (!isIPv6(text) || text.includes('.') || text.includes('%')) continue;
    const groups = addressGroups(text) ?? [];
    const prefix = groups
      .slice(0, 4)
      .map((group) => group.toString(16))
      .join(':');
    if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) continue;
    hold(sourceOf(text) === prefix, 'source', () => `${text}: ${sourceOf(text)}`);
  }
}

function addressText(chance: SeededChance): string {
  const number = (): number =>
    chance.pick([
      0,
      1,
      7,
      8,
      9,
      10,
      63,
      64,
      127,
      128,
      169,
      172,
      192,
      224,
      254,
      255,
      chance.integer(256),
    ]);
  const four = several(4, number).join('.');
  const group = (): string =>
    usually(chance, [
      chance.integer(65_536).toString(16),
      '0',
      'ffff',
      'fe80',
      'fc00',
      'ff02',
      '0001',
      '00',
      '12345',
      '',
    ]);
  return usually(chance, [
    four,
    several(8, group).join(':'),
    `${several(chance.integer(5), group).join(':')}::${several(chance.integer(5), group).join(':')}`,
    `::ffff:${four}`,
    `0:0:0:0:0:ffff:${chance.integer(65_536).toString(16)}:${chance.integer(65_536).toString(16)}`,
    usually(chance, [
      '0:0:0:0:0:0:0:1',
      '::1',
      '::',
      '0::1',
      '::ffff:7f00:1',
      '::127.0.0.1',
      '::FFFF:127.0.0.1',
      'fe80::1%eth0',
      '1:2:3:4:5:6:1.2.3.4',
    ]),
    usually(chance, [
      '012.0.0.1',
      '1.2.3',
      '1.2.3.4.5',
      '256.1.1.1',
      '1..2.3',
      'name.example.com',
      '',
    ]),
  ]);
}

export const target = octetTarget({
  name: 'address',
  covers: [
    'endpoint/address-block',
    'endpoint/scope',
    'overload/source-of',
    'transport/numeric-address',
    'syntax/host',
  ].map((file) => `packages/adapters/sip/src/${file}.ts`),
  seeds: () => [],
  grammar: (chance) =>
    octetsOf(
      `${addressText(chance)}\n${addressText(chance)}${usually(chance, ['', `/${chance.integer(33)}`, `/${chance.integer(129)}`, '/x', '/'])}`,
    ),
  words: [
    '::',
    ':',
    '.',
    '0',
    'ffff',
    '127.0.0.1',
    '::1',
    '%1',
    '/8',
    '/',
    '\n',
    'fe80',
    '255',
    '1',
    ':1',
    '0:',
  ],
  run,
});
