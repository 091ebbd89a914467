/** A person at the door, played by a test. */
import type { Receipt } from '../ports/medium.js';
import { type Composing, type Content, plainText } from '../words/message.js';
import type { InvitationAtDoor } from './scripted-knock.js';
import type { Outcome, ScriptedMeeting } from './scripted-meeting.js';
import type { RecordingReceiver } from './recording-receiver.js';

/** The one who knocked: says things, hears things, and goes. */
export class Visitor {
  /** All that it is told, in order; its `receipt` says how it takes a message. */
  readonly receiver: RecordingReceiver;
  readonly #meeting: ScriptedMeeting;
  #said = 0;

  constructor(meeting: ScriptedMeeting, receiver: RecordingReceiver) {
    this.#meeting = meeting;
    this.receiver = receiver;
  }

  get invitation(): InvitationAtDoor {
    return this.#meeting.invitation;
  }

  /** What became of the invitation; 487 where it was cancelled in time. */
  get answer(): Promise<Outcome> {
    return this.#meeting.outcome;
  }

  /** What it has heard so far, as text. */
  get heard(): readonly string[] {
    return this.receiver.texts;
  }

  /** What it has heard, as soon as that is so many. */
  async hears(count: number): Promise<readonly string[]> {
    await this.receiver.until(({ messages }) => messages.length >= count);
    return this.heard;
  }

  /** Resolves when the house, or the network, has ended the session. */
  async leftAlone(): Promise<void> {
    await this.receiver.until(({ ends }) => ends.length > 0);
  }

  /**
   * Says something, once the invitation is accepted. Returns how it was received: 481 where the session is over.
   * @throws Error where the invitation was not accepted.
   */
  async say(content: string | Content, id?: string): Promise<Receipt> {
    this.#said += 1;
    const identity = id ?? `${this.invitation.id}-said-${this.#said}`;
    const answer = await this.answer;
    if (answer.type !== 'accepted') {
      throw new Error(`nobody can be spoken to: the invitation was ${answer.type}`);
    }
    const end = this.#meeting.inviter;
    const receipt = await end.offer(
      typeof content === 'string' ? plainText(content) : content,
      identity,
    );
    return receipt ?? { type: 'refused', status: 481, text: 'the session has ended' };
  }

  /** Shows that it is typing, or no longer is. */
  type(composing: Composing = 'active'): void {
    this.#meeting.inviter.compose(composing);
  }

  /** Takes the invitation back; `elsewhere`: since somebody else has taken it up. */
  cancel(why: 'cancelled' | 'elsewhere' = 'cancelled'): void {
    this.#meeting.cancel(why);
  }

  /** Ends the session; resolves when the house knows. */
  async hangUp(): Promise<void> {
    await this.#meeting.leave();
  }

  /** The network between it and the house breaks. */
  lose(): void {
    this.#meeting.inviter.lose();
  }
}
