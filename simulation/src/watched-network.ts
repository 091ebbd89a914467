/** The sockets of one party, watched: all that passes is shown to whoever judges, in the instant in which it passes. */
import type { Flow, Listening, Network, NetworkEvents } from '@usher/core/adapter';

import { Pieces } from './sip-text.js';

/** Who is shown what passes. */
export interface Watcher {
  /** One whole message has come in, before its party sees it. */
  received(bytes: Uint8Array, flow: Flow): void;
  /** One whole message is about to go out; false: it does not, since the party has just died. */
  sent(bytes: Uint8Array, flow: Flow): boolean;
  /** A connection is there. */
  opened(flow: Flow): void;
  /** A connection is gone, or a flow leads nowhere. */
  lost(flow: Flow): void;
}

/** The sockets of one party, watched. */
export class WatchedNetwork implements Network {
  /** The network that the wire knows. */
  readonly inner: Network;
  readonly #watcher: Watcher;
  readonly #streams = new Map<number, Pieces>();
  /** What has come while the party had no processor. */
  #backlog: (() => void)[] | undefined;

  constructor(inner: Network, watcher: Watcher) {
    this.inner = inner;
    this.#watcher = watcher;
  }

  open(events: NetworkEvents): Promise<readonly Listening[]> {
    const soon = (act: () => void): void => {
      if (this.#backlog === undefined) act();
      else this.#backlog.push(act);
    };
    return this.inner.open({
      receive: (bytes, from) =>
        soon(() => {
          this.#show(bytes, from);
          events.receive(bytes, from);
        }),
      opened: (flow) =>
        soon(() => {
          this.#watcher.opened(flow);
          events.opened?.(flow);
        }),
      closed: (flow) =>
        soon(() => {
          this.#streams.delete(flow.connection ?? -1);
          this.#watcher.lost(flow);
          events.closed(flow);
        }),
      failed: (flow, why) =>
        soon(() => {
          this.#watcher.lost(flow);
          events.failed(flow, why);
        }),
    });
  }

  transmit(bytes: Uint8Array, to: Flow): void {
    if (this.#watcher.sent(bytes, to)) this.inner.transmit(bytes, to);
  }

  disconnect(flow: Flow): void {
    this.#watcher.lost(flow);
    this.inner.disconnect(flow);
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  /** The party gets no processor: what comes waits in the kernel. */
  stall(): void {
    this.#backlog ??= [];
  }

  /** It goes on, and reads what has come. */
  resume(): void {
    const backlog = this.#backlog;
    this.#backlog = undefined;
    for (const act of backlog ?? []) act();
  }

  #show(bytes: Uint8Array, from: Flow): void {
    if (from.connection === undefined || from.transport.startsWith('ws')) {
      this.#watcher.received(bytes, from);
      return;
    }
    let pieces = this.#streams.get(from.connection);
    if (pieces === undefined) this.#streams.set(from.connection, (pieces = new Pieces()));
    for (const whole of pieces.push(bytes)) this.#watcher.received(whole, from);
  }
}
