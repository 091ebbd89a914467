/** A user agent of which two are linked within one process: what one sends, the other has. */
import { type Address, type Content, type Delivery, LocalProtocolError } from '@usher/core';
import type {
  Chance,
  Clock,
  Door,
  Invited,
  InviteOptions,
  Listening,
  Receipt,
  Receiver,
  UserAgent,
} from '@usher/core/adapter';

import type { ConsoleEnd } from './console-end.js';
import { ConsoleKnock, type Heard, type Inviting } from './console-knock.js';

/** What one of them is made with. */
export interface ConsoleUserAgentOptions {
  /** Unique in a house: `console` unless given. */
  readonly name?: string;
  /** Who we are where an invitation of ours does not say. */
  readonly address: Address;
  readonly clock: Clock;
  readonly chance: Chance;
}

/** One end of a console. */
export class ConsoleUserAgent implements UserAgent {
  readonly name: string;
  readonly addresses: readonly Address[];
  readonly #address: Address;
  readonly #clock: Clock;
  readonly #chance: Chance;
  /** Invitations of ours and of the other end that wait for their answer. */
  readonly #inviting = new Set<ConsoleKnock>();
  readonly #invited = new Set<ConsoleKnock>();
  readonly #sessions = new Set<ConsoleEnd>();
  #peer: ConsoleUserAgent | undefined;
  #door: Door | undefined;
  #draining = false;

  constructor({ name = 'console', address, clock, chance }: ConsoleUserAgentOptions) {
    this.name = name;
    this.addresses = [address];
    this.#address = address;
    this.#clock = clock;
    this.#chance = chance;
  }

  /** Links two, so that each reaches the other by any address. */
  static link(one: ConsoleUserAgent, other: ConsoleUserAgent): void {
    one.#peer = other;
    other.#peer = one;
  }

  get listening(): readonly Listening[] {
    return this.#door === undefined ? [] : [{ transport: 'console', address: this.name, port: 0 }];
  }

  /** @throws LocalProtocolError `already-open`. */
  async open(door: Door): Promise<void> {
    if (this.#door !== undefined) {
      throw new LocalProtocolError('already-open', `${this.name} is open already`);
    }
    this.#door = door;
  }

  /** @throws LocalProtocolError `not-open`. */
  async invite(target: Address, receiver: Receiver, options: InviteOptions = {}): Promise<Invited> {
    const { signal, progress } = options;
    if (isAborted(signal)) return CANCELLED;
    const knock = this.#knock({ ...options, target }, receiver);
    const cancel = (): void => knock.withdraw('cancelled');
    signal?.addEventListener('abort', cancel, { once: true });
    const ringing =
      this.#reach(knock) && progress !== undefined
        ? this.#clock.at(this.#clock.now() + RINGING, () => progress(180, 'Ringing'))
        : undefined;
    const heard = await this.#answerTo(knock);
    ringing?.();
    signal?.removeEventListener('abort', cancel);
    if (heard.type !== 'accepted') return heard;
    // Not before whoever invited went on with what we return.
    this.#clock.at(this.#clock.now(), knock.confirm);
    // The acceptance was on its way as it was taken back (RFC 3261, 9.1).
    if (isAborted(signal)) {
      await knock.inviter.end({ by: 'bot', why: 'ended' });
      return CANCELLED;
    }
    return { type: 'accepted', medium: knock.inviter, peer: target };
  }

  /** @throws LocalProtocolError `not-open`. */
  async send(
    target: Address,
    content: Content,
    options: Pick<InviteOptions, 'from' | 'displayName'> = {},
  ): Promise<Delivery> {
    const us = options.from ?? this.#address;
    const knock = this.#knock({ ...options, target, page: content }, this.#replies(us, target));
    this.#reach(knock);
    const heard = await this.#answerTo(knock);
    knock.confirm();
    return deliveryOf(heard);
  }

  drain(): void {
    this.#draining = true;
  }

  async close(): Promise<void> {
    this.#door = undefined;
    for (const knock of this.#inviting) knock.withdraw('cancelled');
    for (const knock of this.#invited) knock.withdraw('lost');
    await Promise.all(Array.from(this.#sessions, (end) => end.end({ by: 'host', why: 'drain' })));
  }

  #knock(
    inviting: Omit<Inviting, 'id' | 'from'> & InviteOptions,
    receiver: Receiver,
  ): ConsoleKnock {
    if (this.#door === undefined) {
      throw new LocalProtocolError('not-open', `${this.name} is not open`);
    }
    const { from = this.#address } = inviting;
    const knock = new ConsoleKnock(
      { ...inviting, from, id: this.#chance.token() },
      receiver,
      this.#clock,
    );
    this.#inviting.add(knock);
    return knock;
  }

  /** Takes an invitation of ours to the other end. Returns whether it waits for its answer there. */
  #reach(knock: ConsoleKnock): boolean {
    const peer = this.#peer;
    if (peer === undefined) return knock.layBefore(undefined);
    knock.onAccepted = () => {
      this.#keep(knock.inviter);
      peer.#keep(knock.invited);
    };
    if (!knock.layBefore(peer.#draining ? undefined : peer.#door)) return false;
    peer.#invited.add(knock);
    void knock.heard.then(() => peer.#invited.delete(knock));
    return true;
  }

  async #answerTo(knock: ConsoleKnock): Promise<Heard> {
    const heard = await knock.heard;
    this.#inviting.delete(knock);
    return heard;
  }

  /** From now on it is ended when we close. */
  #keep(end: ConsoleEnd): void {
    this.#sessions.add(end);
    end.onOver = () => this.#sessions.delete(end);
  }

  /** What is said in return to a message outside any session is another one of those. */
  #replies(us: Address, them: Address): Receiver {
    return {
      receive: async (message): Promise<Receipt> => {
        const peer = this.#peer;
        if (peer === undefined || peer.#door === undefined) return { type: 'refused', status: 480 };
        const delivery = await peer.send(us, message, { from: them });
        if (delivery.type === 'delivered') return { type: 'taken' };
        return { type: 'refused', status: delivery.status, text: delivery.reason };
      },
      compose: () => undefined,
      end: () => undefined,
    };
  }
}

/** Whoever is asked has so many milliseconds before the inviter hears that it takes time. */
const RINGING = 200;

const CANCELLED: Invited = { type: 'rejected', status: 487, text: 'Request Terminated' };

/** Looked at again each time: it changes while we wait. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function deliveryOf(heard: Heard): Delivery {
  if (heard.type === 'rejected') {
    return { type: 'failed', status: heard.status, reason: heard.text };
  }
  if (heard.type === 'forwarded') {
    return { type: 'failed', status: heard.status, reason: `try ${heard.targets.join(', ')}` };
  }
  const { receipt } = heard;
  return receipt?.type === 'refused'
    ? { type: 'failed', status: receipt.status, reason: receipt.text ?? 'refused' }
    : { type: 'delivered', status: 200 };
}
