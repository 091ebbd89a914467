/** The line that the peer is writing: characters come and go, and a new line or a pause makes a message of it. */
import type { Composing, Instant } from '@usher/core';

import { TextReader } from './t140.js';

/** What became of the line. */
export type LineEvent =
  | { readonly type: 'said'; readonly text: string }
  | { readonly type: 'composing'; readonly composing: Composing };

/** The line that the peer is writing. */
export class Line {
  readonly #pause: number;
  readonly #longest: number;
  readonly #reader: TextReader;
  #characters: string[] = [];
  #composing = false;
  #events: LineEvent[] = [];
  #deadline: Instant | undefined;

  /**
   * @param pause milliseconds after which what stands there is a message.
   * @param longest characters of one message: it ends there in any case.
   */
  constructor(pause: number, longest: number) {
    this.#pause = pause;
    this.#longest = longest;
    this.#reader = new TextReader({
      character: (character) => this.#add(character),
      // What became a message cannot be taken back.
      erase: () => void this.#characters.pop(),
      newLine: () => this.#say(),
    });
  }

  /** When the pause is over; undefined while nothing stands there. */
  get deadline(): Instant | undefined {
    return this.#deadline;
  }

  /** The peer has written more. */
  write(text: string, now: Instant): LineEvent[] {
    this.#reader.read(text);
    const writing = this.#characters.length > 0;
    if (writing) this.#deadline = now + this.#pause;
    else this.#deadline = undefined;
    this.#show(writing);
    return this.#take();
  }

  /** Time has passed. */
  elapse(now: Instant): LineEvent[] {
    if (this.#deadline !== undefined && this.#deadline <= now) this.#say();
    return this.#take();
  }

  /** Nothing more comes: what stands there is a message. */
  finish(): LineEvent[] {
    this.#say();
    return this.#take();
  }

  #add(character: string): void {
    this.#show(true);
    this.#characters.push(character);
    if (this.#characters.length >= this.#longest) this.#say();
  }

  #say(): void {
    this.#deadline = undefined;
    this.#show(false);
    const text = this.#characters.join('');
    this.#characters = [];
    if (text.trim() !== '') this.#events.push({ type: 'said', text });
  }

  #show(writing: boolean): void {
    if (this.#composing === writing) return;
    this.#composing = writing;
    this.#events.push({ type: 'composing', composing: writing ? 'active' : 'idle' });
  }

  #take(): LineEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }
}
