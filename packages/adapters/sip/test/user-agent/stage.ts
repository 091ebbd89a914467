/** A user agent before a house, on a network of paper: a test writes what arrives, and reads what leaves. */
import type { Flow, Listening, Network, NetworkEvents } from '@usher/core/adapter';
import { SeededChance, VirtualClock } from '@usher/core/testing';

import { SipUserAgent, type SipUserAgentOptions } from '../../src/index.js';
import type { SipRequest, SipResponse } from '../../src/syntax/message.js';
import { readRequest, readResponse, type Sent, UDP } from '../endpoint/bench.js';
import { ack, invite, response } from '../endpoint/peer.js';
import { House, type Talk } from './house.js';

const LISTENING: readonly Listening[] = [
  { transport: 'udp', address: '192.0.2.1', port: 5060 },
  { transport: 'tcp', address: '192.0.2.1', port: 5060 },
  { transport: 'ws', address: '192.0.2.1', port: 8080 },
];

/** So long before a test begins its peer is met: nothing of that is left when it does. */
const BEFORE = -100_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder('latin1');

/** A network of paper. */
class Paper implements Network {
  events: NetworkEvents | undefined;
  readonly sent: Sent[] = [];
  readonly disconnected: Flow[] = [];
  closed = false;

  constructor(
    private readonly clock: VirtualClock,
    private readonly listening: readonly Listening[],
  ) {}

  open(events: NetworkEvents): Promise<readonly Listening[]> {
    this.events = events;
    return Promise.resolve(this.listening);
  }

  transmit(bytes: Uint8Array, to: Flow): void {
    this.sent.push({ at: this.clock.now(), to, bytes, text: decoder.decode(bytes) });
  }

  disconnect(flow: Flow): void {
    this.disconnected.push(flow);
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

/** A user agent before a house. */
export class Stage {
  readonly clock = new VirtualClock(BEFORE);
  readonly house = new House();
  readonly network: Paper;
  readonly userAgent: SipUserAgent;

  private constructor(options: Partial<SipUserAgentOptions>, listening: readonly Listening[]) {
    this.network = new Paper(this.clock, listening);
    this.userAgent = new SipUserAgent({
      network: this.network,
      clock: this.clock,
      chance: new SeededChance(3),
      ...options,
    });
  }

  static async open(
    options: Partial<SipUserAgentOptions> = {},
    listening: readonly Listening[] = LISTENING,
  ): Promise<Stage> {
    const stage = new Stage(options, listening);
    await stage.userAgent.open(stage.house);
    await stage.#meet();
    return stage;
  }

  /** The peer shows that it is where it seems to be: it has heard what we answered to it. */
  async #meet(): Promise<void> {
    const { house, clock } = this;
    house.refusal = { status: 480 };
    const wish = { callId: 'meeting', branch: 'z9hG4bKmeeting' };
    await this.receive(invite(wish));
    const [answer] = this.take();
    if (answer !== undefined) await this.receive(ack(readResponse(answer), wish));
    house.refusal = undefined;
    await clock.advance(-BEFORE);
    this.take();
    house.violations.length = 0;
  }

  /** Something arrives, and promises settle. */
  async receive(message: string | Uint8Array, from: Flow = UDP): Promise<void> {
    const bytes = typeof message === 'string' ? encoder.encode(message) : message;
    this.network.events?.receive(bytes, from);
    await this.clock.settle();
  }

  /** All that left since the last look. */
  take(): Sent[] {
    return this.network.sent.splice(0);
  }

  /** The one thing that left since the last look, as a response. */
  response(): SipResponse {
    return readResponse(this.#only());
  }

  /** The one thing that left since the last look, as a request. */
  request(): SipRequest {
    return readRequest(this.#only());
  }

  /** A session to which a peer has invited us; the 200 that it rests on. */
  async session(wish: Parameters<typeof invite>[0] = {}, from: Flow = UDP): Promise<SipResponse> {
    await this.receive(invite(wish), from);
    const ok = this.response();
    await this.receive(ack(ok, wish), from);
    return ok;
  }

  /** The last session in the house. */
  get talk(): Talk {
    const talk = this.house.talks.at(-1);
    if (talk === undefined) throw new Error('nobody is in the house');
    return talk;
  }

  /** Answers a request of ours. */
  async respond(to: SipRequest, status = 200, ...rest: [] | [string]): Promise<void> {
    await this.receive(response(to, status, ...rest));
  }

  #only(): Sent {
    const [only, ...more] = this.take();
    if (only !== undefined && more.length === 0) return only;
    const seen = [only, ...more].map((sent) => sent?.text.split('\r\n')[0] ?? 'nothing');
    throw new Error(`one message was expected to leave: ${seen.join('; ')}`);
  }
}
