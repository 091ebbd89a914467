/** One end of a session on a console: what goes in here comes out at the other end, unchanged and in order. */
import {
  type Address,
  type Composing,
  type Content,
  type Delivery,
  Message,
  type SessionEnd,
} from '@usher/core';
import type { Clock, Medium, Receiver } from '@usher/core/adapter';

const GONE: Delivery = { type: 'failed', status: 481, reason: 'the session is over' };

/** One end of a session. */
export class ConsoleEnd implements Medium {
  readonly limit = undefined;
  /** Where what the other end says goes. */
  receiver: Receiver | undefined;
  /** Called once, when the session is over, whoever ended it. */
  onOver: () => void = () => undefined;
  #peer: ConsoleEnd = this;
  #over = false;

  private constructor(
    readonly name: string,
    private readonly local: Address,
    private readonly clock: Clock,
    private readonly began: Promise<void>,
  ) {}

  /**
   * Both ends of one session: that of who has invited, and that of who was.
   * @param began resolves when the inviter has heard the acceptance: nothing overtakes that.
   */
  static pair(
    name: string,
    inviter: Address,
    endpoint: Address,
    clock: Clock,
    began: Promise<void>,
  ): [inviter: ConsoleEnd, invited: ConsoleEnd] {
    const one = new ConsoleEnd(name, inviter, clock, began);
    const other = new ConsoleEnd(name, endpoint, clock, began);
    one.#peer = other;
    other.#peer = one;
    return [one, other];
  }

  async send({ contentType, body }: Content, id: string): Promise<Delivery> {
    // A copy: nobody may find out what the other end does to its octets afterwards.
    const message = new Message(id, this.local, contentType, body.slice(), this.clock.now());
    const { receiver } = await this.#arrived();
    if (this.#peer.#over || receiver === undefined) return GONE;
    const receipt = await receiver.receive(message);
    if (receipt.type === 'taken') return { type: 'delivered', status: 200 };
    return { type: 'failed', status: receipt.status, reason: receipt.text ?? 'refused' };
  }

  compose(composing: Composing): void {
    if (this.#over) return;
    void this.#arrived().then((peer) => {
      if (!peer.#over) peer.receiver?.compose(composing);
    });
  }

  async end({ why }: SessionEnd): Promise<void> {
    if (this.#over) return;
    this.#finish();
    const peer = await this.#arrived();
    if (peer.#over) return;
    peer.#finish();
    peer.receiver?.end({ by: 'peer', why });
  }

  /** The other end, when what goes there is there: in order, and never before the sender went on. */
  async #arrived(): Promise<ConsoleEnd> {
    await this.began;
    return this.#peer;
  }

  #finish(): void {
    this.#over = true;
    this.onOver();
  }
}
