/** A house for tests: it answers who knocks, and keeps what it is told. */
import type { Answered, Door, Knock, Medium, Violation } from '@usher/core/adapter';
import { RecordingReceiver } from '@usher/core/testing';

/** One session in a test's house. */
export interface Talk {
  readonly knock: Knock;
  readonly heard: RecordingReceiver;
  medium: Medium | undefined;
}

/** A house that accepts everybody, or does what a test says. */
export class House implements Door {
  readonly knocks: Knock[] = [];
  readonly talks: Talk[] = [];
  readonly violations: Violation[] = [];
  /** What it says to those who knock before anything else. */
  refusal: { readonly status: number; readonly retryAfter?: number } | undefined;
  /** What becomes of a knock. */
  decide: (knock: Knock) => void = (knock) => {
    void this.accept(knock);
  };
  /** What is done in a session that begins. */
  begin: (talk: Talk) => void = () => {};

  knock(knock: Knock): { readonly status: number; readonly retryAfter?: number } | undefined {
    if (this.refusal !== undefined) return this.refusal;
    this.knocks.push(knock);
    this.decide(knock);
    return undefined;
  }

  violated(violation: Violation): void {
    this.violations.push(violation);
  }

  async accept(knock: Knock): Promise<Answered> {
    const heard = new RecordingReceiver();
    const talk: Talk = { knock, heard, medium: undefined };
    this.begin(talk);
    const answered = await knock.answer({ type: 'accept', receiver: heard });
    if (answered.type === 'accepted') {
      talk.medium = answered.medium;
      this.talks.push(talk);
    }
    return answered;
  }
}

/** Says each message back, one after the other, as a house with an echo in it would. */
export function echo(talk: Talk): void {
  let last: Promise<unknown> = Promise.resolve();
  let count = 0;
  talk.heard.receipt = (message) => {
    count += 1;
    const id = `echo-${count}`;
    last = last.then(async () => talk.medium?.send(message, id));
    return { type: 'taken' };
  };
}
