import { afterEach, describe, expect, it } from '@jest/globals';
import { Address, createHost, type Host } from '@usher/core';
import type { Network } from '@usher/core/adapter';
import { RecordingReceiver, SeededChance, SimulatedWire, VirtualClock } from '@usher/core/testing';
import { SipNetwork, SipUserAgent, type SipUserAgentOptions } from '@usher/sip';
import {
  UCC_REJECT_OR_TERMINATE_REASON,
  UCC_SESSION_ENTITY_STATE,
  type UccIncomingSessionEvent,
  uccBot,
} from '@usher/ucc';

/** Two ends of SIP, and the clock that both go by. */
interface Stage {
  readonly ends: readonly Pick<SipUserAgentOptions, 'network' | 'clock' | 'chance'>[];
}

function onPaper(): Stage {
  const clock = new VirtualClock();
  const chance = new SeededChance(7);
  const wire = new SimulatedWire({ clock, chance });
  const network = (address: string): Network =>
    wire.network([{ transport: 'udp', address, port: 5060 }]);
  return {
    ends: ['192.0.2.1', '192.0.2.2'].map((at) => ({ network: network(at), clock, chance })),
  };
}

function onSockets(): Stage {
  const network = (): Network =>
    new SipNetwork([{ transport: 'udp', address: '127.0.0.1', port: 0 }]);
  return { ends: [{ network: network() }, { network: network() }] };
}

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

/** A house with an application of UCC's that answers like this; and what became of an invitation to it. */
async function invited(stage: Stage, answer: (event: UccIncomingSessionEvent) => void) {
  const [theirs, ours] = stage.ends;
  if (theirs === undefined || ours === undefined) throw new Error('a stage has two ends');
  const events: UccIncomingSessionEvent[] = [];
  const notes: string[] = [];
  const plugin = uccBot({
    OnIncomingSession(_source, event) {
      events.push(event);
      answer(event);
    },
  });
  const userAgent = new SipUserAgent(ours);
  const host: Host = await createHost({
    ...(ours.clock !== undefined && { clock: ours.clock }),
    userAgents: [userAgent],
    bots: [{ id: 'desk', plugin, order: 1 }],
  });
  host.activity.subscribe((activity) => {
    if (activity.type === 'noted') notes.push(activity.text);
  });
  await host.open();
  const caller = new SipUserAgent(theirs);
  await caller.open({ knock: () => ({ status: 480 }), violated: () => undefined });
  opened.push(caller, host);
  const [place] = userAgent.listening;
  const target = Address.parse(`sip:desk@${place?.address}:${place?.port}`);
  const inviting = caller.invite(target, new RecordingReceiver());
  if (ours.clock instanceof VirtualClock) await ours.clock.advance(1_000);
  return { outcome: await inviting, events, notes };
}

describe.each([
  ['a simulated wire', onPaper],
  ['sockets', onSockets],
])('over %s', (_name, build) => {
  it('T4: to reject without a reason is 480, is warned of, and does not disconnect', async () => {
    const { outcome, events, notes } = await invited(build(), (event) =>
      event.Reject(UCC_REJECT_OR_TERMINATE_REASON.UCCROTR_NOT_SPECIFIED),
    );
    expect(outcome).toMatchObject({ type: 'rejected', status: 480 });
    expect(notes).toEqual([expect.stringContaining('without a reason')]);
    expect(events[0]?.Session.LocalParticipant.State).toBe(
      UCC_SESSION_ENTITY_STATE.UCCSES_CONNECTING,
    );
  });

  it('to reject as busy is 486, and disconnects', async () => {
    const { outcome, events, notes } = await invited(build(), (event) =>
      event.Reject(UCC_REJECT_OR_TERMINATE_REASON.UCCROTR_BUSY),
    );
    expect(outcome).toMatchObject({ type: 'rejected', status: 486 });
    expect(notes).toEqual([]);
    expect(events[0]?.Session.LocalParticipant.State).toBe(
      UCC_SESSION_ENTITY_STATE.UCCSES_DISCONNECTED,
    );
  });
});
