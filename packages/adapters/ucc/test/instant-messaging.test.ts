import { afterEach, describe, expect, it } from '@jest/globals';
import type { Placement } from '@usher/core';

import {
  UCC_PARTICIPANT_STATE_CHANGE_REASON,
  UCC_REJECT_OR_TERMINATE_REASON,
  UCC_SESSION_ENTITY_STATE,
  UccInstantMessagingSession,
  type UccOperationEvent,
  type UccSessionManagerEvents,
} from '../src/index.js';
import { hresultOf } from './hresult-of.js';
import { ALICE, DESK, room, type Room } from './room.js';

const { UCCROTR_DECLINE } = UCC_REJECT_OR_TERMINATE_REASON;
const { UCCSES_DISCONNECTING, UCCSES_DISCONNECTED } = UCC_SESSION_ENTITY_STATE;
const { UCCPSCR_REMOTE_HANGUP_ACTION, UCCPSCR_ERROR } = UCC_PARTICIPANT_STATE_CHANGE_REASON;

let open: Room | undefined;
afterEach(async () => {
  const closing = open?.host.close();
  await open?.clock.advance(60_000);
  await closing;
  open = undefined;
});

/** Alice talks with an application that accepts everybody. */
async function talk(
  advise: (session: UccInstantMessagingSession) => void = () => undefined,
  placement: Partial<Placement> = {},
) {
  const made: UccInstantMessagingSession[] = [];
  const application: Partial<UccSessionManagerEvents> = {
    OnIncomingSession(_, event) {
      if (!(event.Session instanceof UccInstantMessagingSession)) return;
      made.push(event.Session);
      advise(event.Session);
      event.Accept();
    },
  };
  open = await room(application, {}, placement);
  const alice = open.caller.knock({ from: ALICE, to: DESK });
  await alice.answer;
  await open.clock.settle();
  const [session] = made;
  if (session?.remote === undefined) throw new Error('no session was made');
  return { ...open, alice, session, remote: session.remote };
}

describe('an instant messaging session', () => {
  it('has two participants, of whom one is local', async () => {
    const { session } = await talk();
    expect(session.Participants.Count).toBe(2);
    expect([...session.Participants].map(({ IsLocal }) => IsLocal)).toEqual([true, false]);
  });

  it('raises each message at the participant who says it', async () => {
    const heard: string[] = [];
    const { alice } = await talk((session) =>
      session.remote?.Advise({
        OnInstantMessageReceived: (from, { ContentType, Content }) =>
          heard.push(`${from.Uri.UserAtHost} ${ContentType} ${Content}`),
      }),
    );
    await alice.say('hello');
    await alice.say('grüße');
    expect(heard).toEqual([
      'alice@example.com text/plain;charset=UTF-8 hello',
      'alice@example.com text/plain;charset=UTF-8 grüße',
    ]);
  });

  it('keeps what is said before anybody is advised, and raises it then', async () => {
    const heard: string[] = [];
    const { alice, remote, clock } = await talk();
    await alice.say('early');
    await clock.settle();
    remote.Advise({ OnInstantMessageReceived: (_, { Content }) => heard.push(Content) });
    await clock.settle();
    expect(heard).toEqual(['early']);
  });

  it('tells for each participant what became of a message, with the operation that it was', async () => {
    const events: UccOperationEvent[] = [];
    const { alice, session, clock } = await talk();
    session.Advise({ OnSendMessage: (_, event) => events.push(event) });
    session.SendMessage('text/plain', 'hello', { OperationId: 7 });
    expect(await alice.hears(1)).toEqual(['hello']);
    alice.receiver.receipt = () => ({ type: 'refused', status: 486, text: 'Busy Here' });
    session.SendMessage('text/plain', 'again', { OperationId: 8 });
    await clock.settle();
    expect(events.map(({ OriginalOperationContext }) => OriginalOperationContext)).toEqual([
      { OperationId: 7 },
      { OperationId: 8 },
    ]);
    const results = events.flatMap(({ ParticipantResults }) => ParticipantResults);
    expect(results.map(({ StatusCode }) => StatusCode >>> 0)).toEqual([0x00ef_00c8, 0x80ef_01e6]);
    expect(results[1]?.StatusCode).toBeLessThan(0);
    expect(results[0]?.ParticipantEndpoint.Uri.Value).toBe(ALICE);
  });

  it('carries text of any kind and nothing else, and only while somebody is connected', async () => {
    const { session, alice, clock } = await talk();
    expect(hresultOf(() => session.SendMessage('image/gif', ''))).toBe(0x8007_0057);
    session.SendMessage('text/html', '<b>hello</b>');
    await alice.hears(1);
    expect(alice.receiver.messages[0]?.contentType).toBe('text/html');
    await alice.hangUp();
    await clock.settle();
    expect(hresultOf(() => session.SendMessage('text/plain', 'late'))).toBe(0x80ee_002a);
    expect(hresultOf(() => session.StartComposing())).toBe(0x80ee_002a);
  });

  it('shows who is typing, both ways', async () => {
    const raised: string[] = [];
    const { alice, session, remote, clock } = await talk();
    remote.Advise({
      OnComposing: () => raised.push('composing'),
      OnIdle: () => raised.push('idle'),
    });
    alice.type('active');
    await clock.settle();
    expect(remote.IsComposing).toBe(true);
    alice.type('idle');
    await clock.settle();
    expect(raised).toEqual(['composing', 'idle']);
    session.StartComposing();
    session.StopComposing();
    await clock.settle();
    expect(alice.receiver.composing).toEqual(['active', 'idle']);
  });
});

describe('the end of a session', () => {
  it('is told by Terminate to both sides, once', async () => {
    const states: number[] = [];
    const ends: UccOperationEvent[] = [];
    const { alice, session, remote, clock } = await talk();
    remote.Advise({ OnStateChanged: (_, { NewState }) => states.push(NewState) });
    session.Advise({ OnTerminate: (_, event) => ends.push(event) });
    session.Terminate(UCCROTR_DECLINE, { OperationId: 3 });
    await alice.leftAlone();
    await clock.settle();
    session.Terminate(UCCROTR_DECLINE);
    await clock.settle();
    expect(states).toEqual([UCCSES_DISCONNECTING, UCCSES_DISCONNECTED]);
    expect(ends.map(({ OriginalOperationContext }) => OriginalOperationContext)).toEqual([
      { OperationId: 3 },
    ]);
  });

  it('is warned of where Terminate names no reason', async () => {
    const { session, notes } = await talk();
    session.Terminate(UCC_REJECT_OR_TERMINATE_REASON.UCCROTR_NOT_SPECIFIED);
    expect(notes).toEqual([expect.stringContaining('without a reason')]);
  });

  it('comes from the peer, after all that the peer said', async () => {
    const raised: string[] = [];
    const { alice, session, clock } = await talk(({ remote }) =>
      remote?.Advise({
        OnInstantMessageReceived: (_, { Content }) => raised.push(Content),
        OnStateChanged: (_, { NewState, Reason }) => raised.push(`${NewState} ${Reason}`),
      }),
    );
    session.Advise({ OnTerminate: () => raised.push('terminated') });
    raised.length = 0;
    await alice.say('bye');
    await alice.hangUp();
    await clock.settle();
    expect(raised).toEqual([
      'bye',
      `${UCCSES_DISCONNECTED} ${UCCPSCR_REMOTE_HANGUP_ACTION}`,
      'terminated',
    ]);
  });

  it('comes after what waited behind an answer of ours, whose fate is told whenever it is known', async () => {
    const raised: string[] = [];
    const { alice, clock } = await talk((session) => {
      session.Advise({ OnSendMessage: (_, { StatusCode }) => raised.push(`${StatusCode >= 0}`) });
      session.remote?.Advise({
        OnInstantMessageReceived: (_, { Content }) => {
          raised.push(Content);
          if (Content === 'one') session.SendMessage('text/plain', 'answer');
        },
        OnStateChanged: (_, { NewState }) => {
          if (NewState === UCCSES_DISCONNECTED) raised.push('disconnected');
        },
      });
    });
    let take: (receipt: { type: 'taken' }) => void = () => undefined;
    alice.receiver.receipt = () => new Promise((resolve) => (take = resolve));
    void alice.say('one');
    void alice.say('two');
    await clock.settle();
    expect(raised).toEqual(['one']);
    await alice.hangUp();
    await clock.settle();
    expect(raised).toEqual(['one', 'two', 'disconnected']);
    take({ type: 'taken' });
    await clock.settle();
    expect(raised).toEqual(['one', 'two', 'disconnected', 'true']);
  });

  it('waits for the messages that a full mailbox still hands out', async () => {
    const raised: string[] = [];
    const { alice, clock } = await talk(
      ({ remote }) =>
        remote?.Advise({
          OnInstantMessageReceived: (_, { Content }) => raised.push(Content),
          OnStateChanged: (_, { NewState }) => {
            if (NewState === UCCSES_DISCONNECTED) raised.push('disconnected');
          },
        }),
      { session: { mailbox: 1 } },
    );
    await alice.say('one');
    await alice.say('two');
    await alice.hangUp();
    await clock.advance(5_000);
    expect(raised).toEqual(['one', 'two', 'disconnected']);
  });

  it('is an error where the network broke, and nothing is raised after it', async () => {
    const reasons: number[] = [];
    const { alice, remote, clock } = await talk();
    remote.Advise({ OnStateChanged: (_, { Reason }) => reasons.push(Reason) });
    alice.lose();
    alice.type('active');
    await clock.settle();
    expect(reasons).toEqual([UCCPSCR_ERROR]);
    expect(remote.State).toBe(UCCSES_DISCONNECTED);
  });

  it('is what removing the other participant comes to', async () => {
    const raised: string[] = [];
    const { alice, session, remote, clock } = await talk();
    session.Participants.Advise({
      OnParticipantRemoved: (_, { Participant }) => raised.push(Participant.Uri.UserAtHost),
    });
    session.Advise({ OnRemoveParticipant: () => raised.push('removed') });
    session.RemoveParticipant(remote);
    await alice.leftAlone();
    await clock.settle();
    expect(raised).toEqual(['alice@example.com', 'removed']);
    expect(session.Participants.Count).toBe(1);
  });
});

describe('who is advised', () => {
  it('hears of nothing more after Unadvise, and one that fails disturbs no other', async () => {
    const heard: string[] = [];
    const { alice, remote, notes, clock } = await talk();
    const broken = {
      OnInstantMessageReceived: () => Promise.reject(new Error('broken')),
    };
    remote.Advise(broken);
    remote.Advise({ OnInstantMessageReceived: (_, { Content }) => heard.push(Content) });
    await alice.say('one');
    await clock.settle();
    remote.Unadvise(broken);
    await alice.say('two');
    await clock.settle();
    expect(heard).toEqual(['one', 'two']);
    expect(notes).toEqual(['OnInstantMessageReceived failed']);
  });
});
