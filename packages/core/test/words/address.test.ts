import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { Address, LocalProtocolError } from '../../src/index.js';

describe('an address', () => {
  test.each<[string, Partial<Address>]>([
    ['sip:alice@example.com', { scheme: 'sip', user: 'alice', host: 'example.com' }],
    ['sips:alice@example.com:5061', { scheme: 'sips', host: 'example.com', port: 5061 }],
    ['sip:example.com', { user: '', host: 'example.com' }],
    ['SIP:Alice@EXAMPLE.com', { scheme: 'sip', user: 'Alice', host: 'example.com' }],
    ['sip:alice@[2001:DB8::1]:5070', { host: '[2001:db8::1]', port: 5070 }],
    ['sip:alice@192.0.2.4', { host: '192.0.2.4' }],
    [
      'sip:+1-212-555-1212@gateway.com;user=phone',
      { user: '+1-212-555-1212', host: 'gateway.com' },
    ],
    ['sip:alice%20b@example.com', { user: 'alice%20b' }],
    ['sip:a@b@example.com', { user: 'a@b', host: 'example.com' }],
    ['tel:+15551234;phone-context=example.com', { scheme: 'tel', user: '+15551234', host: '' }],
  ])('is read from %s', (text, parts) => {
    expect(Address.parse(text)).toMatchObject(parts);
  });

  test('leaves out what does not say who somebody is: parameters, headers and password', () => {
    const address = Address.parse('sip:alice:secret@example.com;transport=tcp?subject=hi');
    expect(address.toString()).toBe('sip:alice@example.com');
    expect(JSON.stringify(address)).toBe('"sip:alice@example.com"');
  });

  test.each([
    '',
    'alice@example.com',
    'sip:',
    'sip:@example.com',
    'sip:alice@',
    'sip:alice@exa mple.com',
    'sip:alice@example.com:0',
    'sip:alice@example.com:65536',
    'sip:alice@example.com:port',
    'sip:alice@[::1',
    'sip:alice@exämple.com',
    'sip:<alice@example.com>',
    'sip:alice@example.com\r\nVia: me',
    '1sip:alice@example.com',
    `sip:${'a'.repeat(1024)}@example.com`,
  ])('is not read from %j', (text) => {
    expect(Address.from(text)).toBeUndefined();
    expect(() => Address.parse(text)).toThrow(LocalProtocolError);
  });

  test('is named in the error when it cannot be read', () => {
    expect(() => Address.parse('alice')).toThrow(/"alice" is no address/);
  });

  test('shows a person user and host', () => {
    expect(Address.parse('sips:alice@example.com:5061').userAtHost).toBe('alice@example.com');
    expect(Address.parse('sip:example.com').userAtHost).toBe('example.com');
    expect(Address.parse('tel:+15551234').userAtHost).toBe('+15551234');
  });

  test.each<[string, string, boolean]>([
    ['sip:alice@example.com', 'sips:alice@EXAMPLE.COM', true],
    ['sip:alice@example.com', 'sip:Alice@example.com', false],
    ['sip:alice@example.com', 'sip:alice@example.com:5060', true],
    ['sip:alice@example.com:5062', 'sip:alice@example.com:5060', false],
    ['sip:alice@example.com', 'sip:alice@example.org', false],
    ['tel:+1555', 'sip:+1555@example.com', false],
  ])('%s and %s name the same: %s', (one, other, same) => {
    expect(Address.parse(one).equals(Address.parse(other))).toBe(same);
    expect(Address.parse(other).equals(Address.parse(one))).toBe(same);
  });

  test('that was read reads the same when it is printed, whatever came in', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `sip:${text}`),
          fc.webUrl().map((url) => `sip:a@${url.slice(7)}`),
        ),
        (text) => {
          const address = Address.from(text);
          if (address === undefined) return;
          const again = Address.parse(address.toString());
          expect(again).toEqual(address);
          expect(again.equals(address)).toBe(true);
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });
});
