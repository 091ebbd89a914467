/** One bot is asked about one invitation: until it has decided, failed, or kept silent for too long. */
import { from, type ObservableInput, type Subscription, take } from 'rxjs';

import type { Cancel } from '../ports/clock.js';
import { accept, type Decision, pass, reject } from '../words/decision.js';
import type { Instant } from '../words/duration.js';
import { LocalProtocolError } from '../words/errors.js';
import type { Step } from './activity.js';
import { AskedInvitation, type Facts } from './asked-invitation.js';
import type { Continued } from './continued.js';
import { checkDecision, isDecision } from './decision-check.js';
import { diagnosis, explanation } from './diagnosis.js';
import type { Household } from './household.js';
import type { Fallback } from './placement.js';
import type { PlacedBot } from './placed-bot.js';

/** What asking a bot came to. */
export interface Verdict {
  readonly decision: Decision;
  readonly outcome: Step['outcome'];
  readonly why: string;
  /** Why, where strangers may read it; there where the house decided in the bot's stead. */
  readonly diagnostic?: string;
}

/** What a fallback is as a decision. */
function fallBack(fallback: Fallback, why: string): Decision {
  return fallback === 'pass' ? pass(why) : reject(fallback);
}

/** What counts where a peer has lost its end of a session, and comes anew: the bot has accepted it already. */
const AGAIN: Verdict = {
  decision: accept(() => undefined),
  outcome: 'accept',
  why: 'its session goes on',
};

/** The first value counts; whatever a bot says after it is noted and changes nothing. */
export class Judgement {
  readonly #household: Pick<Household, 'clock' | 'feed' | 'guards'>;
  readonly #bot: PlacedBot;
  readonly #facts: Facts;
  readonly #continued: Continued | undefined;
  /** What the bot is shown. */
  readonly invitation: AskedInvitation;
  #verdict: Verdict | undefined;
  #conclude: ((verdict: Verdict) => void) | undefined;
  #timer: Cancel | undefined;
  #subscription: Subscription | undefined;
  #cancelled = false;

  constructor(
    household: Pick<Household, 'clock' | 'feed' | 'guards'>,
    bot: PlacedBot,
    facts: Facts,
    continued?: Continued,
  ) {
    this.#household = household;
    this.#bot = bot;
    this.#facts = facts;
    this.invitation = AskedInvitation.ask(facts, household.clock.now() + bot.timeout);
    this.#continued = continued;
    if (continued?.why === 'escalated') this.invitation.escalates = continued.session.view;
  }

  /** What counts where the bot is not asked: its place does not match, or its session goes on; undefined where it is. */
  unmatched(): Verdict | undefined {
    const { match } = this.#bot;
    if (this.#continued?.why === 'again') return AGAIN;
    // Whose session it is about is asked, whatever its place says of sessions to begin.
    if (match === undefined || this.#continued !== undefined) return undefined;
    try {
      if (match(this.invitation)) return undefined;
      return { decision: pass('no match'), outcome: 'unmatched', why: 'no match' };
    } catch (error) {
      return this.failure(error);
    }
  }

  /** Asks. Where the bot decides at once, so is the verdict here at once; else `conclude` is told later, once. */
  begin(conclude: (verdict: Verdict) => void): Verdict | undefined {
    try {
      const returned = this.#bot.bot.decide(this.invitation) as unknown;
      if (isDecision(returned)) this.#settle(returned);
      else if (isThenable(returned)) this.#await(returned);
      else if (isObject(returned)) this.#observe(returned);
      else this.#settle(returned);
    } catch (error) {
      this.#fail(error);
    }
    if (this.#verdict !== undefined) return this.#verdict;
    this.#conclude = conclude;
    this.#timer = this.#household.clock.at(this.invitation.deadline, () => this.#silent());
    return undefined;
  }

  /** The answer is out: whatever else the bot may say is of no interest. */
  release(): void {
    this.#subscription?.unsubscribe();
  }

  /** The answer is no longer wanted. */
  cancel(reason: unknown): void {
    this.#cancelled = true;
    this.#timer?.();
    this.release();
    this.invitation.abort(reason);
  }

  /** The bot is given more time, by somebody whom it asked. */
  postpone(until: Instant): void {
    this.invitation.deadline = until;
  }

  /** Nobody decided in time. */
  expire(why: string): void {
    this.invitation.abort(new DOMException(why, 'TimeoutError'));
  }

  /** The verdict on a bot that failed, in its decision or in what it decided for. */
  failure(error: unknown): Verdict {
    const { id, onError } = this.#bot;
    this.#household.feed.tell({
      type: 'failed',
      what: 'decide',
      bot: id,
      invitation: this.#facts.id,
      error,
    });
    const why = explanation(error);
    const diagnostic = `bot "${id}" failed: ${diagnosis(error)}`;
    return { decision: fallBack(onError, why), outcome: 'failed', why, diagnostic };
  }

  #await(returned: PromiseLike<unknown>): void {
    returned.then(
      (value) => this.#settle(value),
      (error: unknown) => this.#fail(error),
    );
  }

  #observe(returned: ObservableInput<unknown>): void {
    let observable;
    try {
      observable = from(returned);
    } catch {
      // Nothing that can be subscribed to: then it was meant as a decision, and is none.
      return this.#settle(returned);
    }
    // The second one shows that the bot says too much; it may say it at once and without end.
    this.#subscription = observable.pipe(take(2)).subscribe({
      next: (value) => this.#settle(value),
      error: (error: unknown) => this.#fail(error),
      complete: () => {
        if (this.#verdict === undefined) {
          this.#fail(
            new LocalProtocolError('bad-decision', 'decide() completed without a decision'),
          );
        }
      },
    });
  }

  #settle(value: unknown): void {
    if (this.#cancelled) return;
    if (this.#verdict !== undefined) return this.#tooMuch();
    try {
      const decision = checkDecision(value, this.#facts, this.#household.guards);
      this.#reach({ decision, outcome: decision.type, why: reasonOf(decision) });
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#cancelled || this.#verdict !== undefined) return;
    this.#reach(this.failure(error));
  }

  #silent(): void {
    const { id, timeout, onTimeout } = this.#bot;
    const why = `no decision within ${timeout} ms`;
    this.#reach({
      decision: fallBack(onTimeout, why),
      outcome: 'silent',
      why,
      diagnostic: `bot "${id}" did not decide within ${timeout} ms`,
    });
    this.release();
    this.expire(why);
  }

  #reach(verdict: Verdict): void {
    this.#verdict = verdict;
    this.#timer?.();
    const conclude = this.#conclude;
    this.#conclude = undefined;
    conclude?.(verdict);
  }

  /** A value beyond the first. */
  #tooMuch(): void {
    const text =
      this.#verdict?.outcome === 'silent'
        ? 'decided after its time was up; the invitation is answered already'
        : 'decided more than once; the first decision counts';
    this.#household.feed.tell({
      type: 'noted',
      level: 'warn',
      text,
      bot: this.#bot.id,
      invitation: this.#facts.id,
    });
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  );
}

/** Whether it is worth a try to subscribe to it: RxJS finds out. */
function isObject(value: unknown): value is ObservableInput<unknown> {
  return typeof value === 'object' && value !== null;
}

/** A decision in words for people. */
export function reasonOf(decision: Decision): string {
  switch (decision.type) {
    case 'accept':
      return 'accepted';
    case 'reject':
      return decision.text ?? decision.reason ?? String(decision.status);
    case 'forward':
      return `to ${decision.targets.join(', ')}`;
    case 'pass':
      return decision.why;
    case 'defer':
      return decision.why ?? `within ${decision.within} ms`;
  }
}
