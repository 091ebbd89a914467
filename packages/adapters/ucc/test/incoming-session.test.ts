import { afterEach, describe, expect, it } from '@jest/globals';
import { accept, createHost } from '@usher/core';
import type { Door } from '@usher/core/adapter';
import { ScriptedCaller, VirtualClock } from '@usher/core/testing';

import {
  UCC_PARTICIPANT_STATE_CHANGE_REASON,
  UCC_REJECT_OR_TERMINATE_REASON,
  UCC_SESSION_ENTITY_STATE,
  UCC_SESSION_REDIRECT_METHOD,
  UCC_SESSION_TYPE,
  uccBot,
  type UccEndpoint,
  type UccIncomingSessionEvent,
} from '../src/index.js';
import { hresultOf } from './hresult-of.js';
import { ALICE, DESK, room, type Room } from './room.js';

const { UCCSES_CONNECTING, UCCSES_CONNECTED, UCCSES_DISCONNECTED } = UCC_SESSION_ENTITY_STATE;

let open: Room | undefined;
afterEach(async () => {
  const closing = open?.host.close();
  await open?.clock.advance(60_000);
  await closing;
  open = undefined;
});

/** Opens a house whose application does that with each event; what it was told of is kept. */
async function house(answer: (event: UccIncomingSessionEvent, source: UccEndpoint) => unknown) {
  const events: UccIncomingSessionEvent[] = [];
  open = await room({
    OnIncomingSession(source, event) {
      events.push(event);
      return answer(event, source);
    },
  });
  return { ...open, events };
}

/** An edge that answers 488 to whatever is accepted, since it has no media for it. */
class Unacceptable extends ScriptedCaller {
  override open(door: Door): Promise<void> {
    return super.open({
      violated: (violation) => door.violated(violation),
      knock: ({ invitation }) =>
        door.knock({ invitation, answer: () => Promise.resolve({ type: 'answered' }) }),
    });
  }
}

describe('OnIncomingSession', () => {
  it('tells from where it was raised and who invites', async () => {
    let source: UccEndpoint | undefined;
    const { caller, events } = await house((event, from) => {
      source = from;
      event.Accept();
    });
    const alice = caller.knock({ from: ALICE, to: DESK });
    await alice.answer;
    expect(source).toBeDefined();
    expect(events[0]?.Inviter.Uri.UserAtHost).toBe('alice@example.com');
    expect(events[0]?.Session.Type).toBe(UCC_SESSION_TYPE.UCCST_INSTANT_MESSAGING);
    expect(events[0]?.Session.LocalParticipant.Uri.UserAtHost).toBe('desk@example.org');
  });

  it('brings the conversation ID as property 10000, where there is one', async () => {
    const { caller, events } = await house((event) => event.Accept());
    await caller.knock({
      from: ALICE,
      to: DESK,
      conversationId: 'AdKjt1Xy9lDJ8KRjRYaBRsRaq4N/vw==',
    }).answer;
    await caller.knock({ from: ALICE, to: DESK }).answer;
    const [one, other] = events.map(({ Session }) => Session.Context);
    expect(one?.IsPropertySet(10_000)).toBe(true);
    expect(one?.GetProperty(10_000).StringValue).toBe('AdKjt1Xy9lDJ8KRjRYaBRsRaq4N/vw==');
    expect(other?.IsPropertySet(10_000)).toBe(false);
    expect(hresultOf(() => other?.GetProperty(10_000))).toBe(0x80ee_0058);
  });

  it.each([
    ['im', 0],
    ['audio-video', 1],
    ['conference', 2],
    ['application', 3],
    ['unknown', -1],
  ] as const)('tells that a session is %s, and any kind can be rejected', async (type, number) => {
    const { caller, events } = await house((event) =>
      event.Reject(UCC_REJECT_OR_TERMINATE_REASON.UCCROTR_NOT_ACCEPTABLE),
    );
    const alice = caller.knock({ from: ALICE, to: DESK, type });
    expect(await alice.answer).toMatchObject({ type: 'rejected', status: 488 });
    expect(events[0]?.Session.Type).toBe(number);
  });

  it('harms only its own invitation where whoever is told of it throws', async () => {
    let first = true;
    const { caller, events } = await house((event) => {
      if (first) {
        first = false;
        throw new Error('broken');
      }
      event.Accept();
    });
    expect(await caller.knock({ from: ALICE, to: DESK }).answer).toMatchObject({ status: 480 });
    expect(events[0]?.Session.LocalParticipant.State).toBe(UCCSES_DISCONNECTED);
    expect(await caller.knock({ from: ALICE, to: DESK }).answer).toMatchObject({
      type: 'accepted',
    });
  });

  it('is not raised where nobody is advised, and the next bot is asked', async () => {
    open = await room({});
    expect(await open.caller.knock({ from: ALICE, to: DESK }).answer).toMatchObject({
      status: 480,
    });
  });
});

describe('Accept', () => {
  it('connects both participants', async () => {
    const changes: unknown[] = [];
    const { caller, events, clock } = await house((event) => {
      expect(event.Inviter.State).toBe(UCCSES_CONNECTING);
      event.Inviter.Advise({
        OnStateChanged: (_, { OldState, NewState, Reason, StatusCode }) =>
          changes.push([OldState, NewState, Reason, StatusCode >= 0]),
      });
      event.Accept();
    });
    await caller.knock({ from: ALICE, to: DESK }).answer;
    await clock.settle();
    expect(events[0]?.Inviter.State).toBe(UCCSES_CONNECTED);
    expect(events[0]?.Session.LocalParticipant.State).toBe(UCCSES_CONNECTED);
    expect(changes).toEqual([[UCCSES_CONNECTING, UCCSES_CONNECTED, 0, true]]);
  });

  it('fails with 0x80EE002A once the inviter has left, and Reject does nothing then', async () => {
    const { caller, events, clock } = await house(() => undefined);
    const alice = caller.knock({ from: ALICE, to: DESK });
    await clock.settle();
    alice.cancel();
    await clock.settle();
    expect(await alice.answer).toMatchObject({ status: 487 });
    const [event] = events;
    expect(hresultOf(() => event?.Accept())).toBe(0x80ee_002a);
    expect(hresultOf(() => event?.Forward('sip:bob@example.org'))).toBe(0x80ee_002a);
    expect(() => event?.Reject(UCC_REJECT_OR_TERMINATE_REASON.UCCROTR_BUSY)).not.toThrow();
    expect(event?.Inviter.State).toBe(UCCSES_DISCONNECTED);
  });

  it('comes to nothing where there is no room, which the participants show', async () => {
    const events: UccIncomingSessionEvent[] = [];
    let later = false;
    const application = {
      OnIncomingSession(_: UccEndpoint, event: UccIncomingSessionEvent) {
        events.push(event);
        if (!later) event.Accept();
      },
    };
    open = await room(application, {}, { limits: { sessions: 1 } });
    const { caller, clock } = open;
    await caller.knock({ from: ALICE, to: DESK }).answer;
    expect(await caller.knock({ from: ALICE, to: DESK }).answer).toMatchObject({ status: 486 });
    later = true;
    const carol = caller.knock({ from: 'sip:carol@example.com', to: DESK });
    await clock.settle();
    events[2]?.Accept();
    expect(await carol.answer).toMatchObject({ status: 486 });
    expect(events.map(({ Inviter }) => Inviter.State)).toEqual([
      UCCSES_CONNECTED,
      UCCSES_DISCONNECTED,
      UCCSES_DISCONNECTED,
    ]);
  });

  it.each(['at once', 'later'])(
    'comes to nothing where the session has no media that both sides have, %s',
    async (when) => {
      const events: UccIncomingSessionEvent[] = [];
      const application = {
        OnIncomingSession(_: UccEndpoint, event: UccIncomingSessionEvent) {
          events.push(event);
          if (when === 'at once') event.Accept();
        },
      };
      open = await room(application, {}, {}, Unacceptable);
      const { caller, clock } = open;
      caller.knock({ from: ALICE, to: DESK, type: 'audio-video' });
      if (when === 'later') events[0]?.Accept();
      await clock.settle();
      expect(events[0]?.Inviter.State).toBe(UCCSES_DISCONNECTED);
      expect(hresultOf(() => events[0]?.Accept())).toBe(0x80ee_002a);
    },
  );

  it('can come later, from outside the event', async () => {
    const { caller, events, clock, host } = await house(() => undefined);
    const alice = caller.knock({ from: ALICE, to: DESK });
    await clock.advance(5_000);
    expect(host.sessions).toBe(0);
    events[0]?.Accept();
    expect(await alice.answer).toMatchObject({ type: 'accepted' });
    await clock.settle();
    expect(events[0]?.Inviter.State).toBe(UCCSES_CONNECTED);
    expect(hresultOf(() => events[0]?.Accept())).toBe(0x80ee_002a);
  });
});

describe('an event that is kept', () => {
  it('is over at once where too many are kept already', async () => {
    const events: UccIncomingSessionEvent[] = [];
    const clock = new VirtualClock();
    const caller = new ScriptedCaller({ clock });
    const plugin = uccBot({ OnIncomingSession: (_, event) => events.push(event) });
    const host = await createHost({
      userAgents: [caller],
      clock,
      bots: [{ id: 'ucc', order: 1, plugin }],
      limits: { deferred: 1 },
    });
    await host.open();
    caller.knock({ from: ALICE, to: DESK });
    expect(await caller.knock({ from: ALICE, to: DESK }).answer).toMatchObject({ status: 480 });
    expect(events.map(({ Inviter }) => Inviter.State)).toEqual([
      UCCSES_CONNECTING,
      UCCSES_DISCONNECTED,
    ]);
    await host.close();
    await clock.settle();
    expect(events[0]?.Inviter.State).toBe(UCCSES_DISCONNECTED);
  });
});

describe('a session that another bot hands over', () => {
  it.each([
    [2, UCCSES_CONNECTED],
    [1, UCCSES_DISCONNECTED],
  ])('is an invitation like any other, where there is room for %d', async (sessions, state) => {
    const events: UccIncomingSessionEvent[] = [];
    const clock = new VirtualClock();
    const caller = new ScriptedCaller({ clock });
    const plugin = uccBot({
      OnIncomingSession(_, event) {
        events.push(event);
        event.Accept();
      },
    });
    const operator = {
      decide: () => accept((session) => void session.handOver('ucc').catch(() => undefined)),
    };
    const host = await createHost({
      userAgents: [caller],
      clock,
      bots: [
        { id: 'operator', order: 1, plugin: operator, match: ({ subject }) => subject === 'first' },
        { id: 'ucc', order: 2, plugin, limits: { sessions } },
      ],
    });
    await host.open();
    await caller.knock({ from: 'sip:carol@example.com', to: DESK }).answer;
    const alice = caller.knock({ from: ALICE, to: DESK, subject: 'first' });
    await alice.answer;
    await clock.settle();
    if (sessions === 1) await alice.hangUp();
    await clock.settle();
    expect(events[1]?.Inviter.State).toBe(state);
    await host.close();
  });
});

describe('an endpoint', () => {
  it('hears of the invitations to its own address, and one without of all others', async () => {
    const heard: string[] = [];
    open = await room((platform) => {
      for (const uri of [DESK, 'sip:help@example.org', undefined]) {
        platform.CreateEndpoint(1, uri).Advise({
          OnIncomingSession: (source, event) => {
            heard.push(source.Uri?.UserAtHost ?? 'others');
            event.Reject(486);
          },
        });
      }
    });
    for (const to of ['sip:help@example.org', 'sip:somebody@example.org', DESK])
      // oxlint-disable-next-line no-await-in-loop -- one after the other is what is meant
      await open.caller.knock({ from: ALICE, to }).answer;
    expect(heard).toEqual(['help@example.org', 'others', 'desk@example.org']);
  });

  it('is one for each address', async () => {
    const results: unknown[] = [];
    open = await room((platform) => {
      platform.CreateEndpoint(1, DESK);
      results.push(hresultOf(() => platform.CreateEndpoint(1, DESK)));
      results.push(hresultOf(() => platform.CreateEndpoint(1, 'nonsense')));
    });
    expect(results).toEqual([0x8007_0057, 0x8007_0057]);
  });
});

describe('Reject', () => {
  it.each([
    ['UCCROTR_TIMEOUT', 408],
    ['UCCROTR_UNAVAILABLE', 480],
    ['UCCROTR_ACCEPTED_ELSEWHERE', 480],
    ['UCCROTR_BUSY', 486],
    ['UCCROTR_NOT_ACCEPTABLE', 488],
    ['UCCROTR_DECLINE', 603],
    ['UCCROTR_DECLINE_EVERYWHERE', 603],
  ] as const)('%s is %d, and disconnects', async (reason, status) => {
    const { caller, events } = await house((event) =>
      event.Reject(UCC_REJECT_OR_TERMINATE_REASON[reason]),
    );
    const alice = caller.knock({ from: ALICE, to: DESK });
    expect(await alice.answer).toMatchObject({ type: 'rejected', status });
    expect(events[0]?.Session.LocalParticipant.State).toBe(UCCSES_DISCONNECTED);
  });

  it('without a reason is 480, is warned of, and does not disconnect', async () => {
    const { caller, events, notes } = await house((event) =>
      event.Reject(UCC_REJECT_OR_TERMINATE_REASON.UCCROTR_NOT_SPECIFIED),
    );
    const alice = caller.knock({ from: ALICE, to: DESK });
    expect(await alice.answer).toMatchObject({ type: 'rejected', status: 480 });
    expect(notes).toEqual([expect.stringContaining('without a reason')]);
    expect(events[0]?.Session.LocalParticipant.State).toBe(UCCSES_CONNECTING);
  });

  it('UCCROTR_FORWARDED says nothing of where to, and is an error', async () => {
    let hresult: number | undefined;
    const { caller } = await house((event) => {
      hresult = hresultOf(() => event.Reject(UCC_REJECT_OR_TERMINATE_REASON.UCCROTR_FORWARDED));
      event.Reject(UCC_REJECT_OR_TERMINATE_REASON.UCCROTR_BUSY);
    });
    expect(await caller.knock({ from: ALICE, to: DESK }).answer).toMatchObject({ status: 486 });
    expect(hresult).toBe(0x8007_0057);
  });

  it('is what keeping silent comes to when the time is over', async () => {
    const { caller, events, clock } = await house(() => undefined);
    const alice = caller.knock({ from: ALICE, to: DESK });
    await clock.advance(20_000);
    expect(await alice.answer).toMatchObject({ type: 'rejected', status: 480 });
    expect(events[0]?.Inviter.State).toBe(UCCSES_DISCONNECTED);
    expect(hresultOf(() => events[0]?.Accept())).toBe(0x80ee_002a);
  });
});

describe('Redirect and Forward', () => {
  it.each([
    ['UCCSRM_CLIENT_REDIRECT', 302],
    ['UCCSRM_SERVER_REDIRECT', 303],
  ] as const)('by %s answers %d with the targets in their order', async (method, status) => {
    const { caller, events } = await house((event) =>
      event.Redirect(UCC_SESSION_REDIRECT_METHOD[method], [
        { Name: 'Bob', Uri: 'sip:bob@example.org' },
        { Uri: 'sip:carol@example.org' },
      ]),
    );
    expect(await caller.knock({ from: ALICE, to: DESK, type: 'audio-video' }).answer).toEqual({
      type: 'forwarded',
      status,
      targets: ['sip:bob@example.org', 'sip:carol@example.org'],
    });
    expect(events[0]?.Session.LocalParticipant.State).toBe(UCCSES_DISCONNECTED);
  });

  it('goes neither to the inviter, nor to ourselves, nor to nobody', async () => {
    const results: unknown[] = [];
    const { caller } = await house((event) => {
      for (const uri of [ALICE, DESK, 'nonsense'])
        results.push(hresultOf(() => event.Forward(uri)));
      results.push(hresultOf(() => event.Redirect(302, [])));
      event.Forward('sip:bob@example.org');
    });
    const answer = await caller.knock({ from: ALICE, to: DESK }).answer;
    expect(results).toEqual([0x8007_0057, 0x8007_0057, 0x8007_0057, 0x8007_0057]);
    expect(answer).toMatchObject({ type: 'forwarded', status: 302 });
  });

  it('leaves the participants disconnected by a forwarding', async () => {
    const reasons: number[] = [];
    const { caller } = await house((event) => {
      event.Session.LocalParticipant.Advise({
        OnStateChanged: (_, { Reason }) => reasons.push(Reason),
      });
      event.Forward('sip:bob@example.org');
    });
    await caller.knock({ from: ALICE, to: DESK }).answer;
    expect(reasons).toEqual([UCC_PARTICIPANT_STATE_CHANGE_REASON.UCCPSCR_FORWARD_DISCONNECT]);
  });
});
