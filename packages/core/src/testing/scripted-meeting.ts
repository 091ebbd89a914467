/** One invitation without a protocol, from its knock to the end of its session: both sides at once. */
import type { Receipt, Receiver } from '../ports/medium.js';
import type { Answer, Door } from '../ports/user-agent.js';
import type { Clock } from '../ports/clock.js';
import { Address } from '../words/address.js';
import { type Carry, ScriptedEnd } from './scripted-end.js';
import { type Introduction, type InvitationAtDoor, ScriptedKnock } from './scripted-knock.js';

/** What the inviter hears in the end. */
export type Outcome =
  /** `firstReceipt`: what became of the first message, where the invitation carried one. */
  | { readonly type: 'accepted'; readonly firstReceipt?: Receipt }
  | {
      readonly type: 'rejected';
      readonly status: number;
      readonly text: string;
      readonly retryAfter?: number;
      readonly diagnostic?: string;
    }
  | { readonly type: 'forwarded'; readonly status: number; readonly targets: readonly string[] };

/** What a meeting rests on. */
export interface Ground {
  readonly clock: Clock;
  readonly carry: Carry;
  readonly id: string;
}

const CANCELLED: Outcome = { type: 'rejected', status: 487, text: 'Request Terminated' };
const CLOSED: Outcome = { type: 'rejected', status: 503, text: 'Service Unavailable' };

/** One invitation and what becomes of it. */
export class ScriptedMeeting {
  /** The inviter's end of the session. */
  readonly inviter: ScriptedEnd;
  /** What the inviter hears. */
  readonly outcome: Promise<Outcome>;
  /** Called when the house has nothing more to do with it. */
  onDismissed: () => void = () => {};
  readonly #house: ScriptedEnd;
  readonly #knock: ScriptedKnock;
  #settle: (outcome: Outcome) => void = () => {};
  #settled = false;
  #cancelled = false;

  constructor(introduction: Introduction, receiver: Receiver, ground: Ground) {
    const { clock, carry, id } = ground;
    const address = (text: string | Address): Address =>
      typeof text === 'string' ? Address.parse(text) : text;
    const [from, to] = [address(introduction.from), address(introduction.to)];
    [this.inviter, this.#house] = ScriptedEnd.pair(
      introduction.medium ?? 'message',
      from,
      to,
      clock,
      carry,
    );
    this.inviter.receiver = receiver;
    this.#house.onOver = () => this.onDismissed();
    this.outcome = new Promise((resolve) => {
      this.#settle = (outcome) => {
        this.#settled = true;
        if (outcome.type !== 'accepted') this.onDismissed();
        resolve(outcome);
      };
    });
    this.#knock = new ScriptedKnock(introduction, id, clock.now(), this.#house, carry, (answer) => {
      void this.#hear(answer);
    });
  }

  get invitation(): InvitationAtDoor {
    return this.#knock.invitation;
  }

  /** Lays it before the door; without one, or where the house refuses it, the inviter hears that. Returns whether it waits. */
  layBefore(door: Door | undefined): boolean {
    const refusal = door === undefined ? { status: 503 } : door.knock(this.#knock);
    if (refusal === undefined) return true;
    this.#settle({ type: 'rejected', text: 'refused at the door', ...refusal });
    return false;
  }

  /** The inviter takes it back. Where the acceptance is already on its way, it is met with an end. */
  cancel(why: 'cancelled' | 'elsewhere' = 'cancelled'): void {
    if (this.#settled) return;
    if (this.#knock.withdraw(why)) this.#settle(CANCELLED);
    else this.#cancelled = true;
  }

  /** The inviter leaves: takes the invitation back, or ends the session. */
  async leave(): Promise<void> {
    if (this.#settled) await this.inviter.end({ by: 'bot', why: 'ended' });
    else this.cancel();
  }

  /** The house leaves: turns away who still waits, or ends the session. */
  async dismiss(): Promise<void> {
    if (this.#knock.withdraw('lost')) this.#settle(CLOSED);
    else await this.#house.end({ by: 'host', why: 'drain' });
  }

  async #hear(answer: Answer): Promise<void> {
    if (answer.type === 'reject') {
      const { type: _, ...rest } = answer;
      this.#settle({ text: 'rejected', ...rest, type: 'rejected' });
      return;
    }
    if (answer.type === 'forward') {
      this.#settle({ ...answer, type: 'forwarded', targets: answer.targets.map(String) });
      return;
    }
    if (this.#cancelled) {
      this.#settle(CANCELLED);
      this.inviter.confirm();
      await this.inviter.end({ by: 'bot', why: 'ended' });
      return;
    }
    const { firstMessage } = this.invitation;
    const firstReceipt = firstMessage && (await answer.receiver.receive(firstMessage));
    this.inviter.confirm();
    this.#house.confirm();
    this.#settle({ type: 'accepted', ...(firstReceipt !== undefined && { firstReceipt }) });
  }
}
