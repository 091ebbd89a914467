/** A session made of messages outside any dialog (RFC 3428): the medium `pager`, all messages between two addresses. */
import type { Composing, Content, Delivery, Instant, Message, SessionEnd } from '@usher/core';
import type { Flow, Medium, Receiver } from '@usher/core/adapter';

import type { IsComposing } from '../composing/is-composing.js';
import { ShownComposing } from '../composing/shown-composing.js';
import type { Answer } from '../dialog/core.js';
import { flat } from '../dialog/flat.js';
import type { InviteUsage } from '../dialog/invite-usage.js';
import type { ServerTransaction } from '../transaction/server-transaction.js';
import { handOver } from './incoming.js';
import type { Post } from './post.js';

/** One message and the way to answer it. */
export interface Paged {
  readonly message: Message;
  readonly transaction: ServerTransaction<InviteUsage>;
}

const OVER: Delivery = { type: 'failed', status: 481, reason: 'the session is over' };
/** However many come before the house has decided, no more than these wait for it. */
const MOST_WAITING = 16;
/** RFC 3428, 8: outside a session no more goes by datagram; and so much of it is head, but for the addresses. */
const DATAGRAM = 1_300;
const HEAD = 340;
/** What may stand in a Call-ID without a second look (RFC 3261, 25.1). */
const WORD = /^[A-Za-z0-9.!%*_+`'~-]{1,128}$/;

/** A session made of messages outside any dialog. */
export class PagerSession implements Medium {
  readonly name = 'pager';
  /** When the last message came or went. */
  touched: Instant = 0;
  readonly #post: Post;
  /** The Request-URI of what we send. */
  readonly #uri: string;
  /** The From of what we send, its tag included. */
  readonly #from: string;
  /** Told when something came or went, and when it is over on our side. */
  readonly #table: { touch(session: PagerSession): void; leave(session: PagerSession): void };
  /** The way that the last message came. */
  #flow: Flow;
  #receiver: Receiver | undefined;
  /** Messages that came before the house had decided. */
  #waiting: Paged[] = [];
  #shown: ShownComposing | undefined;
  #over = false;

  /**
   * @param key by what the table knows it.
   * @param uris of the two who speak.
   */
  constructor(
    post: Post,
    readonly key: string,
    first: Paged,
    uris: { readonly us: string; readonly them: string },
    table: { touch(session: PagerSession): void; leave(session: PagerSession): void },
  ) {
    this.#post = post;
    this.#uri = flat(uris.them);
    this.#from = flat(`<${uris.us}>;tag=${post.chance.token()}`);
    this.#table = table;
    this.#flow = first.transaction.source;
    this.#waiting.push(first);
  }

  /** Whether the house has yet to decide. */
  get pending(): boolean {
    return this.#receiver === undefined && !this.#over;
  }

  /** The number of the connection that its peer last came by; undefined for datagrams. */
  get connection(): number | undefined {
    return this.#flow.connection;
  }

  get limit(): number {
    const { limit, proof } = this.#post;
    if (this.#flow.transport !== 'udp') return limit;
    return Math.max(0, DATAGRAM - HEAD - proof - 2 * this.#uri.length - this.#from.length);
  }

  /** The house takes it up: what has come so far is handed over. */
  accept(receiver: Receiver): void {
    this.#receiver = receiver;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const paged of waiting) this.take(paged);
  }

  /** The house does not take it up: whoever waits hears this. */
  refuse(answer: Answer): void {
    this.#over = true;
    for (const { transaction } of this.#waiting) this.#post.respond(transaction, answer);
    this.#waiting = [];
    this.#table.leave(this);
  }

  /** One more message of the peer. */
  take({ message, transaction }: Paged): void {
    const receiver = this.#receiver;
    if (receiver === undefined) {
      this.#wait({ message, transaction });
      return;
    }
    this.#flow = transaction.source;
    this.#table.touch(this);
    this.#shown?.stop();
    handOver(receiver, message, this.#post, transaction);
  }

  /** The peer is typing, or no longer is. */
  hear(news: IsComposing): void {
    const receiver = this.#receiver;
    if (receiver === undefined || this.#over) return;
    this.#shown ??= new ShownComposing(this.#post.clock, (state) => receiver.compose(state));
    this.#shown.hear(news);
  }

  async send({ contentType, body }: Content, id: string): Promise<Delivery> {
    if (this.#over) return OVER;
    this.#table.touch(this);
    const parts = {
      uri: this.#uri,
      from: this.#from,
      // The same for each transmission of this message, so that the peer can tell (RFC 3428, 7).
      callId: WORD.test(id) ? id : this.#post.chance.token(),
      sequence: 1,
      fields: [['Content-Type', contentType]] as const,
      body,
    };
    return this.#post.deliver((reference) => ({ type: 'page', reference, parts, way: this.#flow }));
  }

  /** Nothing: a peer outside any session has not said that it understands such news, and two bots could go on for ever. */
  compose(_composing: Composing): void {}

  /** The peer cannot be told; its next message is a new invitation. */
  end(_end: SessionEnd): Promise<void> {
    this.#close();
    return Promise.resolve();
  }

  /** Nothing came or went for long, or the user agent goes: the house is told. */
  dismiss(end: SessionEnd): void {
    const receiver = this.#over ? undefined : this.#receiver;
    this.#close();
    receiver?.end(end);
  }

  #wait(paged: Paged): void {
    if (this.#over || this.#waiting.length >= MOST_WAITING) {
      this.#post.respond(paged.transaction, { status: 503 });
    } else {
      this.#waiting.push(paged);
    }
  }

  #close(): void {
    if (this.#over) return;
    this.#over = true;
    this.#shown?.close();
    this.#table.leave(this);
  }
}
