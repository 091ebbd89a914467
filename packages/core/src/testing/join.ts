/** Two bare machines, joined by a simulated wire: the second step of testing one, after the machine by itself. */
import { Drive } from '../machine/drive.js';
import type { Flow, Machine } from '../machine/machine.js';
import type { Clock } from '../ports/clock.js';
import type { Listening } from '../ports/user-agent.js';
import type { SimulatedWire } from './simulated-wire.js';

/** One of two joined machines. */
export interface Joined<Command, Event> {
  readonly drive: Drive<Command, Event>;
  /** All that it told of, in order. */
  readonly events: Event[];
}

const ONE: Listening = { transport: '', address: '192.0.2.201', port: 5060 };
const OTHER: Listening = { transport: '', address: '192.0.2.202', port: 5060 };

/**
 * Joins two machines over this transport of the wire. What a machine transmits without naming a flow goes to the other.
 */
export async function join<C1, E1, C2, E2>(
  wire: SimulatedWire,
  clock: Clock,
  transport: string,
  one: Machine<C1, E1>,
  other: Machine<C2, E2>,
): Promise<[Joined<C1, E1>, Joined<C2, E2>]> {
  const here = { ...ONE, transport };
  const there = { ...OTHER, transport };
  return [
    await attach(wire, clock, one, here, there),
    await attach(wire, clock, other, there, here),
  ];
}

async function attach<C, E>(
  wire: SimulatedWire,
  clock: Clock,
  machine: Machine<C, E>,
  local: Listening,
  remote: Listening,
): Promise<Joined<C, E>> {
  const network = wire.network([local]);
  // A peer that has connected is answered on its connection; until then, we would open one ourselves.
  let toPeer: Flow = { transport: local.transport, local, remote };
  const events: E[] = [];
  const pipe = {
    transmit: (bytes: Uint8Array, to: Flow | undefined) => network.transmit(bytes, to ?? toPeer),
  };
  const drive = new Drive(machine, pipe, clock, (event) => {
    events.push(event);
  });
  await network.open({
    receive: (bytes, from) => drive.receive(bytes, from),
    opened: (flow) => {
      toPeer = flow;
    },
    closed: () => {},
    failed: () => {},
  });
  return { drive, events };
}
