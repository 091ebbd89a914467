/** Which addresses are one source. */
import { expect, it } from '@jest/globals';

import { sourceOf } from '../../src/overload/source-of.js';

it('an IPv4 address is a source of its own', () => {
  expect(sourceOf('192.0.2.7')).toBe('192.0.2.7');
});

it('an IPv4 address is the same on a socket of both families', () => {
  expect(sourceOf('::ffff:192.0.2.7')).toBe('192.0.2.7');
});

it.each([
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::'],
  ['2001:db8:1:2::6', '2001:db8:1:2:ffff:ffff:ffff:ffff'],
  ['2001:db8::1', '2001:db8:0:0:8000::'],
  ['2001:DB8:0001:02::1', '2001:db8:1:2::9'],
  ['fe80::1%eth0', 'fe80::2%eth0'],
  ['::1', '::2'],
  ['64:ff9b::192.0.2.1', '64:ff9b::192.0.2.2'],
])('%s and %s are of one network', (one, other) => {
  expect(sourceOf(one)).toBe(sourceOf(other));
});

it.each([
  ['2001:db8:1:2::1', '2001:db8:1:3::1'],
  ['2001:db8::1', '2001:db8:0:1::1'],
  ['2001:db8:1::', '2001:db8:10::'],
  ['::1', '::1:0:0:0:1'],
])('%s and %s are not', (one, other) => {
  expect(sourceOf(one)).not.toBe(sourceOf(other));
});
