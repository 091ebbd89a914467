/** An endpoint that registers, and the registrar's side of it by hand. */
import type { Flow, RegistrationState } from '@usher/core/adapter';

import type { EndpointOptions } from '../../src/endpoint/endpoint-options.js';
import type { Binding } from '../../src/registration/binding.js';
import type { SipRequest } from '../../src/syntax/message.js';
import { Bench, readRequest, type Sent } from '../endpoint/bench.js';
import { response } from '../endpoint/peer.js';

export const INSTANCE = 'urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6';

/** Where the registrar is reached, once there is a connection. */
export const REGISTRAR: Flow = {
  transport: 'tcp',
  local: { address: '192.0.2.1', port: 49_000 },
  remote: { address: '192.0.2.9', port: 5060 },
  connection: 21,
};
/** Its datagrams. */
export const REGISTRAR_UDP: Flow = {
  transport: 'udp',
  local: { address: '192.0.2.1', port: 5060 },
  remote: { address: '192.0.2.9', port: 5060 },
};

const BINDING: Binding = {
  registrar: 'sip:192.0.2.9;transport=tcp',
  address: 'sip:bot@example.com',
  user: 'bot',
  expires: 3_600,
  outbound: true,
  instance: INSTANCE,
  regId: 1,
  retry: 30_000,
};

/** What a 200 may have different. */
interface Wish {
  readonly expires?: number;
  readonly params?: string;
  readonly extra?: readonly string[];
  /** All values of Contact instead. */
  readonly contact?: string | null;
}

/** An endpoint that registers. */
export class Stage {
  readonly bench: Bench;
  flow: Flow;

  constructor(
    bindings: readonly Partial<Binding>[] = [{}],
    options: Partial<EndpointOptions> = {},
    flow: Flow = REGISTRAR,
  ) {
    this.flow = flow;
    this.bench = Bench.amongStrangers({
      registrations: bindings.map((one) => ({ ...BINDING, ...one })),
      ...options,
    });
  }

  /** Opens the house: the REGISTER that leaves. */
  open(): SipRequest {
    this.bench.execute({ type: 'register' });
    return this.bench.request();
  }

  /** All REGISTERs that have left since the last look. */
  registers(): SipRequest[] {
    return this.#taken().map(readRequest);
  }

  #taken(): Sent[] {
    return this.bench.take().filter(({ text }) => text.startsWith('REGISTER'));
  }

  /** How often a double CRLF was sent since the last look. */
  pings(): number {
    return this.bench.take().filter(({ text }) => text === '\r\n\r\n').length;
  }

  /** The registrar binds the Contact as it was sent. */
  bind(register: SipRequest, wish: Wish = {}): void {
    const { expires = 3_600, params = '', extra = [], contact } = wish;
    const sent = register.get('Contact') ?? '';
    const value = contact === undefined ? `${sent};expires=${expires}${params}` : contact;
    this.bench.receive(response(register, 200, 'OK', { contact: value, extra }), this.flow);
  }

  answer(register: SipRequest, status: number, extra: readonly string[] = []): void {
    this.bench.receive(response(register, status, 'As It Is', { extra }), this.flow);
  }

  /** Opens the house, and registers. */
  registered(wish: Wish = {}): SipRequest {
    const register = this.open();
    this.bind(register, wish);
    return register;
  }

  /** How the last binding that was told of stands. */
  get state(): RegistrationState {
    return this.bench.event('registration').state;
  }

  /** Lets time pass until a REGISTER leaves; how long that took, the REGISTER, and where it went. */
  next(most = 4_000_000): {
    readonly after: number;
    readonly register: SipRequest;
    readonly to: Flow | undefined;
  } {
    const { bench } = this;
    const since = bench.now;
    while (bench.now - since <= most) {
      const [sent] = this.#taken();
      if (sent !== undefined) {
        return { after: bench.now - since, register: readRequest(sent), to: sent.to };
      }
      const { deadline = Infinity } = bench.endpoint;
      if (deadline - since > most) break;
      bench.elapse(Math.max(deadline - bench.now, 0));
    }
    throw new Error(`no REGISTER within ${most} ms`);
  }
}
