import { afterEach, describe, expect, it } from '@jest/globals';
import { Address, type Session, type Transferred } from '@usher/core';
import type { Door, Receiver } from '@usher/core/adapter';
import { ScriptedCaller } from '@usher/core/testing';

import {
  UCC_PARTICIPANT_STATE_CHANGE_REASON,
  type UccIncomingSessionEvent,
  type UccSession,
} from '../src/index.js';
import { endedAs } from '../src/ended-as.js';
import { transferTo } from '../src/transfer-to.js';
import { hresultOf } from './hresult-of.js';
import { ALICE, DESK, room, type Room } from './room.js';

const { UCCPSCR_TRANSFER_ACTION, UCCPSCR_FAILED } = UCC_PARTICIPANT_STATE_CHANGE_REASON;
const BOB = Address.parse('sip:bob@example.net');

let open: Room | undefined;
afterEach(async () => {
  const closing = open?.host.close();
  await open?.clock.advance(60_000);
  await closing;
  open = undefined;
});

/** A session of the house whose peer takes a transfer so. */
function line(outcome: Transferred): Pick<Session, 'transfer'> {
  return { transfer: () => Promise.resolve(outcome) };
}

/** An edge at which each further invitation is to take the place of the session before it (RFC 3891). */
class Replacing extends ScriptedCaller {
  override open(door: Door): Promise<void> {
    let last: Receiver | undefined;
    return super.open({
      violated: (violation) => door.violated(violation),
      knock: (knock) =>
        door.knock({
          invitation: Object.assign(knock.invitation, { replaces: last }),
          answer(answer) {
            if (answer.type === 'accept') last = answer.receiver;
            return knock.answer(answer);
          },
        }),
    });
  }
}

describe('TargetReplaceSession', () => {
  it('is the session that an invitation is to take the place of', async () => {
    const events: UccIncomingSessionEvent[] = [];
    const application = {
      OnIncomingSession(_: unknown, event: UccIncomingSessionEvent) {
        events.push(event);
        event.Accept();
      },
    };
    open = await room(application, {}, {}, Replacing);
    const { caller, clock } = open;
    await caller.knock({ from: ALICE, to: DESK }).answer;
    await clock.settle();
    await caller.knock({ from: 'sip:carol@example.com', to: DESK }).answer;
    const [one, other] = events;
    expect(one?.TargetReplaceSession).toBeUndefined();
    expect(one?.Session.Context.IsPropertySet(201_735)).toBe(false);
    expect(other?.TargetReplaceSession).toBe(one?.Session);
    expect(other?.Session.Context.GetProperty(201_735).Value).toBe(one?.Session);
  });
});

describe('a transfer', () => {
  it('is told by what the other side says to it', async () => {
    expect(await transferTo(line({ type: 'transferred' }), BOB, undefined)).toMatchObject({
      reason: UCCPSCR_TRANSFER_ACTION,
      status: 200,
    });
    const failed = line({ type: 'failed', status: 603, reason: 'Decline' });
    expect(await transferTo(failed, BOB, undefined)).toMatchObject({
      reason: UCCPSCR_FAILED,
      status: 603,
      text: 'Decline',
    });
  });

  it('ends a session as one, and so does a replacement', () => {
    expect(endedAs({ by: 'bot', why: 'transferred' }).reason).toBe(UCCPSCR_TRANSFER_ACTION);
    expect(endedAs({ by: 'peer', why: 'replaced' }).reason).toBe(UCCPSCR_TRANSFER_ACTION);
  });

  it('fails with 0x80EE0070 where the session cannot be transferred, and the session goes on', async () => {
    const made: UccSession[] = [];
    const codes: unknown[] = [];
    open = await room({
      OnIncomingSession(_, event) {
        made.push(event.Session);
        event.Session.Advise({
          OnTransferProgress: (__, { OriginalOperationContext, StatusCode }) =>
            codes.push([OriginalOperationContext?.OperationId, StatusCode >>> 0]),
        });
        event.Accept();
      },
    });
    const { caller, clock } = open;
    const alice = caller.knock({ from: ALICE, to: DESK });
    await caller.knock({ from: 'sip:carol@example.com', to: DESK }).answer;
    await alice.answer;
    await clock.settle();
    const [one, other] = made;
    one?.BlindTransfer('sip:bob@example.net', { OperationId: 5 });
    if (other !== undefined) one?.ConsultativeTransfer(other, { OperationId: 6 });
    await clock.settle();
    expect(codes).toEqual([
      [5, 0x80ee_0070],
      [6, 0x80ee_0070],
    ]);
    await alice.say('still here');
    expect(alice.receiver.ends).toEqual([]);
  });

  it('wants somebody to be connected, in both sessions', async () => {
    const results: unknown[] = [];
    open = await room({
      OnIncomingSession(_, { Session }) {
        results.push(hresultOf(() => Session.BlindTransfer('sip:bob@example.net')));
        results.push(hresultOf(() => Session.BlindTransfer('nonsense')));
        results.push(hresultOf(() => Session.ConsultativeTransfer(Session)));
      },
    });
    open.caller.knock({ from: ALICE, to: DESK });
    await open.clock.settle();
    expect(results).toEqual([0x80ee_002a, 0x8007_0057, 0x80ee_002a]);
  });
});
