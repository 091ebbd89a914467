/** By what name a request is counted. */
import { expect, it } from '@jest/globals';

import { fromOf } from '../../src/overload/from-of.js';
import { octets } from '../syntax/corpora.js';

it.each([
  ['From: <sip:a@b>;tag=1', 'sip:a@b'],
  ['FROM : "x <sip:y>" <sip:a@b;x=1>;tag=1', 'sip:a@b'],
  ['f:sip:a@b;tag=1', 'sip:a@b'],
  ['f: Alice\n <sip:a@b?x=y>', 'sip:a@b'],
  ['Subject: x\n From: <sip:no@one>\nFrom: <sip:a@b>', 'sip:a@b'],
])('%s', (line, name) => {
  expect(fromOf(octets(`INVITE sip:b SIP/2.0\n${line}\n\n`))).toBe(name);
});

it.each([
  ['none', 'Fromage: <sip:a@b>'],
  ['one of a thousand octets', `From: <sip:${'a'.repeat(1_100)}@b>`],
])('a request with %s has no name', (_what, line) => {
  expect(fromOf(octets(`INVITE sip:b SIP/2.0\n${line}\n\nFrom: <sip:a@b>`))).toBeUndefined();
});

it('what is no message has no name', () => {
  expect(fromOf(new Uint8Array(0))).toBeUndefined();
  expect(fromOf(new Uint8Array(70_000).fill(0x41))).toBeUndefined();
});
