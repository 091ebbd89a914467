/** One end of a session that has no protocol: what goes in here comes out at the other end. */
import type { Medium, Receipt, Receiver } from '../ports/medium.js';
import type { Clock } from '../ports/clock.js';
import type { Address } from '../words/address.js';
import { type Composing, type Content, type Delivery, Message } from '../words/message.js';
import type { SessionEnd } from '../words/session.js';

/** Lets what was said travel: resolves when it is there. In order. */
export type Carry = () => Promise<void>;

/** Carries within this many milliseconds of the clock; 0 is at once, yet never before the sender went on. */
export function carryWithin(clock: Clock, delay: number): Carry {
  if (delay === 0) return () => Promise.resolve();
  return () =>
    new Promise((resolve) => {
      clock.at(clock.now() + delay, resolve);
    });
}

const GONE: Delivery = { type: 'failed', status: 481, reason: 'the session has ended' };

/** One end of a session: the medium of its party. */
export class ScriptedEnd implements Medium {
  readonly limit = undefined;
  /** Where what the other end says goes. */
  receiver: Receiver | undefined;
  /** Called once, when this end knows that the session is over, whoever ended it. */
  onOver: () => void = () => {};
  /** Lets what waits go out: the session is confirmed. */
  confirm: () => void = () => {};
  readonly #confirmed: Promise<void>;
  #peer: ScriptedEnd = this;
  #over = false;

  private constructor(
    readonly name: string,
    private readonly local: Address,
    private readonly clock: Clock,
    private readonly carry: Carry,
  ) {
    this.#confirmed = new Promise((resolve) => {
      this.confirm = resolve;
    });
  }

  /** The two ends of one session: the inviter's, and that of the house. */
  static pair(
    name: string,
    inviter: Address,
    endpoint: Address,
    clock: Clock,
    carry: Carry,
  ): [inviter: ScriptedEnd, house: ScriptedEnd] {
    const one = new ScriptedEnd(name, inviter, clock, carry);
    const other = new ScriptedEnd(name, endpoint, clock, carry);
    one.#peer = other;
    other.#peer = one;
    return [one, other];
  }

  get over(): boolean {
    return this.#over;
  }

  async send(content: Content, id: string): Promise<Delivery> {
    const receipt = await this.offer(content, id);
    if (receipt === undefined) return GONE;
    if (receipt.type === 'taken') return { type: 'delivered', status: 200 };
    return { type: 'failed', status: receipt.status, reason: receipt.text ?? 'refused' };
  }

  /** Sends, and returns what the other end said to it; undefined where it is gone. */
  async offer(content: Content, id: string): Promise<Receipt | undefined> {
    const { contentType, body } = content;
    // A copy: nobody may find out what the other end does to its octets afterwards.
    const copy = body.slice();
    await this.#confirmed;
    await this.carry();
    const peer = this.#peer;
    if (peer.#over || peer.receiver === undefined) return undefined;
    const message = new Message(id, this.local, contentType, copy, this.clock.now());
    const receipt = await peer.receiver.receive(message);
    await this.carry();
    return receipt;
  }

  compose(composing: Composing): void {
    if (!this.#over) void this.#show(composing);
  }

  async end(_end: SessionEnd): Promise<void> {
    if (this.#over) return;
    this.#finish();
    await this.#confirmed;
    await this.carry();
    this.#peer.#hear({ by: 'peer', why: 'hung-up' });
    await this.carry();
  }

  /** The network breaks: both ends are told at once. */
  lose(): void {
    const lost: SessionEnd = { by: 'network', why: 'lost', status: 408 };
    this.#hear(lost);
    this.#peer.#hear(lost);
  }

  async #show(composing: Composing): Promise<void> {
    await this.#confirmed;
    await this.carry();
    if (!this.#peer.#over) this.#peer.receiver?.compose(composing);
  }

  #hear(end: SessionEnd): void {
    if (this.#over) return;
    this.#finish();
    this.receiver?.end(end);
  }

  #finish(): void {
    this.#over = true;
    this.confirm();
    this.onOver();
  }
}
