/** Which peers are trusted: by where they are, and by what their certificates say. */
import { describe, expect, it } from '@jest/globals';
import type { Flow } from '@usher/core/adapter';
import { array, constantFrom, integer, property, tuple } from 'fast-check';

import { addressGroups } from '../../src/endpoint/address-block.js';
import { Trust } from '../../src/endpoint/trust.js';
import { exceptionTo } from '../syntax/arbitraries.js';
import { UDP } from './bench.js';

const at = (address: string): Flow => ({ ...UDP, remote: { address, port: 5060 } });
const showing = (...names: string[]): Flow => ({
  ...at('198.51.100.1'),
  transport: 'tls',
  connection: 1,
  identity: { how: 'tls', names },
});
const trusts = (network: string, address: string): boolean =>
  new Trust({ networks: [network] }).trusts(at(address));

describe('a network that is trusted', () => {
  it.each([
    ['10.0.0.0/8', '10.0.0.0', '10.255.255.255'],
    ['192.0.2.7', '192.0.2.7', '192.0.2.7'],
    ['192.0.2.128/25', '192.0.2.128', '192.0.2.255'],
    ['198.51.100.4/30', '198.51.100.4', '198.51.100.7'],
    ['0.0.0.0/0', '0.0.0.0', '255.255.255.255'],
    ['2001:db8::/32', '2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['2001:db8:0:8000::/49', '2001:db8:0:8000::1', '2001:db8:0:ffff::1'],
    ['::1', '::1', '0:0:0:0:0:0:0:1'],
    ['fe80::/10', 'fe80::1%eth0', 'febf::1'],
    ['2001:db8::192.0.2.1', '2001:db8::c000:201', '2001:DB8::C000:0201'],
  ])('%s holds its first and its last address', (network, first, last) => {
    expect([trusts(network, first), trusts(network, last)]).toEqual([true, true]);
  });

  it.each([
    ['10.0.0.0/8', ['9.255.255.255', '11.0.0.0', '::10.0.0.1', '2001:db8::a00:1']],
    ['192.0.2.7', ['192.0.2.6', '192.0.2.8', '192.0.3.7', '93.0.2.7']],
    ['192.0.2.128/25', ['192.0.2.127', '192.0.3.0']],
    ['0.0.0.0/0', ['2001:db8::1', '::1', '::']],
    ['2001:db8::/32', ['2001:db7:ffff::', '2001:db9::', '32.1.13.184']],
    ['::/0', ['nonsense', '', '1.2.3', '::1::', '1.2.3.4.5', '256.1.1.1']],
  ])('%s holds nothing beside it', (network, others) => {
    expect(others.filter((other) => trusts(network, other))).toEqual([]);
  });

  it('of IPv4 holds the same address as a socket of both families tells it', () => {
    expect(trusts('10.0.0.0/8', '::ffff:10.1.2.3')).toBe(true);
    expect(trusts('::ffff:10.0.0.0/104', '10.1.2.3')).toBe(true);
    expect(trusts('10.0.0.0/8', '::ffff:11.1.2.3')).toBe(false);
  });

  it('holds an address if and only if the first bits are the same', () => {
    const octets = tuple(...Array.from({ length: 4 }, () => integer({ min: 0, max: 255 })));
    const value = (parts: readonly number[]): number =>
      parts.reduce((sum, part) => sum * 256 + part, 0);
    expect(
      exceptionTo(
        property(octets, octets, integer({ min: 0, max: 32 }), (one, other, length) => {
          const size = 2 ** (32 - length);
          const first = Math.floor(value(one) / size) * size;
          const base = [24, 16, 8, 0].map((bits) => Math.floor(first / 2 ** bits) % 256).join('.');
          const inside = Math.floor(value(other) / size) * size === first;
          expect(trusts(`${base}/${length}`, other.join('.'))).toBe(inside);
        }),
      ),
    ).toBeUndefined();
  });

  it.each([
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.1.2.3/8',
    '10.0.0.01',
    '010.0.0.0/8',
    '10.0.0/8',
    '2001:db8::/129',
    '2001:db8:::/32',
    '2001:db8::1/64',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '1.2.3.4::',
    'proxy.example.com',
    '*',
    '',
    ' 10.0.0.0/8',
  ])('is not %j, which is refused together with what to write', (network) => {
    expect(() => new Trust({ networks: [network] })).toThrow(
      expect.objectContaining({
        code: 'bad-trust',
        message: expect.stringContaining('write one like 10.0.0.0/8, 2001:db8::/32 or 192.0.2.7'),
      }),
    );
  });

  it('reads any text as an address or as none, in a time that its length bounds', () => {
    const pieces = array(constantFrom('1', '255', '.', ':', '::', 'ffff', '/', '%', 'g', '0'), {
      maxLength: 200,
    });
    expect(
      exceptionTo(
        property(pieces, (parts) => {
          const groups = addressGroups(parts.join(''));
          expect(groups === undefined || groups.length === 8).toBe(true);
        }),
      ),
    ).toBeUndefined();
  });
});

describe('a certificate that is trusted', () => {
  const proxies = new Trust({ certificates: ['Proxy.Example.com', 'sip:alice@example.org'] });

  it('names the domain or the user that was written down, and whoever shows it is trusted wherever they are', () => {
    expect(proxies.trusts(showing('sip:proxy.example.com'))).toBe(true);
    expect(proxies.trusts(showing('sip:other.example.net', 'sip:alice@example.org'))).toBe(true);
  });

  it('is no other: neither that of a parent, a child or a wildcard, nor that of another user', () => {
    for (const name of [
      'sip:example.com',
      'sip:a.proxy.example.com',
      'sip:*.example.com',
      'sip:*',
      'sip:proxy.example.com.evil.example',
      'sip:bob@example.org',
      'sip:example.org',
      'sip:mallory@proxy.example.com',
      '',
    ]) {
      expect([name, proxies.trusts(showing(name))]).toEqual([name, false]);
    }
  });

  it('is one that was shown: nobody is trusted for an address that the name would fit', () => {
    expect(proxies.trusts(at('198.51.100.1'))).toBe(false);
  });

  it.each(['*.example.com', 'tel:+123', 'proxy.example.com:5061', 'a b', ''])(
    'is not %j, which is refused together with what to write',
    (certificate) => {
      expect(() => new Trust({ certificates: [certificate] })).toThrow(
        expect.objectContaining({
          code: 'bad-trust',
          message: expect.stringContaining('write one like proxy.example.com'),
        }),
      );
    },
  );
});

describe('nobody at all', () => {
  it('is trusted unless somebody was named', () => {
    const nobody = new Trust();
    expect(nobody.isEmpty).toBe(true);
    expect(nobody.trusts(at('127.0.0.1'))).toBe(false);
    expect(nobody.trusts(showing('sip:example.com'))).toBe(false);
  });
});
