/** A network of paper: a test writes what arrives at the house, and reads what leaves it. */
import type { Flow, Listening, Network, NetworkEvents } from '@usher/core/adapter';

const LOCAL = { address: '127.0.0.1', port: 5060 };
const LISTENING: readonly Listening[] = [
  { transport: 'udp', ...LOCAL },
  { transport: 'tcp', ...LOCAL },
];

/** A network of paper. */
export class PaperNetwork implements Network {
  #events: NetworkEvents | undefined;
  /** What left, as text. */
  readonly sent: string[] = [];

  async open(events: NetworkEvents): Promise<readonly Listening[]> {
    this.#events = events;
    return LISTENING;
  }

  transmit(bytes: Uint8Array, _to: Flow): void {
    this.sent.push(Buffer.from(bytes).toString('latin1'));
  }

  disconnect(flow: Flow): void {
    this.#events?.closed(flow);
  }

  async close(): Promise<void> {
    this.#events = undefined;
  }

  /** A datagram arrives. */
  receive(octets: string | Uint8Array, host = '127.0.0.2'): void {
    const remote = { address: host, port: 5080 };
    this.#events?.receive(Buffer.from(octets), { transport: 'udp', local: LOCAL, remote });
  }

  /** A connection brings this, and is closed. */
  stream(octets: string | Uint8Array, connection: number): void {
    const remote = { address: '127.0.0.3', port: 5080 };
    const flow: Flow = { transport: 'tcp', local: LOCAL, remote, connection };
    this.#events?.opened?.(flow);
    this.#events?.receive(Buffer.from(octets), flow);
    this.#events?.closed(flow);
  }

  /** What left since the last look. */
  take(): string[] {
    return this.sent.splice(0);
  }
}
