/** A question put to the peer, once or again, until the next message answers it. */
import type { Cancel, Clock } from '../ports/clock.js';
import { milliseconds } from '../words/duration.js';
import { SessionEnded, Unanswered } from '../words/errors.js';
import { type Message, plainText } from '../words/message.js';
import type { Asking } from '../words/session.js';
import type { Mailbox, Questioner } from './mailbox.js';
import type { Outbox } from './outbox.js';

/** How long an answer is awaited each time, unless said otherwise. */
const TIMEOUT = '60s';

/** Where a question is put and answered. */
export interface Around {
  readonly mailbox: Mailbox;
  readonly clock: Clock;
  readonly outbox: Outbox;
}

/** A question that awaits its answer: the first message that arrives after it was put. What was unread before stays so. */
export class Question implements Questioner {
  readonly #mailbox: Mailbox;
  readonly #clock: Clock;
  readonly #outbox: Outbox;
  readonly #resolve: (answer: string) => void;
  readonly #reject: (error: unknown) => void;
  readonly #again: string;
  readonly #timeout: number;
  #attempts: number;
  #timer: Cancel | undefined;

  private constructor(
    asking: Asking & { readonly question: string },
    around: Around,
    resolve: (answer: string) => void,
    reject: (error: unknown) => void,
  ) {
    this.#mailbox = around.mailbox;
    this.#clock = around.clock;
    this.#outbox = around.outbox;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#again = asking.retry ?? asking.question;
    this.#timeout = milliseconds(asking.timeout ?? TIMEOUT);
    this.#attempts = asking.attempts ?? (asking.retry === undefined ? 1 : 2);
  }

  /** Puts a question; resolves with the text of the answer. */
  static put(asking: Asking & { readonly question: string }, around: Around): Promise<string> {
    const answer = new Promise<string>((resolve, reject) => {
      const question = new Question(asking, around, resolve, reject);
      around.mailbox.question(question);
      question.#ask(asking.question);
    });
    // Whoever ignores the answer must not bring the process down when there is none.
    answer.catch(() => undefined);
    return answer;
  }

  answered(message: Message): void {
    this.#timer?.();
    try {
      this.#resolve(message.text);
    } catch (error) {
      this.#reject(error);
    }
    // Whoever reads the mailbox goes on after whoever asked.
    queueMicrotask(() => this.#mailbox.deliver());
  }

  ended(): void {
    this.#timer?.();
    this.#reject(new SessionEnded());
  }

  #ask(text: string): void {
    this.#attempts -= 1;
    this.#timer = this.#clock.at(this.#clock.now() + this.#timeout, () => {
      if (this.#attempts > 0) this.#ask(this.#again);
      else this.#fail(new Unanswered());
    });
    // A question that cannot even be sent fails at once; one that the peer refused may still be answered.
    this.#outbox.send(plainText(text)).catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    this.#timer?.();
    this.#mailbox.withdraw(this);
    this.#reject(error);
    this.#mailbox.deliver();
  }
}
