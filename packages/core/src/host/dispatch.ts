/** One invitation on its way through the house: the bots are asked in order, and exactly one answer leaves. */
import type { Answer, Answered, Knock } from '../ports/user-agent.js';
import type { Receipt } from '../ports/medium.js';
import type { Acceptance } from '../words/decision.js';
import type { Instant } from '../words/duration.js';
import type { Invitation } from '../words/invitation.js';
import type { Step } from './activity.js';
import { summarise, toAnswer } from './answer.js';
import { AskedInvitation } from './asked-invitation.js';
import { HostedSession } from './hosted-session.js';
import type { Household, Underway } from './household.js';
import { Judgement, type Verdict } from './judgement.js';
import type { PlacedBot } from './placed-bot.js';

/** After how long a bot that is full may be asked again, in milliseconds. */
const RETRY_AFTER = 10_000;

/** One invitation that was let in. */
export class Dispatch implements Underway {
  readonly #household: Household;
  readonly #userAgent: string;
  readonly #knock: Knock;
  readonly #since: Instant;
  readonly #steps: Step[] = [];
  #watched: AskedInvitation | undefined;
  #next = 0;
  #judgement: Judgement | undefined;
  /** Whether this no longer decides anything: an answer was chosen, or the inviter has left. */
  #over = false;
  /** Stops listening for the inviter's leaving. */
  #deafen: (() => void) | undefined;

  constructor(household: Household, userAgent: string, knock: Knock) {
    this.#household = household;
    this.#userAgent = userAgent;
    this.#knock = knock;
    this.#since = household.clock.now();
  }

  /** The invitation as it was let in, for all who watch; made when somebody does. */
  get invitation(): Invitation {
    this.#watched ??= AskedInvitation.ask(
      this.#knock.invitation,
      this.#since + (this.#household.bots[0]?.timeout ?? 0),
    );
    return this.#watched;
  }

  /** Asks one bot after the other, without a pause for as long as they decide at once. */
  run(): void {
    const { bots, clock } = this.#household;
    for (;;) {
      const bot = bots[this.#next];
      this.#next += 1;
      if (bot === undefined) {
        return this.#decided(undefined, {
          type: 'reject',
          status: 480,
          diagnostic: 'no bot took the invitation',
        });
      }
      const asked = clock.now();
      const judgement = new Judgement(this.#household, bot, this.#knock.invitation);
      const verdict =
        this.#unmatched(bot, judgement) ??
        judgement.begin((late) => this.#resume(bot, judgement, late, asked));
      if (verdict === undefined) {
        this.#judgement = judgement;
        return this.#listen();
      }
      if (!this.#consider(bot, judgement, verdict, asked)) return;
    }
  }

  /** The house closes: what is undecided is refused. */
  cut(): void {
    if (this.#over) return;
    this.#judgement?.cancel(new DOMException('the house closes', 'AbortError'));
    this.#decided(undefined, { type: 'reject', status: 503, diagnostic: 'the house closes' });
  }

  #resume(bot: PlacedBot, judgement: Judgement, verdict: Verdict, asked: Instant): void {
    this.#judgement = undefined;
    if (this.#consider(bot, judgement, verdict, asked)) this.run();
  }

  /** What counts where a bot is not asked; undefined where it is. */
  #unmatched(bot: PlacedBot, judgement: Judgement): Verdict | undefined {
    if (bot.match === undefined) return undefined;
    try {
      if (bot.match(judgement.invitation)) return undefined;
      return { decision: { type: 'pass', why: 'no match' }, outcome: 'unmatched', why: 'no match' };
    } catch (error) {
      return judgement.failure(error);
    }
  }

  /** Acts on a verdict; true where the next bot is to be asked. */
  #consider(bot: PlacedBot, judgement: Judgement, reached: Verdict, asked: Instant): boolean {
    let verdict = reached;
    let session: HostedSession | undefined;
    if (verdict.decision.type === 'accept') {
      if (bot.full) verdict = fullVerdict(bot);
      else {
        try {
          session = this.#prepare(bot, judgement, verdict.decision);
        } catch (error) {
          verdict = judgement.failure(error);
        }
      }
    }
    const { decision, outcome, why, diagnostic } = verdict;
    this.#steps.push({ bot: bot.id, outcome, why, took: this.#household.clock.now() - asked });
    if (session !== undefined) this.#admit(bot, session, judgement);
    else if (decision.type === 'reject' || decision.type === 'forward') {
      this.#decided(bot, toAnswer(decision, diagnostic), judgement);
    } else {
      judgement.release();
      return true;
    }
    return false;
  }

  #prepare(bot: PlacedBot, judgement: Judgement, acceptance: Acceptance): HostedSession {
    const { invitation } = judgement;
    return new HostedSession(this.#household, bot, {
      facts: this.#knock.invitation,
      invitation,
      acceptance,
    });
  }

  /** A message that came with the invitation is in the journal before the acceptance leaves. */
  #admit(bot: PlacedBot, session: HostedSession, judgement: Judgement): void {
    const first = this.#knock.invitation.firstMessage;
    const receipt = first === undefined ? undefined : session.receive(first);
    if (receipt === undefined || 'type' in receipt)
      return this.#accept(bot, session, judgement, receipt);
    this.#listen();
    void receipt.then((late) => {
      if (this.#over) session.gone('cancelled');
      else this.#accept(bot, session, judgement, late);
    });
  }

  #accept(
    bot: PlacedBot,
    session: HostedSession,
    judgement: Judgement,
    receipt: Receipt | undefined,
  ): void {
    if (receipt?.type === 'refused') {
      session.gone('lost');
      return this.#decided(
        bot,
        { type: 'reject', status: receipt.status, diagnostic: 'the message was not taken' },
        judgement,
      );
    }
    this.#decided(bot, { type: 'accept', receiver: session }, judgement, (answered) => {
      if (answered?.type === 'accepted') session.open(answered.medium);
      else session.gone(answered?.type === 'gone' ? answered.why : 'lost');
    });
  }

  /** The one answer leaves; `then` is told what it came to, or undefined where the user agent failed. */
  #decided(
    bot: PlacedBot | undefined,
    answer: Answer,
    judgement?: Judgement,
    then?: (answered?: Answered) => void,
  ): void {
    const { feed } = this.#household;
    this.#leave();
    if (feed.observed) {
      feed.tell({
        type: 'decided',
        userAgent: this.#userAgent,
        invitation: this.invitation,
        ...(bot !== undefined && { bot: bot.id }),
        answer: summarise(answer),
        steps: this.#steps,
        took: this.#took,
      });
    }
    let answering: Promise<Answered>;
    try {
      answering = this.#knock.answer(answer);
    } catch (error) {
      answering = Promise.reject(error);
    }
    answering.then(
      (answered) => {
        judgement?.release();
        if (answered.type === 'gone') this.#cancelled(answered.why);
        then?.(answered);
      },
      (error: unknown) => {
        judgement?.release();
        feed.tell({ type: 'failed', what: 'answer', invitation: this.#knock.invitation.id, error });
        then?.();
      },
    );
  }

  /** From now on the inviter may leave before there is an answer. */
  #listen(): void {
    if (this.#deafen !== undefined) return;
    this.#household.underway.add(this);
    const { signal } = this.#knock.invitation;
    const left = (): void => {
      if (this.#over) return;
      this.#judgement?.cancel(signal.reason);
      this.#watched?.abort(signal.reason);
      this.#leave();
      this.#cancelled('cancelled');
    };
    this.#deafen = () => signal.removeEventListener('abort', left);
    if (signal.aborted) left();
    else signal.addEventListener('abort', left, { once: true });
  }

  #leave(): void {
    this.#over = true;
    this.#deafen?.();
    this.#household.underway.delete(this);
    this.#household.admission.pending -= 1;
    this.#household.left();
  }

  #cancelled(why: 'cancelled' | 'lost'): void {
    if (!this.#household.feed.observed) return;
    this.#household.feed.tell({
      type: 'cancelled',
      userAgent: this.#userAgent,
      invitation: this.invitation,
      why,
      steps: this.#steps,
      took: this.#took,
    });
  }

  get #took(): number {
    return this.#household.clock.now() - this.#since;
  }
}

function fullVerdict(bot: PlacedBot): Verdict {
  const why = `bot "${bot.id}" has no session left to give`;
  return {
    decision: { type: 'reject', status: 486, retryAfter: RETRY_AFTER },
    outcome: 'full',
    why,
    diagnostic: why,
  };
}
