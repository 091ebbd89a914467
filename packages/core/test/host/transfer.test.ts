import { describe, expect, it } from '@jest/globals';

import { OfferedReferral } from '../../src/host/offered-referral.js';
import { Address } from '../../src/index.js';
import { VirtualClock } from '../../src/testing/index.js';
import { openSession } from './open-session.js';

/** A referral, and what the peer was answered. */
function referral() {
  const clock = new VirtualClock();
  const answers: string[] = [];
  const asked = {
    target: Address.parse('sip:carol@example.com'),
    introduction: {},
    accept: () => void answers.push('accepted'),
    decline: (status: number) => void answers.push(`declined ${status}`),
    conclude: (status: number) => void answers.push(`concluded ${status}`),
  };
  const rejected = { type: 'rejected', status: 486, text: 'Busy Here' } as const;
  const household = { clock, invite: () => Promise.resolve(rejected) };
  const offered = OfferedReferral.of(asked, household, {});
  return { clock, answers, offered };
}

describe('transfer', () => {
  it('by a medium that cannot is refused, and the session goes on', async () => {
    const { session } = await openSession();
    const transfer = session.transfer('sip:carol@example.com');
    await expect(transfer).rejects.toMatchObject({ code: 'not-transferable' });
    expect(session.signal.aborted).toBe(false);
  });

  it('to what is no address is refused', async () => {
    const { session } = await openSession();
    await expect(session.transfer('carol')).rejects.toMatchObject({ code: 'bad-address' });
  });
});

describe('a referral', () => {
  it('that nobody answers within twenty seconds is declined', async () => {
    const { clock, answers } = referral();
    await clock.advance(19_999);
    expect(answers).toEqual([]);
    await clock.advance(1);
    expect(answers).toEqual(['declined 603']);
  });

  it('has one answer, and the peer hears what came of it', async () => {
    const { clock, answers, offered } = referral();
    expect(await offered.accept(() => undefined)).toMatchObject({ status: 486 });
    offered.decline();
    await expect(offered.accept(() => undefined)).rejects.toMatchObject({
      code: 'already-answered',
    });
    await clock.advance(60_000);
    expect(answers).toEqual(['accepted', 'concluded 486']);
  });
});
