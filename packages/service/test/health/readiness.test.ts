import { describe, expect, it } from '@jest/globals';
import type { Activity, HostState } from '@usher/core';
import type { RegistrationState, UserAgentState } from '@usher/core/adapter';
import { VirtualClock } from '@usher/core/testing';

import { Readiness } from '../../src/health/readiness.js';
import { Shedding } from '../../src/health/shedding.js';

const PLACE = { transport: 'udp', address: '127.0.0.1', port: 5060 };

/** A house in which all is well, until something is changed. */
function house() {
  const clock = new VirtualClock();
  const shedding = new Shedding();
  const state: { door: HostState['door'] } & Omit<HostState, 'door'> = {
    door: 'open',
    sessions: { used: 3, limit: 10 },
    pending: { used: 0, limit: 10 },
    deferred: { used: 0, limit: 10 },
    bots: new Map(),
  };
  const edge = {
    name: 'sip',
    listening: [PLACE],
    sheddingFor: 0,
    registrations: [] as RegistrationState[],
  };
  const userAgent = {
    name: 'sip',
    get listening() {
      return edge.listening;
    },
    get registrations() {
      return edge.registrations;
    },
    get state(): UserAgentState {
      return { sheddingFor: edge.sheddingFor, gauges: new Map(), counters: new Map() };
    },
  };
  const readiness = new Readiness({
    host: { state },
    userAgents: [userAgent],
    clock,
    shedding,
    journal: undefined,
  });
  const shed = (why: string): void =>
    shedding.activity({
      type: 'shed',
      at: clock.now(),
      userAgent: 'sip',
      invitation: 'i1',
      status: 503,
      why,
    } as Activity);
  return { clock, state, edge, shed, failing: () => Object.fromEntries(readiness.failing) };
}

describe('a house', () => {
  it('is ready where it is open, listens, and turns nobody away', () => {
    expect(house().failing()).toEqual({});
  });

  it('is not ready before it is open', () => {
    const { state, failing } = house();
    state.door = 'opening';
    expect(failing()).toEqual({ listening: 'the house is not open yet' });
  });

  it('is not ready where a user agent listens nowhere', () => {
    const { edge, failing } = house();
    edge.listening = [];
    expect(failing()).toEqual({ listening: 'sip listens nowhere' });
  });

  it('is not ready while it drains, and says how many sessions are left', () => {
    const { state, failing } = house();
    state.door = 'draining';
    expect(failing()).toEqual({ draining: 'the house is closing; sessions that are left: 3' });
  });

  it('is not ready while one of its addresses is bound by none of its flows, and says why', () => {
    const { state, edge, failing } = house();
    const desk = { address: 'sip:desk@example.com', registrar: 'sip:example.com' };
    const refused = { standing: 'failed', status: 403, why: 'Forbidden', next: 0 } as const;
    edge.registrations = [{ ...desk, flow: 1, ...refused }];
    expect(failing()).toEqual({
      registration: expect.stringContaining(
        'sip:desk@example.com at sip:example.com is refused: 403 Forbidden',
      ),
    });
    edge.registrations.push({ ...desk, flow: 2, standing: 'registered', until: 1 });
    expect(failing()).toEqual({});
    edge.registrations = [{ ...desk, flow: 1, standing: 'removed' }];
    state.door = 'draining';
    expect(Object.keys(failing())).toEqual(['draining']);
  });

  it('is not ready once its edge has been turning invitations away for more than ten seconds', () => {
    const { edge, failing } = house();
    edge.sheddingFor = 10_000;
    expect(failing()).toEqual({});
    edge.sheddingFor = 11_400;
    expect(failing()).toEqual({ shedding: 'invitations have been turned away for 11 s' });
  });

  it.each(['sessions', 'pending'])(
    'is not ready once it has had no %s to give for more than ten seconds',
    (why) => {
      const { clock, shed, failing } = house();
      for (let second = 0; second <= 10; second += 1) {
        shed(why);
        expect(failing()).toEqual({});
        clock.elapse(1_000);
      }
      shed(why);
      expect(failing()).toEqual({ shedding: 'invitations have been turned away for 11 s' });
    },
  );

  it('is ready again when nobody was turned away for a second', () => {
    const { clock, shed, failing } = house();
    for (let second = 0; second <= 11; second += 1) {
      shed('sessions');
      clock.elapse(1_000);
    }
    expect(failing()).toHaveProperty('shedding');
    clock.elapse(1);
    expect(failing()).toEqual({});
    shed('sessions');
    expect(failing()).toEqual({});
  });

  it('is not overloaded because it drains', () => {
    const { clock, shed, failing } = house();
    for (let second = 0; second <= 20; second += 1) {
      shed('draining');
      clock.elapse(1_000);
    }
    expect(failing()).toEqual({});
  });
});
