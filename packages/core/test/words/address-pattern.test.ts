import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { Address, AddressPattern, glob } from '../../src/index.js';

const matches = (pattern: string, address: string): boolean =>
  AddressPattern.parse(pattern).matches(Address.parse(address));

describe('a pattern of addresses', () => {
  it('means one address where it names it whole', () => {
    expect(matches('sip:alice@example.com', 'sip:alice@example.com')).toBe(true);
    expect(matches('sip:alice@example.com', 'sip:bob@example.com')).toBe(false);
    expect(matches('sip:alice@example.com', 'sip:alice@example.org')).toBe(false);
    expect(matches('sip:alice@example.com', 'tel:alice')).toBe(false);
  });

  it('means everybody of a domain, and nobody of a domain that only ends alike', () => {
    expect(matches('*@example.com', 'sip:alice@example.com')).toBe(true);
    expect(matches('*@example.com', 'sip:alice@notexample.com')).toBe(false);
    expect(matches('*@example.com', 'sip:alice@sub.example.com')).toBe(false);
    expect(matches('*@*.example.com', 'sip:alice@sub.example.com')).toBe(true);
    expect(matches('*@example.com', 'sip:example.com')).toBe(true);
    expect(matches('sales-*@example.com', 'sip:sales-north@example.com')).toBe(true);
  });

  it('means every address of a scheme', () => {
    expect(matches('sip:*', 'sip:anybody@example.com')).toBe(true);
    expect(matches('sip:*', 'sip:example.com')).toBe(true);
    expect(matches('*', 'sips:anybody@example.com')).toBe(true);
    expect(matches('sip:*', 'tel:+4930123')).toBe(false);
    expect(matches('tel:*', 'tel:+4930123')).toBe(true);
    expect(matches('tel:+49*', 'tel:+4930123')).toBe(true);
    expect(matches('tel:+49*', 'tel:+4430123')).toBe(false);
  });

  it('means a user at any host where it is a word alone', () => {
    expect(matches('echo', 'sip:echo@example.com')).toBe(true);
    expect(matches('echo', 'sip:echo@127.0.0.1:5060')).toBe(true);
    expect(matches('echo', 'sip:echoes@example.com')).toBe(false);
    expect(matches('echo', 'tel:echo')).toBe(false);
  });

  it('means a host without user where only a scheme stands before it', () => {
    expect(matches('sip:example.com', 'sip:example.com')).toBe(true);
    expect(matches('sip:example.com', 'sip:alice@example.com')).toBe(false);
  });

  it('takes sip and sips for the same, hosts without case and users with it', () => {
    expect(matches('SIP:alice@Example.COM', 'sips:alice@example.com')).toBe(true);
    expect(matches('sip:alice@example.com', 'sip:Alice@example.com')).toBe(false);
  });

  it('cannot be passed by writing the same address in another way', () => {
    expect(matches('sip:mallory@example.com', 'sip:m%61llory@example.com')).toBe(true);
    expect(matches('sip:mallory@example.com', 'sip:mallory@example.com.')).toBe(true);
    expect(matches('sip:mallory@example.com', 'sip:mallory@EXAMPLE.com:5070')).toBe(true);
    expect(matches('sip:m%61llory@example.com', 'sip:mallory@example.com')).toBe(true);
  });

  it('looks at the port where both name one', () => {
    expect(matches('sip:alice@example.com:5060', 'sip:alice@example.com:5060')).toBe(true);
    expect(matches('sip:alice@example.com:5060', 'sip:alice@example.com:5070')).toBe(false);
    expect(matches('sip:alice@example.com:5060', 'sip:alice@example.com')).toBe(true);
  });

  it('takes an IPv6 address in brackets', () => {
    expect(matches('*@[2001:db8::*]', 'sip:alice@[2001:db8::1]:5060')).toBe(true);
    expect(matches('*@[2001:db8::*]', 'sip:alice@[2001:db9::1]')).toBe(false);
  });

  it.each([
    '',
    ' ',
    '@example.com',
    'alice@',
    'sip:',
    '<sip:a@b>',
    'a@b;x=y',
    'a@b c',
    'a@b:x',
    'a'.repeat(257),
  ])('refuses %j, and says what a pattern looks like', (text) => {
    expect(AddressPattern.from(text)).toBeUndefined();
    expect(() => AddressPattern.parse(text)).toThrow('*@example.com');
  });
});

describe('a glob', () => {
  it('agrees with a regular expression of the same meaning', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 });
    fc.assert(
      fc.property(letters, text, (pattern, candidate) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
        expect(glob(pattern)(candidate)).toBe(expression.test(candidate));
      }),
      { seed: 1, numRuns: 5_000 },
    );
  });

  it('takes a character of regular expressions for itself', () => {
    expect(glob('a.c+')('a.c+')).toBe(true);
    expect(glob('a.c+')('abcc')).toBe(false);
  });

  it('does not lose itself in a text that nearly matches', () => {
    const matchesAll = glob(`${'*a'.repeat(100)}*b`);
    const before = performance.now();
    expect(matchesAll('a'.repeat(100_000))).toBe(false);
    expect(performance.now() - before).toBeLessThan(1_000);
  });
});
