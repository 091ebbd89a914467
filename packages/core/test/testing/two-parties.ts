/** Two parties on one simulated wire, and what each of them sees. */
import type { Flow, Network, NetworkEvents } from '../../src/adapter.js';
import { SeededChance, SimulatedWire, VirtualClock } from '../../src/testing/index.js';
import type { WireOptions } from '../../src/testing/index.js';

export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
export const bytes = (of: string): Uint8Array => new TextEncoder().encode(of);

/** What one party has seen. */
export class Seen implements NetworkEvents {
  readonly received: { text: string; at: number; from: Flow }[] = [];
  readonly openedFlows: Flow[] = [];
  readonly closedFlows: Flow[] = [];
  readonly failures: { flow: Flow; why: string; at: number }[] = [];

  constructor(private readonly clock: VirtualClock) {}

  receive(piece: Uint8Array, from: Flow): void {
    this.received.push({ text: text(piece), at: this.clock.now(), from });
  }
  opened(flow: Flow): void {
    this.openedFlows.push(flow);
  }
  closed(flow: Flow): void {
    this.closedFlows.push(flow);
  }
  failed(flow: Flow, why: string): void {
    this.failures.push({ flow, why, at: this.clock.now() });
  }
  /** The first piece that came. */
  get first(): { text: string; at: number; from: Flow } {
    const [first] = this.received;
    if (first === undefined) throw new Error('nothing was received');
    return first;
  }
  get flow(): Flow {
    const [flow] = this.openedFlows;
    if (flow === undefined) throw new Error('nothing was opened');
    return flow;
  }
  get texts(): string[] {
    return this.received.map((piece) => piece.text);
  }
  get all(): string {
    return this.texts.join('');
  }
}

export const here = { address: '192.0.2.10', port: 5060 };
export const there = { address: '192.0.2.20', port: 5060 };

export const deaf: NetworkEvents = { receive: () => {}, closed: () => {}, failed: () => {} };

/** Two parties on one wire. */
export async function twoParties(
  transport: string,
  options: Partial<WireOptions> & { seed?: number } = {},
): Promise<{
  clock: VirtualClock;
  wire: SimulatedWire;
  alice: Network;
  bob: Network;
  atAlice: Seen;
  atBob: Seen;
  toBob: Flow;
}> {
  const clock = new VirtualClock(0);
  const wire = new SimulatedWire({
    clock,
    chance: new SeededChance(options.seed ?? 1),
    ...options,
  });
  const alice = wire.network([{ transport, ...here }]);
  const bob = wire.network([{ transport, ...there }]);
  const [atAlice, atBob] = [new Seen(clock), new Seen(clock)];
  await alice.open(atAlice);
  await bob.open(atBob);
  return { clock, wire, alice, bob, atAlice, atBob, toBob: { transport, remote: there } };
}
