/** One invitation on its way through the house: the bots are asked in order, and exactly one answer leaves. */
import type { Cancel } from '../ports/clock.js';
import type { Answer, Answered, Knock } from '../ports/user-agent.js';
import type { Receipt } from '../ports/medium.js';
import type { Acceptance, Deferral, Forwarding } from '../words/decision.js';
import type { Instant } from '../words/duration.js';
import type { Invitation } from '../words/invitation.js';
import { withdrawalReason } from '../words/withdrawal.js';
import { toAnswer } from './answer.js';
import { arrange, begins } from './arrange.js';
import { Bridge } from './bridge.js';
import type { Continued } from './continued.js';
import { checkDecision } from './decision-check.js';
import { fullVerdict, noRoom } from './fullness.js';
import type { Household, Underway } from './household.js';
import { Judgement, reasonOf, type Verdict } from './judgement.js';
import { OutsideDecision } from './outside-decision.js';
import type { PlacedBot } from './placed-bot.js';
import { Proceedings } from './proceedings.js';
import type { Prospect } from './prospect.js';

/** One invitation that was let in. */
export class Dispatch implements Underway {
  readonly #household: Household;
  readonly #userAgent: string;
  readonly #knock: Knock;
  readonly #proceedings: Proceedings;
  readonly #continued: Continued | undefined;
  readonly #bots: readonly PlacedBot[];
  #next = 0;
  #judgement: Judgement | undefined;
  /** Whether this no longer decides anything: an answer was chosen, or the inviter has left. */
  #over = false;
  /** What is arranged for later: that an acceptance is held back no more, or that nobody has decided in time. */
  #timer: Cancel | undefined;
  /** Told what came of it. */
  #outside: OutsideDecision | undefined;
  /** Stops listening for the inviter's leaving. */
  #deafen: (() => void) | undefined;

  /** @param continued the session that it is about: whoever holds that is asked, and nobody else. */
  constructor(household: Household, userAgent: string, knock: Knock, continued?: Continued) {
    this.#household = household;
    this.#continued = continued;
    const { bots } = household;
    this.#bots = continued ? bots.filter(({ id }) => id === continued.session.holder) : bots;
    this.#userAgent = userAgent;
    this.#knock = knock;
    this.#proceedings = new Proceedings(household, userAgent, knock.invitation, continued);
  }

  /** The invitation as it was let in, for all who watch. */
  get invitation(): Invitation {
    return this.#proceedings.invitation;
  }

  /** Asks one bot after the other, without a pause for as long as they decide at once. */
  run(): void {
    const { clock } = this.#household;
    for (;;) {
      const bot = this.#bots[this.#next];
      this.#next += 1;
      if (bot === undefined) {
        return this.#decided(undefined, {
          type: 'reject',
          status: 480,
          diagnostic: 'no bot took the invitation',
        });
      }
      const asked = clock.now();
      const { invitation: facts } = this.#knock;
      const judgement = new Judgement(this.#household, bot, facts, this.#continued);
      const verdict =
        judgement.unmatched() ??
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
    this.#household.waiting.leave(this.#knock.invitation.id);
    this.#judgement?.cancel(new DOMException('the house closes', 'AbortError'));
    this.#decided(undefined, { type: 'reject', status: 503, diagnostic: 'the house closes' });
  }

  #resume(bot: PlacedBot, judgement: Judgement, verdict: Verdict, asked: Instant): void {
    this.#judgement = undefined;
    if (this.#consider(bot, judgement, verdict, asked)) this.run();
  }

  /** Acts on a verdict; true where the next bot is to be asked. */
  #consider(bot: PlacedBot, judgement: Judgement, reached: Verdict, asked: Instant): boolean {
    let verdict = reached;
    let session: Prospect | undefined;
    if (verdict.decision.type === 'accept') {
      const isNew = begins(this.#continued, verdict.decision);
      const patience = this.#proceedings.since + bot.politeness(this.#knock.invitation);
      if (isNew && patience > this.#household.clock.now()) {
        this.#wait(judgement, patience, () => this.#resume(bot, judgement, reached, asked));
        return false;
      }
      if (isNew && bot.full) verdict = fullVerdict(bot);
      else {
        try {
          session = this.#prepare(bot, judgement, verdict.decision);
        } catch (error) {
          verdict = judgement.failure(error);
        }
      }
    }
    return this.#act(bot, judgement, verdict, asked, session);
  }

  /** Does what a verdict says; true where the next bot is to be asked. */
  #act(
    bot: PlacedBot,
    judgement: Judgement,
    verdict: Verdict,
    asked: Instant,
    session?: Prospect,
  ): boolean {
    const { decision, diagnostic } = verdict;
    this.#proceedings.step(bot, verdict, asked);
    if (session !== undefined) {
      this.#admit(bot, session, judgement, decision.type === 'accept' && decision.apart === true);
    } else if (decision.type === 'defer') return this.#defer(bot, judgement, decision);
    else if (decision.type === 'forward' && decision.mode === 'bridge') {
      this.#bridge(bot, judgement, decision);
    } else if (decision.type === 'reject' || decision.type === 'forward') {
      this.#decided(bot, toAnswer(decision, diagnostic), judgement);
    } else {
      judgement.release();
      return true;
    }
    return false;
  }

  /** Leaves the decision to somebody outside the bot, for a time; true where the next bot is to be asked. */
  #defer(bot: PlacedBot, judgement: Judgement, deferral: Deferral): boolean {
    const { clock, waiting } = this.#household;
    const { invitation } = judgement;
    const { within, otherwise, why } = deferral;
    const since = clock.now();
    const until = since + within;
    judgement.release();
    if (waiting.full && !waiting.pending.has(invitation.id)) {
      const full = insteadOf(deferral, 'too many wait for a decision');
      return this.#consider(bot, judgement, full, since);
    }
    this.#wait(judgement, until, () => {
      const late = insteadOf(deferral, `nobody decided within ${within} ms`);
      waiting.leave(invitation.id);
      if (otherwise.type !== 'accept') judgement.expire(late.why);
      this.#resume(bot, judgement, late, since);
    });
    // Whoever invites may have left by now.
    if (this.#over) return false;
    judgement.postpone(until);
    waiting.enter(bot, { invitation, since, until, why }, (value) =>
      this.#decide(bot, judgement, value, since),
    );
    this.#proceedings.deferred(bot, invitation, until, why);
    return false;
  }

  /** Somebody outside the bot decides. What cannot be carried out is thrown, and the invitation waits on. */
  async #decide(
    bot: PlacedBot,
    judgement: Judgement,
    value: unknown,
    asked: Instant,
  ): Promise<void> {
    const { invitation: facts } = this.#knock;
    const decision = checkDecision(value, facts, this.#household.guards);
    const isNew = decision.type === 'accept' && begins(this.#continued, decision);
    if (isNew && bot.full) throw noRoom(bot);
    const session =
      decision.type === 'accept' ? this.#prepare(bot, judgement, decision) : undefined;
    const verdict: Verdict = { decision, outcome: decision.type, why: reasonOf(decision) };
    this.#timer?.();
    this.#household.waiting.leave(facts.id);
    const outside = new OutsideDecision(facts.id, decision);
    this.#outside = outside;
    if (this.#act(bot, judgement, verdict, asked, session)) this.run();
    return outside.carriedOut;
  }

  /** Goes on at that moment, unless the inviter leaves before. */
  #wait(judgement: Judgement, until: Instant, then: () => void): void {
    this.#judgement = judgement;
    this.#timer = this.#household.clock.at(until, then);
    this.#listen();
  }

  /** Tries the targets ourselves; the answer is what they came to. */
  #bridge(bot: PlacedBot, judgement: Judgement, forwarding: Forwarding): void {
    const { invitation: facts } = this.#knock;
    const order = { userAgent: this.#userAgent, facts, bot, forwarding };
    this.#listen();
    void Bridge.run(this.#household, order).then((outcome) => {
      if (this.#over) outcome.answered();
      else this.#decided(bot, outcome.answer, judgement, (answered) => outcome.answered(answered));
    });
  }

  #prepare(bot: PlacedBot, judgement: Judgement, acceptance: Acceptance): Prospect {
    const [userAgent, continued] = [this.#userAgent, this.#continued];
    const { invitation: facts } = this.#knock;
    return arrange(this.#household, bot, judgement, acceptance, { userAgent, facts, continued });
  }

  /** A message that came with the invitation is in the journal before the acceptance leaves. */
  #admit(bot: PlacedBot, session: Prospect, judgement: Judgement, apart: boolean): void {
    const first = this.#knock.invitation.firstMessage;
    const receipt = first === undefined ? undefined : session.receive(first);
    if (receipt === undefined || 'type' in receipt)
      return this.#accept(bot, session, judgement, apart, receipt);
    this.#listen();
    void receipt.then((late) => {
      if (this.#over) session.gone('cancelled');
      else this.#accept(bot, session, judgement, apart, late);
    });
  }

  #accept(
    bot: PlacedBot,
    session: Prospect,
    judgement: Judgement,
    apart: boolean,
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
    const answer: Answer = { type: 'accept', receiver: session, ...(apart && { apart }) };
    this.#decided(bot, answer, judgement, (answered) => {
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
    const outside = this.#outside;
    this.#leave();
    this.#proceedings.decided(bot, answer);
    let answering: Promise<Answered>;
    try {
      answering = this.#knock.answer(answer);
    } catch (error) {
      answering = Promise.reject(error);
    }
    answering.then(
      (answered) => {
        judgement?.release();
        if (answered.type === 'gone') this.#proceedings.cancelled(answered.why);
        then?.(answered);
        outside?.settle(answered, answer);
      },
      (error: unknown) => {
        judgement?.release();
        feed.tell({ type: 'failed', what: 'answer', invitation: this.#knock.invitation.id, error });
        then?.();
        outside?.settle(undefined);
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
      // Over before anybody hears of it: who does may want to decide.
      this.#leave();
      this.#judgement?.cancel(signal.reason);
      this.#proceedings.abort(signal.reason);
      const why = withdrawalReason(signal.reason);
      this.#proceedings.cancelled(why);
      this.#outside?.settle({ type: 'gone', why });
    };
    this.#deafen = () => signal.removeEventListener('abort', left);
    if (signal.aborted) left();
    else signal.addEventListener('abort', left, { once: true });
  }

  #leave(): void {
    this.#over = true;
    this.#timer?.();
    this.#deafen?.();
    if (this.#judgement !== undefined) this.#household.waiting.leave(this.#knock.invitation.id);
    this.#household.underway.delete(this);
    this.#household.admission.pending -= 1;
    this.#household.left();
  }
}

/** What counts where nobody outside the bot decides. */
function insteadOf({ otherwise }: Deferral, why: string): Verdict {
  return { decision: otherwise, outcome: otherwise.type, why };
}
