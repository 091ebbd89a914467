/** The keys of transactions, from octets: those of the transaction layer, or none. */
import { describe, expect, it } from '@jest/globals';

import { transactionKey } from '../../src/overload/transaction-key.js';
import { SipRequest } from '../../src/syntax/message.js';
import { parseMessage } from '../../src/syntax/parser.js';
import { serverKey } from '../../src/transaction/key.js';
import { request } from '../syntax/corpora.js';

/** The key that the transaction layer has for this Via, and the one from octets. */
function keysOf(via: string): readonly [string | undefined, string | undefined] {
  const bytes = request({ Via: via });
  const message = parseMessage(bytes);
  const at = bytes.indexOf(0x3a, bytes.indexOf(0x0a)) + 1;
  return [
    message instanceof SipRequest ? serverKey(message, 'MESSAGE') : undefined,
    transactionKey(bytes, at, 'MESSAGE'),
  ];
}

describe('a key from octets', () => {
  it.each([
    'SIP/2.0/UDP 192.0.2.7:5070;branch=z9hG4bKa',
    'SIP/2.0/UDP 192.0.2.7;rport;branch=z9hG4bKa;received=192.0.2.8',
    'SIP/2.0/TCP Host.Example.ORG:5060;branch=z9hG4bK-a.b_c',
    'sip/2.0/ws df7jal23ls0d.invalid;BRANCH=z9hG4bK56sdasks',
    'SIP/2.0/UDP [2001:DB8::9:1];branch=z9hG4bKas3-111',
    'SIP/2.0/UDP [::1]:5060;branch=z9hG4bKa',
  ])('is that of the transaction layer: %s', (via) => {
    const [expected, key] = keysOf(via);
    expect(key).toBe(expected);
    expect(key).toMatch(/^MESSAGE /);
  });

  it.each([
    ['without a branch', 'SIP/2.0/UDP h'],
    ['with a branch of RFC 2543', 'SIP/2.0/UDP h;branch=1'],
    ['with a branch that is but the cookie', 'SIP/2.0/UDP h;branch=z9hG4bK'],
    ['with a port that is not as it would be printed', 'SIP/2.0/UDP h:05060;branch=z9hG4bKa'],
    ['with white space in it', 'SIP / 2.0 / UDP h;branch=z9hG4bKa'],
    ['with a quote before the branch', 'SIP/2.0/UDP h;x="y";branch=z9hG4bKa'],
    ['with a fold', 'SIP/2.0/UDP\r\n h;branch=z9hG4bKa'],
    ['of a thousand octets', `SIP/2.0/UDP h;x=${'y'.repeat(1_100)};branch=z9hG4bKa`],
    ['of another Via behind the first', 'SIP/2.0/UDP h, SIP/2.0/UDP i;branch=z9hG4bKa'],
  ])('is none for a Via %s', (_how, via) => {
    expect(keysOf(via)[1]).toBeUndefined();
  });
});
