import { describe, expect, test } from '@jest/globals';

import { Guards } from '../../src/host/guards.js';
import { Address, forward } from '../../src/index.js';
import { Doorkeeper, Room } from './room.js';

const at = (text: string): Address => Address.parse(text);

/** A user agent that is known by these. */
class Known extends Doorkeeper {
  constructor(readonly addresses: readonly Address[]) {
    super();
  }
}

const OURS = new Known([at('sip:usher@example.org'), at('sip:192.0.2.1:5060')]);

const ORIGIN = {
  endpoint: at('sip:desk@example.org'),
  inviter: { address: at('sip:alice@example.com'), userAtHost: '', identity: { how: 'none' } },
  history: [],
} as const;

describe('where the house may go', () => {
  test.each([
    ['sip:bob@example.com', undefined],
    ['sips:bob@example.com', undefined],
    ['tel:+1555', 'only sip and sips addresses are allowed'],
    ['sip:usher@example.org', 'it is an address of ours'],
    ['sip:usher@EXAMPLE.org:5060', 'it is an address of ours'],
    ['sip:usher@example.org:5070', undefined],
    ['sip:192.0.2.1', 'it is an address of ours'],
    ['sip:bob@192.0.2.1', undefined],
  ])('%s: %s', (target, why) => {
    expect(new Guards({}, [OURS]).objection(at(target))).toBe(why);
  });

  test.each([
    ['sip:alice@example.com', 'it is the inviter'],
    ['sip:desk@example.org', 'it is the address that was invited, and would come back here'],
    ['sip:desk@192.0.2.1', 'it is an address of ours'],
    ['sip:bob@192.0.2.1', undefined],
  ])('with an invitation that came to us, %s: %s', (target, why) => {
    expect(new Guards({}, [OURS]).objection(at(target), ORIGIN)).toBe(why);
  });

  test('is nowhere once an invitation was sent on five times', () => {
    const history = Array.from({ length: 5 }, (_, hop) => ({
      address: at(`sip:hop@${hop}.example`),
    }));
    const guards = new Guards();
    const bob = at('sip:bob@example.com');
    expect(guards.objection(bob, { ...ORIGIN, history: history.slice(1) })).toBeUndefined();
    expect(guards.objection(bob, { ...ORIGIN, history })).toContain('sent on 5 times');
  });

  test('is held to the schemes and domains that are allowed', () => {
    const guards = new Guards({
      schemes: ['SIPS', 'tel'],
      domains: ['*.Example.com', 'example.org'],
    });
    const objections = [
      'sips:bob@a.example.com',
      'sips:bob@EXAMPLE.ORG',
      'tel:+1555',
      'sip:bob@example.org',
      'sips:bob@example.com',
      'sips:bob@example.org.evil.net',
    ].map((target) => guards.objection(at(target)) !== undefined);
    expect(objections).toEqual([false, false, false, true, true, true]);
  });

  test.each([{ schemes: [] }, { domains: [] }])(
    'but never to nothing at all: %j',
    async (forwarding) => {
      await expect(Room.build([], { forwarding })).rejects.toMatchObject({
        code: 'bad-forwarding',
      });
    },
  );
});

describe('a bot that forwards to where the house may not go', () => {
  test.each(['redirect', 'server', 'bridge'] as const)(
    'has failed, by %s as well: the decision says why',
    async (mode) => {
      const room = await Room.open(
        [
          {
            id: 'bot',
            order: 1,
            plugin: { decide: () => forward('sip:bob@evil.example', { mode }) },
          },
        ],
        { forwarding: { domains: ['*.good.example'] } },
      );
      const guest = await room.visit();
      expect(guest.answerText).toBe('reject 480');
      expect(guest.diagnostic).toBe('bot "bot" failed: forbidden-target');
      expect(room.told('decided')[0]?.steps[0]?.why).toBe(
        'not forwarded to sip:bob@evil.example: the domain evil.example is not among those that are allowed',
      );
    },
  );
});
