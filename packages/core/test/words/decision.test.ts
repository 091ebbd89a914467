import { describe, expect, test } from '@jest/globals';

import { accept, Address, forward, pass, reject, type RejectReason } from '../../src/index.js';

describe('reject', () => {
  test.each<[RejectReason, number]>([
    ['timeout', 408],
    ['unavailable', 480],
    ['busy', 486],
    ['not-acceptable', 488],
    ['decline', 603],
    ['decline-everywhere', 603],
  ])('for the reason %s answers %d', (reason, status) => {
    expect(reject(reason)).toEqual({ type: 'reject', reason, status });
  });

  test('takes a text for the inviter, and when to try again', () => {
    expect(reject('busy', { text: 'At Lunch', retryAfter: '1h' })).toEqual({
      type: 'reject',
      reason: 'busy',
      status: 486,
      text: 'At Lunch',
      retryAfter: 3_600_000,
    });
  });

  test('takes a SIP status with its text', () => {
    expect(reject(494, 'Security Agreement Required', { retryAfter: 5 })).toEqual({
      type: 'reject',
      status: 494,
      text: 'Security Agreement Required',
      retryAfter: 5,
    });
  });

  test.each([0, 200, 302, 399, 700, 480.5, Number.NaN])(
    'does not take %d for a status',
    (status) => {
      expect(() => reject(status, 'No')).toThrow(expect.objectContaining({ code: 'bad-decision' }));
    },
  );

  test('without a reason does not compile, and throws where nobody compiled it', () => {
    // @ts-expect-error -- a reason is needed
    expect(() => reject()).toThrow(expect.objectContaining({ code: 'bad-decision' }));
    // @ts-expect-error -- a status needs its text
    reject(480);
    // @ts-expect-error -- the reasons are few
    expect(() => reject('bored')).toThrow(/"bored".*unavailable/);
    // @ts-expect-error -- the status of 0 that another API had is none
    expect(() => reject(0)).toThrow(expect.objectContaining({ code: 'bad-decision' }));
  });
});

describe('accept', () => {
  test('carries the conversation', () => {
    const conversation = (): undefined => undefined;
    expect(accept(conversation)).toEqual({ type: 'accept', conversation });
  });

  test('without a conversation does not compile, and throws where nobody compiled it', () => {
    // @ts-expect-error -- nobody accepts without knowing what to say
    expect(() => accept()).toThrow(expect.objectContaining({ code: 'bad-decision' }));
    // @ts-expect-error -- a conversation is a function or a class
    expect(() => accept('hello')).toThrow(expect.objectContaining({ code: 'bad-decision' }));
  });
});

describe('forward', () => {
  test('takes one address or several, as text or as addresses, and redirects unless told otherwise', () => {
    const bob = Address.parse('sip:bob@example.com');
    expect(forward('sip:bob@example.com')).toEqual({
      type: 'forward',
      targets: [bob],
      mode: 'redirect',
    });
    expect(forward(bob)).toEqual(forward('sip:bob@example.com'));
    expect(forward([bob, 'sip:carol@example.com'], { mode: 'server' })).toMatchObject({
      targets: [bob, { user: 'carol' }],
      mode: 'server',
    });
  });

  test('to nobody throws', () => {
    expect(() => forward([])).toThrow(expect.objectContaining({ code: 'bad-decision' }));
  });

  test('to what is no address throws', () => {
    expect(() => forward('bob')).toThrow(expect.objectContaining({ code: 'bad-address' }));
  });
});

test('pass says why', () => {
  expect(pass('not a message session')).toEqual({ type: 'pass', why: 'not a message session' });
  // @ts-expect-error -- a bot that passes says why
  pass();
});
