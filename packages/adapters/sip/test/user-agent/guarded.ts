/** A network with a guard before it: of every request, in a dialog or not, it has the sender prove who they are. */
import type { Flow, Network, NetworkEvents } from '@usher/core/adapter';
import type { VirtualClock } from '@usher/core/testing';

import { SipRequest } from '../../src/syntax/message.js';
import { parseMessage } from '../../src/syntax/parser.js';
import type { Asking } from '../endpoint/asking.js';

/** What a guard saw of one request. */
export interface Seen {
  readonly method: string;
  readonly callId: string;
  readonly sequence: number;
  /** `verified`, or why not. */
  readonly verdict: string;
}

const encoder = new TextEncoder();

/** A network with a guard before it. It keeps nothing of those whom it asks. */
export class Guarded implements Network {
  readonly seen: Seen[] = [];
  /** Whom it has let in: what comes again is no replay. */
  readonly #admitted = new Set<string>();

  constructor(
    private readonly inner: Network,
    private readonly asking: Asking,
    private readonly clock: VirtualClock,
  ) {}

  open(events: NetworkEvents): ReturnType<Network['open']> {
    const receive = (bytes: Uint8Array, from: Flow): void => {
      if (this.#admits(bytes, from)) events.receive(bytes, from);
    };
    return this.inner.open({ ...events, receive });
  }

  transmit(bytes: Uint8Array, to: Flow): void {
    this.inner.transmit(bytes, to);
  }

  disconnect(flow: Flow): void {
    this.inner.disconnect(flow);
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  #admits(bytes: Uint8Array, from: Flow): boolean {
    const request = parseMessage(bytes);
    if (!(request instanceof SipRequest)) return true;
    const { method, callId, cseq, via } = request;
    if (method === 'ACK' || method === 'CANCEL') return true;
    const branch = `${method} ${via.branch}`;
    if (this.#admitted.has(branch)) return true;
    const now = this.clock.now();
    const verdict = this.asking.verdict(request, now);
    const why = verdict.type === 'verified' ? 'verified' : verdict.why;
    this.seen.push({ method, callId, sequence: cseq.number, verdict: why });
    if (verdict.type === 'verified') {
      this.#admitted.add(branch);
      return true;
    }
    const stale = verdict.type === 'challenge' && verdict.stale;
    this.inner.transmit(encoder.encode(this.asking.challenge(request, now, stale)), from);
    return false;
  }
}
