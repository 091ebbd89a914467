/** A person at a terminal: what is said scrolls by above, and the line that is being typed stays below. */
import type { Clock } from '@usher/core/adapter';

import type { Paint } from '../text/paint.js';
import { visible, visibleLines } from '../text/visible.js';
import { widthOf } from '../text/width.js';
import type { Face } from './face.js';
import { EMPTY_LINE, type Key, type LineState, press, view } from './line-editor.js';
import { LineQueue } from './line-queue.js';

/** The terminal, as far as this needs it. */
export interface Terminal {
  readonly columns: number;
  readonly paint: Paint;
  write(text: string): void;
  /** Tells of each key from now on, and of changes of its size. */
  listen(key: (key: Key) => void, resized: () => void): void;
  /** Stops telling, and gives the keyboard back. */
  release(): void;
}

const PROMPT = '> ';
const YOU = 'you';
/** Who has not touched a key for so long is no longer typing (RFC 3994, 3.2). */
const IDLE = 15_000;

/** A person at a terminal. */
export class TerminalFace implements Face {
  readonly scripted = false;
  readonly leaving: Promise<void>;
  readonly #terminal: Terminal;
  readonly #clock: Clock;
  readonly #queue = new LineQueue();
  #leave: () => void = () => undefined;
  #state: LineState = EMPTY_LINE;
  /** Whether somebody is there to type to. */
  #reading = false;
  #peerTyping: string | undefined;
  #question: { readonly text: string; readonly answer: (yes: boolean) => void } | undefined;
  /** Rows below the last message that will be drawn anew. */
  #drawn = 0;
  #typing = false;
  #tellTyping: (typing: boolean) => void = () => undefined;
  #stopIdle: (() => void) | undefined;

  constructor(terminal: Terminal, clock: Clock) {
    this.#terminal = terminal;
    this.#clock = clock;
    this.leaving = new Promise((resolve) => {
      this.#leave = resolve;
    });
    terminal.listen(
      (key) => this.#press(key),
      () => this.#draw(),
    );
  }

  read(): AsyncIterable<string> {
    this.#reading = true;
    this.#draw();
    return this.#queue;
  }

  onTyping(listener: (typing: boolean) => void): void {
    this.#tellTyping = listener;
  }

  note(text: string): void {
    this.#above(this.#terminal.paint.faint(`  ${text}`));
  }

  trouble(text: string): void {
    this.#above(this.#terminal.paint.bad(`  ${text}`));
  }

  says(who: string, text: string): void {
    this.#spoken(this.#terminal.paint.accent(who), who, text);
  }

  showTyping(who: string | undefined): void {
    if (who === this.#peerTyping) return;
    this.#peerTyping = who;
    this.#draw();
  }

  confirm(question: string): Promise<boolean> {
    return new Promise((resolve) => {
      this.#question = { text: question, answer: resolve };
      this.#draw();
    });
  }

  close(): void {
    this.#reading = false;
    this.#peerTyping = undefined;
    this.#question = undefined;
    this.#stopIdle?.();
    this.#draw();
    this.#queue.end();
    this.#terminal.release();
  }

  #press(key: Key): void {
    const question = this.#question;
    if (isFarewell(key)) {
      if (key.name === 'd' && this.#state.line.length > 0) this.#edit(key);
      else this.#leave();
    } else if (question !== undefined) {
      const answer = key.sequence?.toLowerCase();
      if (answer !== 'y' && answer !== 'n') return;
      this.#question = undefined;
      this.#above(
        this.#terminal.paint.faint(`  ${question.text} ${answer === 'y' ? 'yes' : 'no'}`),
      );
      question.answer(answer === 'y');
    } else if (this.#reading) this.#edit(key);
  }

  #edit(key: Key): void {
    const typed = press(this.#state, key);
    if (typed.type === 'ended') {
      this.#leave();
      return;
    }
    const before = this.#state;
    this.#state = typed.state;
    if (typed.type === 'entered') {
      // A message says by itself that nobody is typing any more (RFC 3994, 3.2).
      this.#typing = false;
      this.#stopIdle?.();
      if (typed.text !== '') {
        this.#spoken(this.#terminal.paint.strong(YOU), YOU, typed.text);
        this.#queue.push(typed.text);
      }
    } else if (before.line !== this.#state.line) this.#showOwnTyping(this.#state.line.length > 0);
    this.#draw();
  }

  #showOwnTyping(typing: boolean): void {
    if (typing !== this.#typing) {
      this.#typing = typing;
      this.#tellTyping(typing);
    }
    this.#stopIdle?.();
    if (typing) {
      this.#stopIdle = this.#clock.at(this.#clock.now() + IDLE, () => this.#showOwnTyping(false));
    }
  }

  #spoken(painted: string, who: string, text: string): void {
    const margin = ' '.repeat(widthOf(who));
    const lines = visibleLines(text).map(
      (line, index) => `${index === 0 ? painted : margin}  ${line}`,
    );
    this.#above(lines.join('\n'));
  }

  /** Writes above what is drawn below, which moves down. */
  #above(text: string): void {
    this.#terminal.write(`${this.#erasing()}${text}\n`);
    this.#draw();
  }

  /** Draws the line that is being typed, and what stands above it. It takes one row, so that what is above stays put. */
  #draw(): void {
    const { paint, columns } = this.#terminal;
    let text = this.#erasing();
    if (this.#peerTyping !== undefined) {
      text += `${paint.faint(`  ${visible(this.#peerTyping, 40)} is typing…`)}\n`;
      this.#drawn += 1;
    }
    if (this.#question !== undefined) text += `  ${this.#question.text} (y/n) `;
    else if (this.#reading) {
      const { text: shown, column } = view(this.#state, columns - PROMPT.length);
      text += `${PROMPT}${shown}\r\u001B[${PROMPT.length + column}C`;
    }
    this.#terminal.write(text);
  }

  /** What takes away that which was drawn below. */
  #erasing(): string {
    const up = this.#drawn === 0 ? '' : `\u001B[${this.#drawn}A`;
    this.#drawn = 0;
    return `\r${up}\u001B[J`;
  }
}

function isFarewell(key: Key): boolean {
  return key.ctrl === true && (key.name === 'c' || key.name === 'd');
}
