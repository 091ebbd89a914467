import { describe, expect, it } from '@jest/globals';
import { accept, Address, createHost, type Host, type Identity } from '@usher/core';
import { type Introduction, type Outcome, ScriptedCaller, VirtualClock } from '@usher/core/testing';

import { Gatekeeper, GatekeeperConfig } from '../src/index.js';

const to = 'sip:reception@example.org';
const proven = (address: string): Identity => ({ how: 'tls', address: Address.parse(address) });

/** A house with a gatekeeper, and behind it a bot that lets everybody in. */
async function house(config: unknown): Promise<{
  clock: VirtualClock;
  host: Host;
  ask: (introduction: Partial<Introduction> & { from: string }) => Promise<Outcome>;
  notes: unknown[];
  decided: unknown[];
}> {
  const clock = new VirtualClock();
  const caller = new ScriptedCaller({ clock });
  const host = await createHost({
    userAgents: [caller],
    clock,
    bots: [
      { id: 'gatekeeper', plugin: Gatekeeper, order: 1, config },
      { id: 'reception', plugin: { decide: () => accept(() => {}) }, order: 2 },
    ],
  });
  const notes: unknown[] = [];
  const decided: unknown[] = [];
  host.activity.subscribe((activity) => {
    if (activity.type === 'noted') notes.push(activity);
    if (activity.type === 'decided') decided.push(activity);
  });
  await host.open();
  return {
    clock,
    host,
    notes,
    decided,
    ask: (introduction) => caller.knock({ to, ...introduction }).answer,
  };
}

describe('the gatekeeper', () => {
  it('lets everybody in where nothing is configured', async () => {
    const { ask } = await house({});
    expect(await ask({ from: 'sip:anybody@example.com' })).toEqual({ type: 'accepted' });
    expect(await ask({ from: 'sip:anybody@example.com', type: 'audio-video' })).toEqual({
      type: 'accepted',
    });
  });

  it('turns away who is blocked, with 603, and says nothing of why to the inviter', async () => {
    const { ask, notes } = await house({ block: ['*@spam.example', 'sip:mallory@example.com'] });
    expect(await ask({ from: 'sip:mallory@example.com' })).toMatchObject({
      type: 'rejected',
      status: 603,
    });
    expect(JSON.stringify(await ask({ from: 'sip:anybody@spam.example' }))).not.toContain('spam');
    expect(await ask({ from: 'sip:alice@example.com' })).toEqual({ type: 'accepted' });
    expect(JSON.stringify(notes)).toContain('blocked by *@spam.example');
  });

  it('lets in only who is allowed, where anybody is named', async () => {
    const { ask } = await house({ allow: ['*@example.com'] });
    expect(await ask({ from: 'sip:alice@example.com' })).toEqual({ type: 'accepted' });
    expect(await ask({ from: 'sip:alice@example.net' })).toMatchObject({
      type: 'rejected',
      status: 603,
    });
  });

  it('turns away who is blocked even where they are allowed', async () => {
    const { ask } = await house({ allow: ['*@example.com'], block: ['sip:mallory@example.com'] });
    expect(await ask({ from: 'sip:mallory@example.com' })).toMatchObject({ status: 603 });
  });

  it('takes what was proven for more than what was said', async () => {
    const { ask } = await house({
      allow: ['sip:alice@example.com'],
      block: ['sip:mallory@example.com'],
    });
    const from = 'sip:alice@example.com';
    expect(await ask({ from, identity: proven('sip:alice@example.com') })).toEqual({
      type: 'accepted',
    });
    expect(await ask({ from, identity: proven('sip:bob@example.com') })).toMatchObject({
      status: 603,
    });
    expect(await ask({ from, identity: proven('sip:mallory@example.com') })).toMatchObject({
      status: 603,
    });
    expect(
      await ask({ from: 'sip:mallory@example.com', identity: proven('sip:alice@example.com') }),
    ).toMatchObject({ status: 603 });
  });

  it('demands proof where it is told to', async () => {
    const { ask, notes } = await house({ allow: ['sip:alice@example.com'], identified: true });
    const from = 'sip:alice@example.com';
    expect(await ask({ from })).toMatchObject({ type: 'rejected', status: 603 });
    expect(await ask({ from, identity: proven(from) })).toEqual({ type: 'accepted' });
    // A signer that does not vouch for the address proves nothing of it.
    const gateway = { how: 'passport', attestation: 'C' } as const;
    expect(await ask({ from, identity: gateway })).toMatchObject({ type: 'rejected', status: 603 });
    expect(JSON.stringify(notes)).toContain('has not proven who it is');
  });

  it('turns away with 486 who comes too often, and says when to come again', async () => {
    const { ask, clock } = await house({ rate: { invitations: 2, per: '1m' } });
    const from = 'sip:alice@example.com';
    expect(await ask({ from })).toEqual({ type: 'accepted' });
    await clock.advance(10_000);
    // Neither another port nor another spelling of the scheme makes another inviter.
    expect(await ask({ from: 'sips:alice@example.com:5071' })).toEqual({ type: 'accepted' });
    expect(await ask({ from })).toMatchObject({
      type: 'rejected',
      status: 486,
      retryAfter: 50_000,
    });
    expect(await ask({ from: 'sip:bob@example.com' })).toEqual({ type: 'accepted' });
    await clock.advance(50_000);
    expect(await ask({ from })).toEqual({ type: 'accepted' });
  });

  it('turns away for reasons of the operator’s choice', async () => {
    const { ask } = await house({
      block: ['sip:mallory@example.com'],
      allow: ['*@example.com'],
      identified: true,
      rate: { invitations: 1, per: 1_000 },
      reasons: {
        blocked: 'unavailable',
        notAllowed: 'not-acceptable',
        unidentified: 'timeout',
        tooFast: 'decline-everywhere',
      },
    });
    const from = 'sip:alice@example.com';
    expect(await ask({ from: 'sip:mallory@example.com' })).toMatchObject({ status: 480 });
    expect(await ask({ from, identity: proven('sip:bob@example.net') })).toMatchObject({
      status: 488,
    });
    expect(await ask({ from })).toMatchObject({ status: 408 });
    await ask({ from, identity: proven(from) });
    expect(await ask({ from, identity: proven(from) })).toMatchObject({ status: 603 });
  });

  it('says in the explanation of each decision why somebody may come in', async () => {
    const { ask, decided } = await house({ allow: ['*@example.com'] });
    await ask({ from: 'sip:alice@example.com' });
    await ask({ from: 'sip:alice@example.com', identity: proven('sip:alice@example.com') });
    expect(JSON.stringify(decided[0])).toContain('may come in: says to be *@example.com');
    expect(JSON.stringify(decided[1])).toContain('may come in: is by tls *@example.com');
  });
});

describe('the configuration of a gatekeeper', () => {
  it.each([
    [{ block: ['example.com'] }, '*@example.com'],
    [{ allow: ['<sip:a@b>'] }, 'no pattern of addresses'],
    [{ rate: { invitations: 5, per: 'a minute' } }, 'a length of time'],
    [{ rate: { invitations: 5, per: '-5s' } }, 'a length of time'],
    [{ rate: { invitations: 5, per: 0 } }, 'a length of time'],
    [{ rate: { invitations: 0, per: '1m' } }, 'invitations'],
    [{ reasons: { blocked: 'because' } }, 'decline'],
    [{ blocked: [] }, 'blocked'],
  ])('%j is refused, and says what is wrong', (config, complaint) => {
    const { error } = GatekeeperConfig.safeParse(config);
    expect(JSON.stringify(error?.issues)).toContain(complaint);
  });

  it('stops a house from being made, where it is wrong', async () => {
    await expect(house({ block: ['example.com'] })).rejects.toThrow(
      '"example.com" is no pattern of addresses',
    );
  });
});
