/** A user agent without a protocol: tests play the peer, or link two of them back to back. */
import type { Receipt, Receiver } from '../ports/medium.js';
import type { Chance, Clock } from '../ports/clock.js';
import type {
  Door,
  Invited,
  InviteOptions,
  Listening,
  UserAgent,
  Violation,
} from '../ports/user-agent.js';
import { Address } from '../words/address.js';
import { LocalProtocolError } from '../words/errors.js';
import type { Content, Delivery } from '../words/message.js';
import { RecordingReceiver } from './recording-receiver.js';
import { type Carry, carryWithin } from './scripted-end.js';
import type { Introduction } from './scripted-knock.js';
import { type Outcome, ScriptedMeeting } from './scripted-meeting.js';
import { SeededChance } from './seeded-chance.js';
import { Visitor } from './visitor.js';

/** How a scripted user agent is set up. */
export interface ScriptedCallerOptions {
  readonly clock: Clock;
  readonly chance?: Chance;
  /** Unique in a house: `scripted` unless given. */
  readonly name?: string;
  /** Who we are where an invitation of ours does not say. */
  readonly address?: Address;
  /** How many milliseconds everything is under way; 0 unless given. */
  readonly delay?: number;
}

/** A user agent without a protocol. */
export class ScriptedCaller implements UserAgent {
  readonly name: string;
  readonly #clock: Clock;
  readonly #chance: Chance;
  readonly #address: Address;
  readonly #carry: Carry;
  readonly #invited = new Set<ScriptedMeeting>();
  readonly #inviting = new Set<ScriptedMeeting>();
  #linked: ScriptedCaller | undefined;
  #door: Door | undefined;
  #draining = false;

  constructor(options: ScriptedCallerOptions) {
    this.name = options.name ?? 'scripted';
    this.#clock = options.clock;
    this.#chance = options.chance ?? new SeededChance();
    this.#address = options.address ?? Address.parse(`sip:${this.name}@scripted.invalid`);
    this.#carry = carryWithin(options.clock, options.delay ?? 0);
  }

  /** Links two, so that each reaches the other by any address. */
  static link(one: ScriptedCaller, other: ScriptedCaller): void {
    one.#linked = other;
    other.#linked = one;
  }

  get addresses(): readonly Address[] {
    return [this.#address];
  }

  get listening(): readonly Listening[] {
    return this.#door === undefined ? [] : [{ transport: 'memory', address: this.name, port: 0 }];
  }

  /** @throws LocalProtocolError `already-open`. */
  async open(door: Door): Promise<void> {
    if (this.#door !== undefined)
      throw new LocalProtocolError('already-open', `${this.name} is open already`);
    this.#door = door;
  }

  /** Lays an invitation before our own door, at once, as if somebody had sent it. */
  knock(introduction: Introduction): Visitor {
    const receiver = new RecordingReceiver();
    const meeting = this.#meet(introduction, receiver);
    this.#take(meeting);
    return new Visitor(meeting, receiver);
  }

  /** Reports to the door what some peer did wrong. */
  violate(violation: Violation): void {
    this.#door?.violated(violation);
  }

  async invite(target: Address, receiver: Receiver, options: InviteOptions = {}): Promise<Invited> {
    const { from = this.#address, displayName, subject, signal, progress } = options;
    const { conversationId, history, hops } = options;
    if (signal?.aborted === true)
      return { type: 'rejected', status: 487, text: 'Request Terminated' };
    const meeting = this.#meet(
      {
        from,
        to: target,
        ...(displayName !== undefined && { displayName }),
        ...(subject !== undefined && { subject }),
        ...(conversationId !== undefined && { conversationId }),
        ...(history !== undefined && { history }),
        headers: {
          ...Object.fromEntries(options.headers ?? []),
          ...(hops !== undefined && { 'Max-Forwards': String(hops) }),
        },
      },
      receiver,
    );
    const cancel = (): void => meeting.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    this.#inviting.add(meeting);
    await this.#carry();
    if (this.#reach(meeting)) progress?.(180, 'Ringing');
    const outcome = await meeting.outcome;
    signal?.removeEventListener('abort', cancel);
    if (outcome.type === 'accepted') {
      meeting.inviter.onOver = () => this.#inviting.delete(meeting);
      return { type: 'accepted', medium: meeting.inviter, peer: target };
    }
    this.#inviting.delete(meeting);
    return outcome;
  }

  async send(
    target: Address,
    content: Content,
    options: Pick<InviteOptions, 'from' | 'displayName'> = {},
  ): Promise<Delivery> {
    const { from = this.#address, displayName } = options;
    const meeting = this.#meet(
      {
        from,
        to: target,
        medium: 'pager',
        firstMessage: content,
        ...(displayName !== undefined && { displayName }),
      },
      this.#replies(from, target),
    );
    await this.#carry();
    this.#reach(meeting);
    return deliveryOf(await meeting.outcome);
  }

  drain(): void {
    this.#draining = true;
  }

  async close(): Promise<void> {
    this.#door = undefined;
    await Promise.all([
      ...Array.from(this.#invited, (meeting) => meeting.dismiss()),
      ...Array.from(this.#inviting, (meeting) => meeting.leave()),
    ]);
    this.#invited.clear();
    this.#inviting.clear();
  }

  #meet(introduction: Introduction, receiver: Receiver): ScriptedMeeting {
    return new ScriptedMeeting(introduction, receiver, {
      clock: this.#clock,
      carry: this.#carry,
      id: this.#chance.token(),
    });
  }

  /** Takes an invitation of ours to the one we are linked with. Returns whether it waits for its answer there. */
  #reach(meeting: ScriptedMeeting): boolean {
    return this.#linked === undefined ? meeting.layBefore(undefined) : this.#linked.#take(meeting);
  }

  /** An invitation has come to us. Returns whether it waits for its answer now. */
  #take(meeting: ScriptedMeeting): boolean {
    if (!meeting.layBefore(this.#draining ? undefined : this.#door)) return false;
    this.#invited.add(meeting);
    meeting.onDismissed = () => this.#invited.delete(meeting);
    return true;
  }

  /** What is said in return to a message outside any session is another one of those. */
  #replies(us: Address, them: Address): Receiver {
    return {
      receive: async (message): Promise<Receipt> => {
        const delivery = await this.#linked?.send(us, message, { from: them });
        if (delivery?.type === 'delivered') return { type: 'taken' };
        return { type: 'refused', status: delivery?.status ?? 480 };
      },
      compose: () => {},
      end: () => {},
    };
  }
}

function deliveryOf(outcome: Outcome): Delivery {
  if (outcome.type === 'rejected') {
    return { type: 'failed', status: outcome.status, reason: outcome.text };
  }
  if (outcome.type === 'forwarded') {
    return { type: 'failed', status: outcome.status, reason: `try ${outcome.targets.join(', ')}` };
  }
  const { firstReceipt } = outcome;
  return firstReceipt?.type === 'refused'
    ? { type: 'failed', status: firstReceipt.status, reason: firstReceipt.text ?? 'refused' }
    : { type: 'delivered', status: 200 };
}
