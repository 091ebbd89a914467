/** A whole house and somebody who writes to it, on a wire of paper or on sockets of the loopback interface. */
import { type Bot, type Host, createHost } from '@usher/core';
import type { Flow, Network } from '@usher/core/adapter';
import { SeededChance, SimulatedWire, VirtualClock } from '@usher/core/testing';

import { SipNetwork, SipUserAgent, type SipUserAgentOptions } from '../../src/index.js';
import { SipRequest, SipResponse } from '../../src/syntax/message.js';
import { parseMessage } from '../../src/syntax/parser.js';
import { response } from '../endpoint/peer.js';

/** What a house is made of. */
export interface Setting {
  readonly bot: Bot;
  /** One user agent for each, with a place of its own to listen. */
  readonly userAgents?: readonly Partial<SipUserAgentOptions>[];
}

/** A house, and somebody who writes to it. */
export interface Scene {
  readonly host: Host;
  /** Puts this to the user agent of that number; its final answer. */
  ask(text: string | Uint8Array, userAgent?: number): Promise<SipResponse>;
  /** The same for what is not answered. */
  tell(text: string): Promise<void>;
  /** Hears what comes until this holds. */
  until(holds: () => boolean): Promise<void>;
  close(): Promise<void>;
}

export type Stage = 'a simulated wire' | 'sockets';
export const STAGES: readonly Stage[] = ['a simulated wire', 'sockets'];

const encoder = new TextEncoder();
const decoder = new TextDecoder('latin1');

/** Somebody with a network of his own, who keeps what he hears, and agrees to every end. */
class Peer {
  readonly #network: Network;
  readonly #elapse: () => Promise<void>;
  #heard = '';
  /** Whom it talks to. */
  #to: Flow | undefined;

  constructor(network: Network, elapse: () => Promise<void>) {
    this.#network = network;
    this.#elapse = elapse;
  }

  async open(): Promise<void> {
    await this.#network.open({
      receive: (bytes) => {
        this.#heard += decoder.decode(bytes);
      },
      closed: () => {},
      failed: () => {},
    });
  }

  async tell(text: string | Uint8Array, to: Flow): Promise<void> {
    const bytes = typeof text === 'string' ? encoder.encode(text) : text;
    this.#to = to;
    this.#network.transmit(bytes, to);
    await this.#elapse();
  }

  async ask(text: string | Uint8Array, to: Flow): Promise<SipResponse> {
    await this.tell(text, to);
    for (let guard = 0; guard < 500; guard += 1) {
      const answer = this.#next();
      if (answer !== undefined && answer.status >= 200) return answer;
      // oxlint-disable-next-line no-await-in-loop -- it is waited for until it is there
      if (answer === undefined) await this.#elapse();
    }
    throw new Error(`no answer: ${this.#heard}`);
  }

  async until(holds: () => boolean): Promise<void> {
    for (let guard = 0; guard < 500 && !holds(); guard += 1) {
      this.#next();
      // oxlint-disable-next-line no-await-in-loop -- it is waited for until it is there
      await this.#elapse();
    }
  }

  async close(): Promise<void> {
    await this.#network.close();
  }

  /** The next whole message of what was heard; of the requests of the house only BYE is answered. */
  #next(): SipResponse | undefined {
    const head = this.#heard.indexOf('\r\n\r\n');
    if (head < 0) return undefined;
    const length = Number(/^Content-Length: *(\d+)/im.exec(this.#heard)?.[1] ?? 0);
    if (this.#heard.length < head + 4 + length) return undefined;
    const text = this.#heard.slice(0, head + 4 + length);
    this.#heard = this.#heard.slice(text.length);
    const message = parseMessage(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
    if (message instanceof SipResponse) return message;
    if (message instanceof SipRequest && message.method === 'BYE' && this.#to !== undefined) {
      this.#network.transmit(encoder.encode(response(message, 200)), this.#to);
    }
    return this.#next();
  }

  get network(): Network {
    return this.#network;
  }
}

/** Opens a scene. */
export async function open(stage: Stage, { bot, userAgents = [{}] }: Setting): Promise<Scene> {
  const simulated = stage === 'a simulated wire';
  const clock = new VirtualClock();
  const chance = new SeededChance(5);
  const wire = new SimulatedWire({ clock, chance, delay: { min: 1, max: 3 } });
  const elapse = async (): Promise<void> => {
    if (simulated) await clock.advance(10);
    else {
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
    }
  };
  const place = (index: number) => ({
    transport: 'tcp' as const,
    address: simulated ? `192.0.2.${101 + index}` : '127.0.0.1',
    port: simulated ? 5060 : 0,
  });
  const network = (index: number): Network =>
    simulated ? wire.network([place(index)]) : new SipNetwork([place(index)]);
  const agents = userAgents.map(
    (options, index) =>
      new SipUserAgent({
        network: network(index),
        name: `sip-${index}`,
        ...(simulated && { clock, chance }),
        ...options,
      }),
  );
  const host = await createHost({
    userAgents: agents,
    bots: [{ id: 'bot', plugin: bot, order: 1 }],
    ...(simulated && { clock }),
  });
  await host.open();
  const peer = new Peer(network(userAgents.length), elapse);
  await peer.open();
  const flowTo = (index: number): Flow => {
    const listening = agents[index]?.listening[0];
    if (listening === undefined) throw new Error('not open');
    const { transport, address, port } = listening;
    return { transport, local: { address, port: 0 }, remote: { address, port } };
  };
  return {
    host,
    ask: (text, userAgent = 0) => peer.ask(text, flowTo(userAgent)),
    tell: (text) => peer.tell(text, flowTo(0)),
    until: (holds) => peer.until(holds),
    close: async () => {
      await peer.close();
      const closing = host.close();
      if (simulated) await clock.advance(60_000);
      await closing;
    },
  };
}
