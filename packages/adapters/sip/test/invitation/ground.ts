/** Where a house and one who invites it by hand meet: on a simulated wire, or on sockets of the loopback interface. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

import { type Activity, createHost, type Host, type Placement } from '@usher/core';
import type { Flow } from '@usher/core/adapter';
import { SeededChance, SimulatedWire, VirtualClock } from '@usher/core/testing';

import { sip, SipUserAgent } from '../../src/index.js';
import { OFFER, request, type Wish } from '../endpoint/peer.js';

/** Time moves by hand on sockets as well, where what is under way arrives by itself. On the wire it moves by so much. */
const STEP = 10;
const PATIENCE = 1_000;

/** The peer's end. */
interface Line {
  readonly address: string;
  readonly port: number;
  send(bytes: Uint8Array): void;
  /** Lets something arrive; undefined where it does by itself. */
  readonly wait?: () => Promise<void>;
  close(): Promise<void>;
}

/** What a ground is made of. */
interface Laid {
  readonly userAgent: SipUserAgent;
  readonly clock: VirtualClock;
  /** Opened when the house listens. */
  readonly line: (hear: (bytes: Uint8Array) => void) => Promise<Line>;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('latin1');

/** A house, and one who invites it. */
export class Ground {
  readonly activity: Activity[] = [];
  /** All that the peer has heard, in order. */
  readonly heard: string[] = [];
  #line: Line | undefined;
  /** Told when there is something new to look at. */
  #news: (() => void) | undefined;

  private constructor(
    readonly host: Host,
    readonly userAgent: SipUserAgent,
    readonly clock: VirtualClock,
  ) {}

  static async open(lay: () => Laid, bots: readonly Placement[]): Promise<Ground> {
    const { userAgent, clock, line } = lay();
    const host = await createHost({ userAgents: [userAgent], clock, bots });
    const ground = new Ground(host, userAgent, clock);
    host.activity.subscribe((activity) => {
      ground.activity.push(activity);
      ground.#news?.();
    });
    await host.open();
    ground.#line = await line((bytes) => {
      ground.heard.push(decoder.decode(bytes));
      ground.#news?.();
    });
    return ground;
  }

  /** Invites. */
  invite(extra: readonly string[] = [], wish: Wish = {}): void {
    this.send('INVITE', {
      extra: [...extra, 'Content-Type: application/sdp'],
      body: OFFER,
      ...wish,
    });
  }

  send(method: string, wish: Wish = {}): void {
    const { address, port } = this.#open;
    // RFC 3261, 9.1 and 17.1.1.3: CANCEL, and the ACK to a refusal, have the branch of their INVITE.
    const via = `SIP/2.0/UDP ${address}:${port};branch=z9hG4bKinvite;rport`;
    const contact = method === 'INVITE' ? `<sip:alice@${address}:${port}>` : null;
    this.#open.send(encoder.encode(request(method, { via, contact, ...wish })));
  }

  /** The first message that was, or will be, heard and looks so. */
  async hears(pattern: RegExp): Promise<string> {
    return this.#until(() => this.heard.find((text) => pattern.test(text)), String(pattern));
  }

  /** The final answer to the INVITE: its status. */
  async final(): Promise<number> {
    const text = await this.hears(/^SIP\/2\.0 [2-6][^]*^CSeq: \d+ INVITE/m);
    return Number(text.slice(8, 11));
  }

  /** The first activity of this type. */
  async told<Type extends Activity['type']>(
    type: Type,
  ): Promise<Extract<Activity, { readonly type: Type }>> {
    const is = (one: Activity): one is Extract<Activity, { readonly type: Type }> =>
      one.type === type;
    return this.#until(() => this.activity.find(is), type);
  }

  /** Waits for what comes when something under way has arrived. */
  async settled<T>(promise: Promise<T>): Promise<T> {
    const arriving = this.#open.wait?.();
    const [value] = await Promise.all([promise, arriving]);
    return value;
  }

  /** The final answers to the INVITE that were heard; each once more where it was repeated. */
  get finals(): string[] {
    return this.heard.filter((text) => /^SIP\/2\.0 [2-6][^]*^CSeq: \d+ INVITE/m.test(text));
  }

  /** How often it has rung. */
  get rings(): number {
    return this.heard.filter((text) => text.startsWith('SIP/2.0 180 ')).length;
  }

  /** What is left in the house when all that lingers is over. */
  async left(): Promise<unknown> {
    await this.clock.advance(100_000);
    const { sessions, pending, deferred } = this.host.state;
    const { dialogs, pending: invited, server, parties } = this.userAgent.counts ?? {};
    return [sessions.used, pending.used, deferred.used, dialogs, invited, server, parties];
  }

  async close(): Promise<void> {
    const closing = this.host.close();
    await this.clock.advance(60_000);
    await closing;
    await this.#line?.close();
  }

  get #open(): Line {
    if (this.#line === undefined) throw new Error('not open');
    return this.#line;
  }

  async #until<T>(find: () => T | undefined, what: string): Promise<T> {
    for (let count = 0; count < PATIENCE; count += 1) {
      const found = find();
      if (found !== undefined) return found;
      const news = new Promise<void>((resolve) => {
        this.#news = resolve;
      });
      // oxlint-disable-next-line no-await-in-loop -- one look after the other
      await (this.#open.wait?.() ?? news);
    }
    throw new Error(`${what} never came; heard: ${this.heard.join('\n')}`);
  }
}

/** Nothing left of anything. */
export const NOTHING = [0, 0, 0, 0, 0, 0, 0];

/** On a simulated wire, five milliseconds long. */
export function onTheWire(): Laid {
  const clock = new VirtualClock();
  const chance = new SeededChance(11);
  const wire = new SimulatedWire({ clock, chance, delay: { min: 5, max: 5 } });
  const [ours, theirs] = ['192.0.2.1', '192.0.2.2'].map((address) => ({
    transport: 'udp',
    address,
    port: 5060,
  }));
  if (ours === undefined || theirs === undefined) throw new Error('there are two');
  const network = wire.network([ours]);
  const peer = wire.network([theirs]);
  const userAgent = new SipUserAgent({
    network,
    clock,
    chance,
    trust: { networks: [theirs.address] },
  });
  const to: Flow = { transport: 'udp', local: theirs, remote: ours };
  return {
    userAgent,
    clock,
    line: async (hear) => {
      await peer.open({ receive: hear, closed: () => {}, failed: () => {} });
      return {
        ...theirs,
        send: (bytes) => peer.transmit(bytes, to),
        wait: () => clock.advance(STEP),
        close: () => peer.close(),
      };
    },
  };
}

/** On sockets, with datagrams. */
export function onSockets(): Laid {
  const clock = new VirtualClock();
  const userAgent = sip({
    listen: ['sip:127.0.0.1:0;transport=udp'],
    clock,
    trust: { networks: ['127.0.0.1'] },
  });
  return {
    userAgent,
    clock,
    line: async (hear) => {
      const port = userAgent.listening[0]?.port ?? 0;
      const socket = createSocket('udp4').bind(0, '127.0.0.1');
      await once(socket, 'listening');
      socket.on('message', hear);
      return {
        address: '127.0.0.1',
        port: socket.address().port,
        send: (bytes) => socket.send(bytes, port, '127.0.0.1'),
        close: async () => {
          socket.close();
          await once(socket, 'close');
        },
      };
    },
  };
}
