/** A session whose messages travel within its dialog (RFC 3428, 4): the medium `message`. */
import type { Address, Composing, Content, Delivery, SessionEnd } from '@usher/core';
import type { Medium, Receiver } from '@usher/core/adapter';

import {
  IS_COMPOSING,
  type IsComposing,
  parseIsComposing,
  printIsComposing,
} from '../composing/is-composing.js';
import { ShownComposing } from '../composing/shown-composing.js';
import { ToldComposing } from '../composing/told-composing.js';
import type { InviteUsage } from '../dialog/invite-usage.js';
import type { EndpointCommand } from '../endpoint/endpoint-command.js';
import type { SipRequest } from '../syntax/message.js';
import type { ServerTransaction } from '../transaction/server-transaction.js';
import { handOver, messageOf } from './incoming.js';
import type { Post, Sender } from './post.js';
import type { SdpVersion } from './sdp-version.js';

const OVER: Delivery = { type: 'failed', status: 481, reason: 'the session is over' };

/** What one datagram can carry besides a head of a usual size. */
const LARGEST_DATAGRAM = 64_000;

/** A session whose messages travel within its dialog. */
export class DialogSession implements Medium, Sender {
  readonly name = 'message';
  /** Of our description of it. */
  readonly version: SdpVersion;
  readonly #post: Post;
  readonly #usage: InviteUsage;
  readonly #receiver: Receiver;
  /** Who speaks to us. */
  readonly #peer: Address;
  /** Whether the peer understands news of typing: it says so, or sends some itself. */
  #understands: boolean;
  #shown: ShownComposing | undefined;
  #told: ToldComposing | undefined;
  /** News of typing that waits until our message has its answer: nothing may overtake that (RFC 3428, 8). */
  #held: IsComposing | undefined;
  #sending = 0;
  #over = false;
  #ending: { readonly ended: Promise<void>; readonly resolve: () => void } | undefined;

  constructor(
    post: Post,
    usage: InviteUsage,
    receiver: Receiver,
    peer: Address,
    agreed: { readonly composing: boolean; readonly version: SdpVersion },
  ) {
    this.#post = post;
    this.#usage = usage;
    this.#receiver = receiver;
    this.#peer = peer;
    this.#understands = agreed.composing;
    this.version = agreed.version;
  }

  get limit(): number {
    const { limit } = this.#post;
    return this.#usage.flow?.transport === 'udp' ? Math.min(limit, LARGEST_DATAGRAM) : limit;
  }

  send(content: Content, _id: string): Promise<Delivery> {
    if (this.#over) return Promise.resolve(OVER);
    this.#told?.stop();
    this.#held = undefined;
    this.#sending += 1;
    return this.#deliver(content, this);
  }

  /** The fate of one message is known. */
  settled(): void {
    this.#sending -= 1;
    const news = this.#sending === 0 ? this.#held : undefined;
    if (news === undefined) return;
    this.#held = undefined;
    this.#tell(news);
  }

  compose(composing: Composing): void {
    if (this.#over || !this.#understands) return;
    this.#told ??= new ToldComposing(this.#post.clock, (news) => this.#tell(news));
    this.#told.compose(composing);
  }

  end(_end: SessionEnd): Promise<void> {
    if (this.#ending !== undefined) return this.#ending.ended;
    if (this.#over) return Promise.resolve();
    this.#close();
    let resolve = (): void => {};
    const ended = new Promise<void>((settle) => {
      resolve = settle;
    });
    this.#ending = { ended, resolve };
    this.#post.execute({ type: 'bye', usage: this.#usage });
    return ended;
  }

  /** A message of the peer. */
  take(request: SipRequest, transaction: ServerTransaction<InviteUsage>): void {
    if (this.#over) {
      this.#post.respond(transaction, { status: 481 });
      return;
    }
    if (request.mediaType === IS_COMPOSING) {
      this.#hear(request, transaction);
      return;
    }
    // Unique, and the same for each transmission: the dialog, and the CSeq within it.
    const id = [this.#usage.tag, request.cseq.number].join('.');
    const message = messageOf(request, id, this.#peer, this.#post.clock.now());
    if (message === undefined) {
      this.#post.respond(transaction, { status: 400, text: 'Bad Request (not UTF-8)' });
      return;
    }
    this.#shown?.stop();
    handOver(this.#receiver, message, this.#post, transaction);
  }

  /** The session is over at the peer, or the network has lost it; or our own end has come through. */
  ended(by: 'us' | 'peer' | 'network', status?: number): void {
    const told = this.#over;
    this.#close();
    this.#ending?.resolve();
    if (told) return;
    const why = by === 'network' ? 'lost' : 'hung-up';
    this.#receiver.end({
      by: by === 'network' ? 'network' : 'peer',
      why,
      ...(status !== undefined && { status }),
    });
  }

  /** The user agent goes: the house is told, and the peer. */
  dismiss(): Promise<void> {
    if (!this.#over) {
      const end: SessionEnd = { by: 'host', why: 'drain' };
      const ended = this.end(end);
      this.#receiver.end(end);
      return ended;
    }
    return this.end({ by: 'host', why: 'drain' });
  }

  /** Nothing is heard of the peer any more, and nobody waits for it. */
  abandon(): void {
    this.#close();
    this.#ending?.resolve();
  }

  #hear(request: SipRequest, transaction: ServerTransaction<InviteUsage>): void {
    const news = parseIsComposing(request.body);
    this.#post.respond(transaction, { status: news === undefined ? 400 : 200 });
    if (news === undefined) return;
    this.#understands = true;
    this.#shown ??= new ShownComposing(this.#post.clock, (state) => this.#receiver.compose(state));
    this.#shown.hear(news);
  }

  #tell(news: IsComposing): void {
    if (this.#over) return;
    if (this.#sending > 0) {
      // Of all that waits, the last word counts.
      this.#held = news;
      return;
    }
    void this.#deliver({ contentType: IS_COMPOSING, body: printIsComposing(news) }).then(
      (delivery) => {
        // RFC 3994, 4: whoever does not understand it is told no more of it.
        if (delivery.type === 'failed') this.#understands = false;
      },
    );
  }

  #deliver({ contentType, body }: Content, sender?: Sender): Promise<Delivery> {
    const command = (reference: number): EndpointCommand => ({
      type: 'message',
      usage: this.#usage,
      reference,
      fields: [['Content-Type', contentType]],
      body,
    });
    return this.#post.deliver(command, sender);
  }

  #close(): void {
    this.#over = true;
    this.#held = undefined;
    this.#shown?.close();
    this.#told?.stop();
  }
}
