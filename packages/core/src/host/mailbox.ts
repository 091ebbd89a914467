/** One session's unread messages: bounded, and given to one reader, one after the other. */
import { LocalProtocolError } from '../words/errors.js';
import type { Message } from '../words/message.js';

/** Who reads a mailbox. */
export interface Reader {
  /** Whether it can be given a message now. */
  readonly ready: boolean;
  /** Whether it fetches what it wants by itself, in its own time. */
  readonly fetches: boolean;
  take(message: Message): void;
  /** Nothing more comes. */
  complete(): void;
}

/** Who waits for the answer to a question. */
export interface Questioner {
  answered(message: Message): void;
  /** There will be no answer. */
  ended(): void;
}

/** On whose behalf a mailbox is read. */
export interface Holder {
  readonly mailbox: Mailbox;
  /** Whether it may no longer read: the session has gone to another bot. */
  readonly moved: boolean;
}

/** A queue of unread messages, in the order in which they arrived. */
export class Mailbox {
  #bound: number;
  /** Made when a message has to wait: most never do, and sessions rest in great numbers. */
  #unread: Message[] | undefined;
  #reader: Reader | undefined;
  #questioner: Questioner | undefined;
  #delivering = false;
  #over = false;
  /** Places kept for messages that are on their way through the journal. */
  reserved = 0;

  /** @param bound how many messages may wait to be read. */
  constructor(bound: number) {
    this.#bound = bound;
  }

  /** Whether one more message would be one too many. An answer that is waited for always finds room. */
  get full(): boolean {
    return this.#questioner === undefined && this.#length + this.reserved >= this.#bound;
  }

  /** Whether messages wait that could be read now. */
  get waiting(): boolean {
    return this.#length > 0 && this.#questioner === undefined;
  }

  /** Whether nothing more comes and all was read. */
  get over(): boolean {
    return this.#over && this.#length === 0;
  }

  /** Lays a message in; whoever waits for one has it at once. */
  put(message: Message): void {
    if (this.#over) return;
    const questioner = this.#questioner;
    if (questioner !== undefined) {
      this.#questioner = undefined;
      questioner.answered(message);
      return;
    }
    if (this.#length === 0 && !this.#delivering && this.#reader?.ready === true)
      this.#give(message);
    else (this.#unread ??= []).push(message);
    this.deliver();
  }

  /** Takes the first unread message out; undefined where there is none, or a question comes first. */
  next(): Message | undefined {
    return this.#questioner === undefined ? this.#shift() : undefined;
  }

  /** Gives the reader what it can take. A reader that brings about the next message from within gets it after this one. */
  deliver(): void {
    if (this.#delivering) return;
    while (this.waiting && this.#reader?.ready === true) {
      const message = this.#shift();
      if (message !== undefined) this.#give(message);
    }
  }

  /**
   * Makes somebody the reader.
   * @throws LocalProtocolError `mailbox-taken` while somebody else is.
   */
  claim(reader: Reader): void {
    if (this.#reader === reader) return;
    if (this.#reader !== undefined) {
      throw new LocalProtocolError(
        'mailbox-taken',
        'the messages of this session are being read already: one subscription or one `for await` at a time',
      );
    }
    this.#reader = reader;
  }

  /** No longer reads; what is unread waits for the next reader. */
  release(reader: Reader): void {
    if (this.#reader === reader) this.#reader = undefined;
  }

  /**
   * Gives the next message that arrives to a questioner; readers wait until then.
   * @throws LocalProtocolError `mailbox-taken` while another question awaits its answer.
   */
  question(questioner: Questioner): void {
    if (this.#questioner !== undefined) {
      throw new LocalProtocolError(
        'mailbox-taken',
        'another question of this session still awaits its answer',
      );
    }
    this.#questioner = questioner;
  }

  /** The questioner no longer waits. */
  withdraw(questioner: Questioner): void {
    if (this.#questioner === questioner) this.#questioner = undefined;
  }

  /**
   * Takes the mailbox from whoever reads or asks; what is unread waits for the next reader.
   * @param bound how many messages may wait from now on.
   */
  vacate(bound: number): void {
    this.#bound = bound;
    const reader = this.#reader;
    const questioner = this.#questioner;
    this.#reader = undefined;
    this.#questioner = undefined;
    questioner?.ended();
    reader?.complete();
  }

  /**
   * Nothing more comes. What is unread is still given to the reader, ready or not, since the peer was told that it is
   * taken; a `for await` may read it to its end.
   * @param discard the reader wanted no more of it: then what is unread is dropped.
   */
  close(discard: boolean): void {
    this.#over = true;
    if (discard) this.#unread = undefined;
    const questioner = this.#questioner;
    this.#questioner = undefined;
    questioner?.ended();
    this.deliver();
    while (this.#reader?.fetches === false && this.#length > 0) {
      const message = this.#shift();
      if (message !== undefined) this.#reader.take(message);
    }
    // Who fetches goes on until all is read.
    if (this.#length > 0) return;
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.complete();
  }

  get #length(): number {
    return this.#unread?.length ?? 0;
  }

  #shift(): Message | undefined {
    const message = this.#unread?.shift();
    if (this.#unread?.length === 0) this.#unread = undefined;
    return message;
  }

  /** What the reader brings about from within comes after this message. */
  #give(message: Message): void {
    this.#delivering = true;
    try {
      this.#reader?.take(message);
    } finally {
      this.#delivering = false;
    }
  }
}
