/** An endpoint by itself, with time, chance and flows in a test's hands. */
import type { Instant } from '@usher/core';
import type { Flow, Output } from '@usher/core/adapter';
import { SeededChance } from '@usher/core/testing';

import type { EndpointCommand } from '../../src/endpoint/endpoint-command.js';
import type { EndpointEvent } from '../../src/endpoint/endpoint-event.js';
import type { EndpointOptions } from '../../src/endpoint/endpoint-options.js';
import type { Place } from '../../src/endpoint/places.js';
import { SipEndpoint } from '../../src/endpoint/sip-endpoint.js';
import { SipRequest, SipResponse } from '../../src/syntax/message.js';
import { parseMessage } from '../../src/syntax/parser.js';

/** Where the peer of most tests is, as our side sees it. */
export const UDP: Flow = {
  transport: 'udp',
  local: { address: '192.0.2.1', port: 5060 },
  remote: { address: '192.0.2.2', port: 5080 },
};
export const TCP: Flow = {
  transport: 'tcp',
  local: { address: '192.0.2.1', port: 5060 },
  remote: { address: '192.0.2.2', port: 40_000 },
  connection: 7,
};
export const WS: Flow = {
  transport: 'ws',
  local: { address: '192.0.2.1', port: 8080 },
  remote: { address: '192.0.2.2', port: 40_001 },
  connection: 8,
};

const PLACES: readonly Place[] = [
  { transport: 'udp', host: '192.0.2.1', port: 5060 },
  { transport: 'tcp', host: '192.0.2.1', port: 5060 },
  { transport: 'ws', host: '192.0.2.1', port: 8080 },
];

/** One message that the endpoint sent. */
export interface Sent {
  readonly at: Instant;
  readonly to: Flow | undefined;
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** So long before a test begins its peer is met: nothing of that is left when it does. */
const BEFORE = -100_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder('latin1');

/** Lines and a body to a message as it stands on the wire. */
export function wire(lines: readonly string[], body = ''): string {
  const length = encoder.encode(body).length;
  return `${[...lines, `Content-Length: ${length}`].join('\r\n')}\r\n\r\n${body}`;
}

/** An endpoint by itself. */
export class Bench {
  readonly endpoint: SipEndpoint;
  /** Milliseconds since the beginning. */
  now: Instant = 0;
  readonly sent: Sent[] = [];
  readonly events: EndpointEvent[] = [];
  /** Called for each event as it is told, as a driver would. */
  observe: (event: EndpointEvent) => void = () => {};

  /** @param met who has been here before, and is known to be where he seems to be. */
  constructor(
    options: Partial<EndpointOptions> = {},
    places: readonly Place[] = PLACES,
    met: readonly Flow[] = [UDP],
  ) {
    this.endpoint = new SipEndpoint({
      chance: new SeededChance(1),
      transports: ['udp', 'tcp', 'ws'],
      places,
      ...options,
    });
    for (const flow of met) this.#meet(flow);
  }

  /** An endpoint that has not heard of anybody yet. */
  static amongStrangers(options: Partial<EndpointOptions> = {}): Bench {
    return new Bench(options, PLACES, []);
  }

  /** Somebody shows that he is where he seems to be: he has heard what we answered to him. */
  #meet(flow: Flow): void {
    this.now = BEFORE;
    this.observe = (event) => {
      if (event.type !== 'invited') return;
      const { transaction } = event;
      this.execute({ type: 'respond', transaction, answer: { status: 480 } });
    };
    const lines = (method: string, tag: string): string[] => [
      `${method} sip:bot@192.0.2.1 SIP/2.0`,
      `Via: SIP/2.0/UDP ${flow.remote.address};branch=z9hG4bKmeeting;rport`,
      'From: <sip:peer@example.com>;tag=meeting',
      `To: <sip:bot@192.0.2.1>${tag}`,
      'Call-ID: meeting',
      `CSeq: 1 ${method}`,
      'Contact: <sip:peer@example.com>',
    ];
    this.receive(wire(lines('INVITE', '')), flow);
    const tag = /^(?:To|t):.*(;tag=.*)$/m.exec(this.sent.at(-1)?.text ?? '')?.[1] ?? '';
    this.receive(wire(lines('ACK', tag)), flow);
    this.observe = () => {};
    this.elapse(-BEFORE);
    this.sent.length = 0;
    this.events.length = 0;
  }

  receive(message: string | Uint8Array, from: Flow = UDP): void {
    const bytes = typeof message === 'string' ? encoder.encode(message) : message;
    this.#carryOut(this.endpoint.receive(bytes, this.now, from));
  }

  execute(command: EndpointCommand): void {
    this.#carryOut(this.endpoint.execute(command, this.now));
  }

  /** Lets time pass, stopping at each deadline on the way. */
  elapse(ms: number): void {
    const until = this.now + ms;
    for (let guard = 0; guard < 10_000; guard += 1) {
      const { deadline } = this.endpoint;
      if (deadline === undefined || deadline > until) break;
      this.now = Math.max(this.now, deadline);
      this.#carryOut(this.endpoint.elapse(this.now));
    }
    this.now = until;
  }

  /** All that was sent since the last look, and lets go of it. */
  take(): Sent[] {
    return this.sent.splice(0);
  }

  /** The one thing that was sent since the last look, as a response. */
  response(): SipResponse {
    const [only, ...more] = this.take();
    if (only === undefined || more.length > 0) {
      throw new Error(`one response was expected, ${more.length + (only ? 1 : 0)} were sent`);
    }
    return readResponse(only);
  }

  /** The one thing that was sent since the last look, as a request. */
  request(): SipRequest {
    const [only, ...more] = this.take();
    if (only === undefined || more.length > 0) {
      throw new Error(`one request was expected, ${more.length + (only ? 1 : 0)} were sent`);
    }
    return readRequest(only);
  }

  /** The last event of this type. */
  event<T extends EndpointEvent['type']>(type: T): Extract<EndpointEvent, { type: T }> {
    const event = this.events.findLast((candidate) => candidate.type === type);
    if (event === undefined) throw new Error(`no event ${type}; ${JSON.stringify(this.types)}`);
    return event as Extract<EndpointEvent, { type: T }>;
  }

  get types(): string[] {
    return this.events.map(({ type }) => type);
  }

  #carryOut(outputs: readonly Output<EndpointEvent>[]): void {
    for (const output of outputs) {
      if (output.type === 'transmit') {
        const { bytes, to } = output;
        this.sent.push({ at: this.now, to, bytes, text: decoder.decode(bytes) });
      } else {
        this.events.push(output.event);
        this.observe(output.event);
      }
    }
  }
}

export function readResponse({ bytes }: Pick<Sent, 'bytes'>): SipResponse {
  const message = parseMessage(bytes);
  if (message instanceof SipResponse) return message;
  throw new Error(`no response: ${decoder.decode(bytes)}`);
}

export function readRequest({ bytes }: Pick<Sent, 'bytes'>): SipRequest {
  const message = parseMessage(bytes);
  if (message instanceof SipRequest) return message;
  throw new Error(`no request: ${decoder.decode(bytes)}`);
}
