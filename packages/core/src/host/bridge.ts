/** Forwards an invitation by inviting its targets ourselves, one after the other, until one of them accepts (RFC 7092, 3.1.1). */
import type { Answer, Answered, Invited } from '../ports/user-agent.js';
import type { Address } from '../words/address.js';
import type { Forwarding } from '../words/decision.js';
import type { Retargeting } from '../words/invitation.js';
import type { Facts } from './asked-invitation.js';
import { bestOf, type Failure } from './best-failure.js';
import { BridgedSession } from './bridged-session.js';
import { RETRY_AFTER } from './fullness.js';
import type { Household, Underway } from './household.js';
import type { Prepared } from './outgoing.js';
import type { PlacedBot } from './placed-bot.js';

/** For how many milliseconds a target is tried unless the decision says so. */
const TIMEOUT = 30_000;
/** RFC 3261, 16.6: what Max-Forwards counts as where it is not said. */
const HOPS = 70;
/** Why a target comes after the invited address, as its history tells it (RFC 7044, 10.2): we moved it on. */
const MOVED = 302;

const SILENT: Failure = { status: 408, text: 'Request Timeout' };
const TAKEN_BACK: Failure = { status: 487, text: 'Request Terminated' };

/** What is bridged. */
export interface BridgeOrder {
  readonly userAgent: string;
  readonly facts: Facts;
  readonly bot: PlacedBot;
  readonly forwarding: Forwarding;
}

/** What bridging came to: the answer to the inviter, and who is told what that came to in turn. */
export interface BridgeOutcome {
  readonly answer: Answer;
  /** Undefined where the answer did not leave. */
  answered(answered?: Answered): void;
}

/** One invitation on its way to its targets. */
export class Bridge implements Underway {
  readonly #household: Household;
  readonly #order: BridgeOrder;
  readonly #history: Retargeting[];
  /** By what both sides know the conversation; it passes through us as it is. */
  readonly #conversation: string;
  /** Gives the present target up. */
  #giveUp: ((why: Failure) => void) | undefined;
  #stopped = false;

  private constructor(household: Household, order: BridgeOrder) {
    const { id, endpoint, history, conversationId = id } = order.facts;
    this.#household = household;
    this.#order = order;
    this.#history = [...history, { address: endpoint, status: MOVED, reason: 'Moved Temporarily' }];
    this.#conversation = conversationId;
  }

  /** Tries the targets in their order; never rejects. */
  static async run(household: Household, order: BridgeOrder): Promise<BridgeOutcome> {
    const { facts, bot } = order;
    const hops = hopsOf(facts);
    // RFC 3261, 16.3: it has gone over enough hops.
    if (hops === 0) return refusal(483, 'the invitation has been over too many hops');
    const bridge = new Bridge(household, order);
    const { bridging } = household.outgoing;
    const loop = [facts.inviter.address, facts.endpoint, bridge.#conversation].join('\n');
    // RFC 3261, 21.4.20: the same conversation of the same inviter, while we bridge it, has come round to us.
    if (bridging.has(loop)) return refusal(482, 'the invitation came back while it was bridged');
    if (bot.full) {
      const diagnostic = `bot "${bot.id}" has no session left to give`;
      return {
        ...nothing,
        answer: { type: 'reject', status: 486, retryAfter: RETRY_AFTER, diagnostic },
      };
    }
    const stop = (): void => bridge.cut();
    bridging.add(loop);
    household.underway.add(bridge);
    if (facts.signal.aborted) stop();
    else facts.signal.addEventListener('abort', stop, { once: true });
    try {
      return await bridge.#run(hops - 1);
    } finally {
      bridging.delete(loop);
      household.underway.delete(bridge);
      facts.signal.removeEventListener('abort', stop);
      household.left();
    }
  }

  /** The inviter has left, or the house closes: whoever is being invited is no longer. */
  cut(): void {
    this.#stopped = true;
    this.#giveUp?.(TAKEN_BACK);
  }

  async #run(hops: number): Promise<BridgeOutcome> {
    const { bot, facts, forwarding } = this.#order;
    const session = new BridgedSession(this.#household, bot, facts);
    const failures: Failure[] = [];
    for (const target of forwarding.targets) {
      if (this.#stopped) break;
      // oxlint-disable-next-line no-await-in-loop -- the next one is tried where this one fails
      const failure = await this.#try(session, target, hops);
      if (failure === undefined) return this.#offer(session);
      failures.push(failure);
      this.#history.push({ address: target, status: failure.status, reason: failure.text });
      // RFC 3261, 16.7: who answers so speaks for everybody.
      if (failure.status >= 600) break;
    }
    session.gone();
    return { ...nothing, answer: { type: 'reject', ...bestOf(failures) } };
  }

  /** A target has accepted: what the inviter said with the invitation goes there before the inviter is accepted. */
  async #offer(session: BridgedSession): Promise<BridgeOutcome> {
    const { firstMessage } = this.#order.facts;
    const receipt = firstMessage && (await session.receiver.receive(firstMessage));
    if (receipt?.type === 'refused') {
      session.gone();
      return refusal(receipt.status, 'the message was not taken');
    }
    return {
      answer: { type: 'accept', receiver: session.receiver },
      answered: (answered) => {
        if (answered?.type === 'accepted') session.open(answered.medium);
        else session.gone();
      },
    };
  }

  /** Invites one target; undefined where it has accepted in time. */
  async #try(session: BridgedSession, target: Address, hops: number): Promise<Failure | undefined> {
    const { outgoing, clock, feed } = this.#household;
    const { facts, forwarding, bot } = this.#order;
    let prepared: Prepared;
    try {
      prepared = outgoing.prepare(this.#draft(target), { bridged: facts, hops });
    } catch (error) {
      feed.tell({ type: 'failed', what: 'decide', bot: bot.id, invitation: facts.id, error });
      return { status: 480, text: 'Temporarily Unavailable' };
    }
    const { invitation } = prepared;
    let given: Failure | undefined;
    const invited = prepared.send(session.attempt());
    const outcome = new Promise<Invited | Failure>((resolve) => {
      this.#giveUp = (why) => {
        given = why;
        invitation.cancel();
        // It is not waited for: its answer may take as long as a transaction.
        resolve(why);
      };
      invited.then(
        (value) => {
          if (given === undefined) resolve(value);
          // Accepted in the moment that it was given up.
          else if (value.type === 'accepted') void value.medium.end({ by: 'peer', why: 'hung-up' });
        },
        () => resolve({ status: 500, text: 'Server Internal Error' }),
      );
    });
    const timer = clock.at(clock.now() + (forwarding.timeout ?? TIMEOUT), () =>
      this.#giveUp?.(SILENT),
    );
    const came = await outcome;
    timer();
    this.#giveUp = undefined;
    if (!('type' in came)) return came;
    if (came.type === 'accepted') {
      session.reach({ medium: came.medium, address: came.peer, by: invitation.id });
      return undefined;
    }
    const text = came.type === 'rejected' ? came.text : 'Moved';
    return { status: came.status, text };
  }

  #draft(target: Address): Parameters<Household['outgoing']['prepare']>[0] {
    const { userAgent, facts, bot } = this.#order;
    const { displayName, address } = facts.inviter;
    const { subject } = facts;
    return {
      target,
      userAgent,
      bot: bot.id,
      from: address,
      conversationId: this.#conversation,
      history: [...this.#history],
      headers: [],
      onBehalfOf: facts.id,
      ...(displayName !== undefined && { displayName }),
      ...(subject !== undefined && { subject }),
    };
  }
}

const nothing = {
  answered: (): void => {
    // Nobody was reached.
  },
};

function refusal(status: number, diagnostic: string): BridgeOutcome {
  return { ...nothing, answer: { type: 'reject', status, diagnostic } };
}

/** Over how many hops it may still go; what makes no sense counts as not said. */
function hopsOf({ headers }: Facts): number {
  const said = headers.get('Max-Forwards')?.trim() ?? '';
  return /^\d{1,3}$/.test(said) ? Math.min(Number(said), HOPS) : HOPS;
}
