/** What happens in one session, told as activity and written into the journal. */
import type { Instant } from '../words/duration.js';
import type { Invitation } from '../words/invitation.js';
import type { Content, Delivery, Message } from '../words/message.js';
import type { SessionEnd } from '../words/session.js';
import type { Failed, Moved } from './activity.js';
import type { Household } from './household.js';

/** Whose chronicle it is. */
export interface ChronicleSubject {
  readonly id: string;
  /** The id of the bot that holds the session. */
  readonly holder: string;
}

/** The chronicle of one session. Nothing is put together while nobody listens. */
export class Chronicle {
  readonly #household: Household;
  readonly #subject: ChronicleSubject;
  #since: Instant = 0;

  constructor(household: Household, subject: ChronicleSubject) {
    this.#household = household;
    this.#subject = subject;
  }

  started(invitation: Invitation, medium: string): void {
    const { clock, feed } = this.#household;
    const at = clock.now();
    this.#since = at;
    if (!feed.observed) return;
    const { id: session, holder: bot } = this.#subject;
    feed.announce({ type: 'started', at, session, bot, invitation, medium });
  }

  received(message: Message): void {
    const { clock, feed } = this.#household;
    if (!feed.observed) return;
    const { id: session, holder: bot } = this.#subject;
    feed.announce({ type: 'received', at: clock.now(), session, bot, message });
  }

  /** Something has gone to the medium. Nobody waits for the journal here, since nobody was promised it. */
  sending(content: Content, id: string): void {
    const { journal, clock } = this.#household;
    const { id: session, holder: bot } = this.#subject;
    const entry = { type: 'sent', session, bot, message: id, content, at: clock.now() } as const;
    try {
      journal.record(entry)?.catch((error: unknown) => this.failed('journal', error));
    } catch (error) {
      this.failed('journal', error);
    }
  }

  sent(content: Content, id: string, delivery: Delivery, took: number): void {
    const { clock, feed } = this.#household;
    if (!feed.observed) return;
    const { id: session, holder: bot } = this.#subject;
    const at = clock.now();
    feed.announce({ type: 'sent', at, session, bot, message: id, content, delivery, took });
  }

  handedOver(from: string, to: string): void {
    this.#household.feed.tell({ type: 'handed-over', session: this.#subject.id, bot: from, to });
  }

  /** @param by the id of the invitation that led there. */
  moved(by: string, why: Moved['why'], medium: string): void {
    const { id: session, holder: bot } = this.#subject;
    this.#household.feed.tell({ type: 'moved', session, bot, by, why, medium });
  }

  /** It did not move, and goes on as it was. */
  stays(by: string): void {
    const { id: session, holder: bot } = this.#subject;
    const text = 'the session stays where it was: nobody let us in where it was to go';
    this.#household.feed.tell({ type: 'noted', level: 'warn', text, session, bot, invitation: by });
  }

  ended(end: SessionEnd): void {
    const { clock, feed } = this.#household;
    if (!feed.observed) return;
    const { id: session, holder: bot } = this.#subject;
    const at = clock.now();
    feed.announce({ type: 'ended', at, session, bot, end, took: at - this.#since });
  }

  /** @param bot whose failure it is, where that is no longer the one that holds the session. */
  failed(what: Failed['what'], error: unknown, bot = this.#subject.holder): void {
    this.#household.feed.tell({ type: 'failed', what, session: this.#subject.id, bot, error });
  }
}
