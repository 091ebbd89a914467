/** What somebody outside the bot decided, and whether the inviter heard just that. */
import type { Medium } from '../ports/medium.js';
import type { Answer, Answered } from '../ports/user-agent.js';
import type { Decision } from '../words/decision.js';
import { LocalProtocolError } from '../words/errors.js';

/** What somebody outside the bot decided, on its way to the inviter. */
export class OutsideDecision {
  /**
   * Resolves when the inviter was answered so, and has confirmed an acceptance.
   * @throws LocalProtocolError `not-pending` where the inviter had left, `not-accepted` where another answer went out instead,
   * `not-confirmed`.
   */
  readonly carriedOut: Promise<void>;
  readonly #id: string;
  readonly #decision: Decision;
  #resolve: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  /** @param id the invitation's. */
  constructor(id: string, decision: Decision) {
    this.#id = id;
    this.#decision = decision;
    this.carriedOut = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // What leaves the invitation undecided has nobody to hear it.
    if (decision.type === 'pass' || decision.type === 'defer') this.#resolve();
  }

  /** What came of it; `undefined` where the user agent failed. */
  settle(answered: Answered | undefined, answer?: Answer): void {
    const { type } = this.#decision;
    if (type === 'reject') return this.#resolve();
    if (answered?.type === 'gone') return this.#reject(notPending(this.#id));
    if (type === 'accept' && answered?.type === 'accepted') return this.#await(answered.medium);
    const isDone = type !== 'accept' && answer?.type !== 'reject';
    if (answered !== undefined && isDone) return this.#resolve();
    const instead = answer?.type === 'reject' ? `answered by ${answer.status}` : 'refused';
    const text = `invitation ${this.#id}: ${type} could not be carried out; it was ${instead}`;
    return this.#reject(new LocalProtocolError('not-accepted', text));
  }

  /** An acceptance may cross with the inviter's leaving. */
  #await(medium: Medium): void {
    const confirmed = medium.confirmation?.();
    if (confirmed === undefined) return this.#resolve();
    void confirmed.then((isConfirmed) => {
      if (isConfirmed) return this.#resolve();
      const text = `invitation ${this.#id} was accepted, and the inviter has never confirmed that`;
      return this.#reject(new LocalProtocolError('not-confirmed', text));
    });
  }
}

/** The error of whoever decides what does not wait for a decision. */
export function notPending(id: string): LocalProtocolError {
  return new LocalProtocolError(
    'not-pending',
    `invitation ${id} does not wait for a decision: it is decided, or the inviter has left`,
  );
}
