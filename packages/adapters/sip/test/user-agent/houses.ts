/** Whole houses on one simulated wire, which may lose header fields on its way. */
import {
  accept,
  createHost,
  type Activity,
  type Bot,
  type Host,
  type HostOptions,
} from '@usher/core';
import type { Network } from '@usher/core/adapter';
import { SeededChance, SimulatedWire, VirtualClock } from '@usher/core/testing';

import { SipUserAgent } from '../../src/index.js';

const decoder = new TextDecoder('latin1');

/** One house. */
export interface WiredHouse {
  readonly host: Host;
  readonly userAgent: SipUserAgent;
  readonly activity: readonly Activity[];
}

/** A wire with houses on it. */
export class Street {
  readonly clock = new VirtualClock();
  readonly wire: SimulatedWire;
  readonly #chance = new SeededChance(11);
  readonly #houses: WiredHouse[] = [];

  /**
   * @param strips the header fields that get lost on the way.
   * @param loss which part of the datagrams gets lost, and as many arrive twice.
   */
  constructor(
    private readonly strips: readonly string[] = [],
    loss = 0,
  ) {
    const delay = { min: 5, max: 20 };
    const { clock } = this;
    this.wire = new SimulatedWire({ clock, chance: this.#chance, delay, loss, duplication: loss });
  }

  /** A house at this address with one bot, which accepts unless it is told otherwise. */
  async build(
    address: string,
    decide: Bot['decide'] = () => accept(() => undefined),
    options: Partial<HostOptions> = {},
  ): Promise<WiredHouse> {
    const { clock } = this;
    const chance = this.#chance;
    const network = this.#losing(this.wire.network([{ transport: 'udp', address, port: 5060 }]));
    const userAgent = new SipUserAgent({ clock, chance, network });
    const bots = [{ id: 'bot', order: 1, plugin: { decide } }];
    const host = await createHost({ clock, chance, userAgents: [userAgent], bots, ...options });
    const activity: Activity[] = [];
    host.activity.subscribe((one) => activity.push(one));
    await host.open();
    const house = { host, userAgent, activity };
    this.#houses.push(house);
    return house;
  }

  /** What was put on the wire as a request of this method, as `from → to`; each transmission once. */
  sent(method: string): string[] {
    const seen = new Set<string>();
    const found: string[] = [];
    for (const { bytes, from, to } of this.wire.log) {
      const text = decoder.decode(bytes);
      if (!text.startsWith(`${method} `) || seen.has(text)) continue;
      seen.add(text);
      found.push(`${from.address} → ${to.address}`);
    }
    return found;
  }

  /** Lets time pass until this is done. */
  async until<T>(done: Promise<T>): Promise<T> {
    const progress = { over: false };
    const finish = (): void => {
      progress.over = true;
    };
    done.then(finish, finish);
    for (let step = 0; step < 2_000 && !progress.over; step += 1) {
      // oxlint-disable-next-line no-await-in-loop -- step by step
      await this.clock.advance(100);
    }
    return done;
  }

  /** Lets all timers run out; what is left in the houses then. */
  async rest(): Promise<unknown[]> {
    await this.clock.advance(200_000);
    return this.#houses.map(({ host, userAgent }) => ({
      sessions: host.sessions,
      pending: host.state.pending.used,
      dialogs: userAgent.counts?.dialogs,
      parties: userAgent.counts?.parties,
    }));
  }

  #losing(network: Network): Network {
    if (this.strips.length === 0) return network;
    const lost = new RegExp(`^(?:${this.strips.join('|')}):.*\r\n`, 'gim');
    const encoder = new TextEncoder();
    return {
      open: (events) => network.open(events),
      transmit: (bytes, to) =>
        network.transmit(encoder.encode(decoder.decode(bytes).replaceAll(lost, '')), to),
      disconnect: (flow) => network.disconnect(flow),
      close: () => network.close(),
    };
  }
}

/** What a house that is at rest holds. */
export const AT_REST = { sessions: 0, pending: 0, dialogs: 0, parties: 0 };
