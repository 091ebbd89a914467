import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { accept, createHost, type Host, forward, type Invitation, reject } from '@usher/core';
import type { Decision, Session } from '@usher/core';
import { ScriptedCaller, VirtualClock } from '@usher/core/testing';

import {
  UCC_PARTICIPANT_STATE_CHANGE_REASON,
  UCC_REJECT_OR_TERMINATE_REASON,
  UCC_SESSION_ENTITY_STATE,
  UCC_SESSION_TYPE,
  uccBot,
  UccContext,
  type UccEndpoint,
  type UccOperationEvent,
  type UccSessionManagerEvents,
} from '../src/index.js';
import { hresultOf } from './hresult-of.js';

const { UCCST_INSTANT_MESSAGING, UCCST_AUDIO_VIDEO } = UCC_SESSION_TYPE;
const { UCCSES_CONNECTED, UCCSES_DISCONNECTED } = UCC_SESSION_ENTITY_STATE;
const { UCCPSCR_FAILED, UCCPSCR_RINGING } = UCC_PARTICIPANT_STATE_CHANGE_REASON;
const DESK = 'sip:desk@example.org';
const BOB = 'sip:bob@example.net';

let clock: VirtualClock;
let hosts: Host[];
let endpoint: UccEndpoint;
let seen: Invitation[];

/** Two houses that reach each other: an application of UCC in one, and somebody who answers so in the other. */
async function houses(
  answer: (invitation: Invitation) => Decision | Promise<Decision>,
  events: Partial<UccSessionManagerEvents> = {},
): Promise<void> {
  const ours = new ScriptedCaller({ clock, name: 'ours' });
  const theirs = new ScriptedCaller({ clock, name: 'theirs' });
  ScriptedCaller.link(ours, theirs);
  const plugin = uccBot((platform) => {
    endpoint = platform.CreateEndpoint(1, DESK);
    endpoint.Advise(events);
  });
  const decide = (invitation: Invitation) => {
    seen.push(invitation);
    return answer(invitation);
  };
  hosts = [
    await createHost({ userAgents: [ours], bots: [{ id: 'ucc', plugin, order: 1 }], clock }),
    await createHost({
      userAgents: [theirs],
      bots: [{ id: 'bob', plugin: { decide }, order: 1 }],
      clock,
    }),
  ];
  for (const host of hosts) await host.open();
}

beforeEach(() => {
  clock = new VirtualClock();
  seen = [];
});

afterEach(async () => {
  const closing = Promise.all(hosts.map((host) => host.close()));
  await clock.advance(60_000);
  await closing;
});

describe('a session of ours', () => {
  it('is made at once, and begins with its participant', async () => {
    const raised: string[] = [];
    let theirs: Session | undefined;
    await houses(() => accept((session) => void (theirs = session)), {
      OnOutgoingSession: (_, { Session }) => {
        raised.push('outgoing');
        Session.Context.AddNamedProperty('SessionSubject', 'build status');
      },
    });
    const context = new UccContext();
    context.AddProperty(10_000, 'our-conversation');
    const session = endpoint.CreateSession(UCCST_INSTANT_MESSAGING, context);
    session.Participants.Advise({
      OnParticipantAdded: (_, { Participant }) => raised.push(Participant.Uri.UserAtHost),
    });
    const events: UccOperationEvent[] = [];
    session.Advise({ OnAddParticipant: (_, event) => events.push(event) });
    const bob = session.CreateParticipant(BOB);
    session.AddParticipant(bob, { OperationId: 1 });
    await clock.settle();
    expect(raised).toEqual(['bob@example.net', 'outgoing']);
    expect(seen[0]).toMatchObject({ conversationId: 'our-conversation', subject: 'build status' });
    expect(seen[0]?.inviter.userAtHost).toBe('desk@example.org');
    expect(bob.State).toBe(UCCSES_CONNECTED);
    expect(events).toMatchObject([{ OriginalOperationContext: { OperationId: 1 } }]);
    expect(events[0]?.StatusCode).toBeGreaterThanOrEqual(0);
    session.Terminate(UCC_REJECT_OR_TERMINATE_REASON.UCCROTR_DECLINE);
    await clock.settle();
    expect((await theirs?.ended)?.by).toBe('peer');
  });

  it('tells the status by which it is rejected', async () => {
    await houses(() => reject('busy'));
    const session = endpoint.CreateSession(UCCST_INSTANT_MESSAGING);
    const events: UccOperationEvent[] = [];
    const changes: number[] = [];
    session.Advise({ OnAddParticipant: (_, event) => events.push(event) });
    const bob = session.CreateParticipant(BOB);
    bob.Advise({ OnStateChanged: (_, { Reason }) => changes.push(Reason) });
    session.AddParticipant(bob);
    await clock.settle();
    expect((events[0]?.StatusCode ?? 0) >>> 0).toBe(0x80ef_01e6);
    expect(changes.at(-1)).toBe(UCCPSCR_FAILED);
    expect(bob.State).toBe(UCCSES_DISCONNECTED);
    expect(hresultOf(() => session.AddParticipant(session.CreateParticipant(BOB)))).toBe(
      0x80ee_002a,
    );
  });

  it('goes nowhere by itself where its context says so', async () => {
    await houses(() => forward('sip:carol@example.net'));
    const context = new UccContext();
    context.AddProperty(198_659, true);
    const session = endpoint.CreateSession(UCCST_INSTANT_MESSAGING, context);
    const events: UccOperationEvent[] = [];
    session.Advise({ OnAddParticipant: (_, event) => events.push(event) });
    session.AddParticipant(session.CreateParticipant(BOB));
    await clock.settle();
    expect(seen).toHaveLength(1);
    expect((events[0]?.StatusCode ?? 0) >>> 0).toBe(0x80ef_012e);
    expect(events[0]?.StatusText).toContain('carol@example.net');
  });

  it('is taken back by Terminate while it rings, which is a success of our own', async () => {
    const changes: unknown[] = [];
    await houses(() => new Promise<Decision>(() => undefined));
    const session = endpoint.CreateSession(UCCST_INSTANT_MESSAGING);
    const bob = session.CreateParticipant(BOB);
    bob.Advise({
      OnStateChanged: (_, { Reason, StatusCode }) => changes.push([Reason, StatusCode >>> 0]),
    });
    session.AddParticipant(bob);
    await clock.settle();
    expect(changes).toContainEqual([UCCPSCR_RINGING, 0x00ef_00b4]);
    session.Terminate(UCC_REJECT_OR_TERMINATE_REASON.UCCROTR_DECLINE);
    await clock.settle();
    expect(changes.at(-1)).toEqual([UCCPSCR_FAILED, 0x00ef_01e7]);
    expect(seen[0]?.signal.aborted).toBe(true);
  });

  it('does not leave where one who is told of it throws', async () => {
    await houses(() => reject('busy'), {
      OnOutgoingSession: () => {
        throw new Error('not today');
      },
    });
    const session = endpoint.CreateSession(UCCST_INSTANT_MESSAGING);
    const bob = session.CreateParticipant(BOB);
    session.AddParticipant(bob);
    await clock.settle();
    expect(seen).toEqual([]);
    expect(bob.State).toBe(UCCSES_DISCONNECTED);
  });

  it('is between two, of instant messaging, and from an address', async () => {
    await houses(() => accept(() => undefined));
    const session = endpoint.CreateSession(UCCST_INSTANT_MESSAGING);
    const other = endpoint.CreateSession(UCCST_INSTANT_MESSAGING);
    session.AddParticipant(session.CreateParticipant(BOB));
    expect(hresultOf(() => session.AddParticipant(session.CreateParticipant(BOB)))).toBe(
      0x80ee_0044,
    );
    expect(hresultOf(() => other.AddParticipant(session.CreateParticipant(BOB)))).toBe(0x8007_0057);
    expect(hresultOf(() => session.CreateParticipant('nonsense'))).toBe(0x8007_0057);
    expect(hresultOf(() => endpoint.CreateSession(UCCST_AUDIO_VIDEO))).toBe(0x8007_0057);
    await clock.settle();
  });
});
