/** This end of a conversation: a person at a terminal, or a script behind a pipe. */

/** This end of a conversation. */
export interface Face {
  /** Begins to read, now that there is somebody to read to: what is entered, line by line, until the input ends. */
  read(): AsyncIterable<string>;
  /** Settles when this end wants to leave, at once and whatever is going on. */
  readonly leaving: Promise<void>;
  /** Whether the input's end means that the conversation is over as soon as the replies have settled. */
  readonly scripted: boolean;
  /** Told when something is being typed, and when no longer. */
  onTyping(listener: (typing: boolean) => void): void;
  /** How things stand. */
  note(text: string): void;
  /** What went wrong. */
  trouble(text: string): void;
  /** What the other end said. */
  says(who: string, text: string): void;
  /** Who is typing at the other end; undefined when nobody is. */
  showTyping(who: string | undefined): void;
  /** Puts a question that is answered with yes or no. */
  confirm(question: string): Promise<boolean>;
  /** Gives the terminal back. */
  close(): void;
}
