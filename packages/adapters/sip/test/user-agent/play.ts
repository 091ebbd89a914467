/** Message files, played to a whole house by every way that a message can come. */
import type { Flow } from '@usher/core/adapter';

import type { SipUserAgent } from '../../src/index.js';
import { type Sent, TCP, UDP, WS } from '../endpoint/bench.js';
import { request } from '../endpoint/peer.js';
import { echo } from './house.js';
import { Stage } from './stage.js';

/** A way that messages come by. */
export interface Way {
  readonly name: string;
  readonly kind: 'whole' | 'stream';
  readonly slicing?: boolean;
  /** The flow of one file. */
  flow(index: number): Flow;
}

const numbered =
  (flow: Flow) =>
  (index: number): Flow => ({ ...flow, connection: 1_000 + index });

/** Every way that messages come by. */
export const WAYS: readonly Way[] = [
  {
    name: 'datagrams of strangers',
    kind: 'whole',
    flow: (index) => ({
      ...UDP,
      remote: { address: `203.0.${index >> 8}.${index & 255}`, port: 5080 },
    }),
  },
  { name: 'datagrams of somebody who is known', kind: 'whole', flow: () => UDP },
  { name: 'a connection for each', kind: 'stream', flow: numbered(TCP) },
  {
    name: 'a connection for each, octet by octet',
    kind: 'stream',
    slicing: true,
    flow: numbered(TCP),
  },
  { name: 'a WebSocket for each', kind: 'whole', flow: numbered(WS) },
];

/** A message that stands unfinished on a stream is given up after so long. */
const PATIENCE = 30_000;

/** What came of one file: each status, `discard` where there was none, `close` where the connection was closed. */
export type Outcome = readonly string[];

/** The status of an answer; what else was sent as it is. */
export function statusOf({ text }: Sent): string {
  return /^SIP\/2\.0 (\d{3})/.exec(text)?.[1] ?? text;
}

/** One house, to which all files come by one way. */
export class Play {
  #stage: Stage | undefined;
  #index = 0;

  constructor(readonly way: Way) {}

  get stage(): Stage {
    if (this.#stage === undefined) throw new Error('not open');
    return this.#stage;
  }

  async open(): Promise<void> {
    this.#stage = await Stage.open();
    this.#stage.house.begin = echo;
  }

  /**
   * Gives it a file; what came of that.
   * @throws where the house is none the better for it.
   */
  async give(bytes: Uint8Array): Promise<Outcome> {
    const { stage, way } = this;
    this.#index += 1;
    const flow = way.flow(this.#index);
    const before = stage.network.disconnected.length;
    const isClosed = (): boolean => stage.network.disconnected.length > before;
    if (way.slicing === true) {
      for (const octet of bytes) stage.network.events?.receive(Uint8Array.of(octet), flow);
      await stage.clock.settle();
    } else await stage.receive(bytes, flow);
    const sent = this.#answers(flow);
    if (sent.length === 0 && way.kind === 'stream' && !isClosed()) {
      await stage.clock.advance(PATIENCE);
      sent.push(...this.#answers(flow));
    }
    const outcome = sent.length === 0 ? ['discard'] : sent;
    if (isClosed()) {
      stage.network.events?.closed(flow);
      outcome.push('close');
    }
    if (!(await this.#isAlive(isClosed() ? way.flow(this.#index + 100_000) : flow))) {
      throw new Error('the house answers no more');
    }
    if (Object.hasOwn(Object.prototype, 'polluted')) throw new Error('every object has it now');
    return outcome;
  }

  /** Lets all of it come to its end; how much is left then. */
  async end(): Promise<SipUserAgent['counts']> {
    await this.stage.clock.advance(400_000);
    this.#answers();
    return this.stage.userAgent.counts;
  }

  /** What was answered; to where the question came from, and nothing at all to everybody. */
  #answers(flow?: Flow): string[] {
    const sent = this.stage.take();
    for (const { to, text } of sent) {
      const address = to?.remote.address ?? '';
      const isAnswer = text.startsWith('SIP/2.0');
      if (address === '255.255.255.255' || (isAnswer && flow && address !== flow.remote.address)) {
        throw new Error(`something went to ${address}`);
      }
    }
    return sent.filter(({ text }) => text.startsWith('SIP/2.0')).map(statusOf);
  }

  async #isAlive(flow: Flow): Promise<boolean> {
    const { stage } = this;
    const wish = { callId: `alive-${this.#index}`, tag: `alive-${this.#index}` };
    await stage.receive(request('OPTIONS', wish), flow);
    return stage.take().some((sent) => statusOf(sent) === '200');
  }
}
