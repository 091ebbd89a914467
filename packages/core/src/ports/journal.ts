/** What remembers: the journal of messages, and the state that bots keep. In memory unless a durable one is set. */
import type { Instant } from '../words/duration.js';
import type { Content } from '../words/message.js';

/** One line of the journal. */
export interface Entry {
  readonly type: 'received' | 'sent';
  readonly session: string;
  readonly bot: string;
  /** The message's stable identity: one that is already in the journal is not a new message. */
  readonly message: string;
  readonly content: Content;
  readonly at: Instant;
}

/** Where messages are kept before they are answered for. */
export interface Journal {
  /** What a recorded entry survives; printed at start and in the health answer. */
  readonly durability: 'fsync' | 'process' | 'none';
  /**
   * Records one entry. A message is answered 200 only after this is done; it is refused when this fails.
   * Returning nothing means that it is done already.
   */
  record(entry: Entry): Promise<void> | void;
}

/** State that a bot keeps beyond a session, by key; each bot sees only its own keys. */
export interface Store {
  get(key: string): Promise<unknown>;
  put(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
}
