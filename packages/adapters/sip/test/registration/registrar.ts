/** A registrar on the simulated wire, written by hand: it binds whoever asks, and sends on what it is told to. */
import type { Flow, Network } from '@usher/core/adapter';
import type { SimulatedWire } from '@usher/core/testing';

import { SipRequest } from '../../src/syntax/message.js';
import { parseMessage } from '../../src/syntax/parser.js';
import { wire as printed } from '../endpoint/bench.js';
import { response } from '../endpoint/peer.js';

const encoder = new TextEncoder();

/** A registrar on the simulated wire. */
export class Registrar {
  readonly address = '192.0.2.99';
  readonly requests: SipRequest[] = [];
  /** What a 200 has besides. */
  extra: readonly string[] = ['Service-Route: <sip:192.0.2.99;transport=tcp;lr>'];
  expires = 600;
  /** The flow that was registered on last. */
  flow: Flow | undefined;
  network: Network;
  readonly #wire: SimulatedWire;

  constructor(wire: SimulatedWire) {
    this.#wire = wire;
    this.network = this.#listen();
  }

  async open(): Promise<void> {
    await this.network.open({
      receive: (bytes, from) => this.#receive(bytes, from),
      closed: () => {},
      failed: () => {},
    });
  }

  /** It is gone, and back again at once, with nothing that it knew. */
  async restart(): Promise<void> {
    this.#wire.crash(this.network);
    this.flow = undefined;
    this.network = this.#listen();
    await this.open();
  }

  /** Somebody invites through it, by the flow that was registered on. */
  invite(lines: readonly string[] = []): void {
    const flow = this.flow;
    if (flow === undefined) throw new Error('nobody is registered');
    const message = printed([
      'INVITE sip:bot@192.0.2.1:5060;transport=tcp SIP/2.0',
      `Via: SIP/2.0/TCP ${this.address};branch=z9hG4bKproxied`,
      'Via: SIP/2.0/UDP 198.51.100.7;branch=z9hG4bKalice',
      'Record-Route: <sip:192.0.2.99;transport=tcp;lr>',
      'Max-Forwards: 69',
      'From: <sip:alice@example.com>;tag=alice',
      'To: <sip:bot@example.com>',
      'Call-ID: through-the-proxy',
      'CSeq: 1 INVITE',
      'Contact: <sip:alice@198.51.100.7>',
      ...lines,
    ]);
    this.network.transmit(encoder.encode(message), flow);
  }

  /** The REGISTERs that have come, by what each asked for: seconds, and 0 to be gone. */
  get asked(): readonly number[] {
    return this.requests
      .filter(({ method }) => method === 'REGISTER')
      .map(({ expires }) => expires ?? -1);
  }

  #listen(): Network {
    return this.#wire.network([{ transport: 'tcp', address: this.address, port: 5060 }]);
  }

  #receive(bytes: Uint8Array, from: Flow): void {
    const request = parseMessage(bytes, undefined, 'stream');
    if (!(request instanceof SipRequest)) return;
    this.requests.push(request);
    if (request.method === 'REGISTER') {
      this.flow = from;
      const gone = request.expires === 0;
      const contact = gone ? null : `${request.get('Contact')};expires=${this.expires}`;
      this.network.transmit(
        encoder.encode(response(request, 200, 'OK', { contact, extra: this.extra })),
        from,
      );
    } else if (request.method === 'MESSAGE') {
      this.network.transmit(encoder.encode(response(request, 200)), from);
    }
  }
}
