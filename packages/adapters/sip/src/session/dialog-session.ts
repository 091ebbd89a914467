/** A session whose messages travel within its dialog (RFC 3428, 4): the medium `message`. */
import {
  type Address,
  type Composing,
  type Content,
  type Delivery,
  Message,
  type RemoteProtocolError,
  type SessionEnd,
  type Transferred,
} from '@usher/core';
import type { Medium, Receiver } from '@usher/core/adapter';

import {
  IS_COMPOSING,
  type IsComposing,
  parseIsComposing,
  printIsComposing,
} from '../composing/is-composing.js';
import { ShownComposing } from '../composing/shown-composing.js';
import { ToldComposing } from '../composing/told-composing.js';
import { readInfo } from '../dialect/info.js';
import {
  KEYBOARD_ACTIVITY,
  printKeyboardActivity,
  TYPING_HOLDS,
} from '../dialect/keyboard-activity.js';
import type { MicrosoftPeer } from '../dialect/microsoft-peer.js';
import { ToldTyping } from '../dialect/told-typing.js';
import type { InviteUsage } from '../dialog/invite-usage.js';
import type { EndpointCommand } from '../endpoint/endpoint-command.js';
import type { SipRequest } from '../syntax/message.js';
import type { ServerTransaction } from '../transaction/server-transaction.js';
import { handOver, messageOf } from './incoming.js';
import type { Post, Sender } from './post.js';
import type { SdpVersion } from './sdp-version.js';
import { irreplaceable, transferBy } from './transferring.js';

/** What its own accept-types rule out need not be tried. */
const UNTAKEN: Delivery = {
  type: 'failed',
  status: 415,
  reason: 'the peer does not take messages of this type',
};
const OVER = { type: 'failed', status: 481, reason: 'the session is over' } as const;

/** What a server says for a peer whose dialog is gone there. */
const AWAY = 480;

/** What one datagram can carry besides a head of a usual size. */
const LARGEST_DATAGRAM = 64_000;

/** What is known of a session as it begins. */
export interface Agreed {
  /** Whether the peer says that it takes news of typing. */
  readonly composing: boolean;
  /** Of our description. */
  readonly version: SdpVersion;
  /** There where the peer speaks that dialect. */
  readonly microsoft?: MicrosoftPeer | undefined;
}

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
  readonly #microsoft: MicrosoftPeer | undefined;
  #shown: ShownComposing | undefined;
  #told: ToldComposing | ToldTyping | undefined;
  /** News of typing that waits until our message has its answer: nothing may overtake that (RFC 3428, 8). */
  #held: IsComposing | undefined;
  #sending = 0;
  #over = false;
  /** Told whether the peer confirms our acceptance, where somebody asked. */
  #confirm: ((confirmed: boolean) => void) | undefined;
  #ending: { readonly ended: Promise<void>; readonly resolve: () => void } | undefined;

  constructor(post: Post, usage: InviteUsage, receiver: Receiver, peer: Address, agreed: Agreed) {
    this.#post = post;
    this.#usage = usage;
    this.#receiver = receiver;
    this.#peer = peer;
    // That peer has a way of its own, which every one of them knows.
    this.#understands = agreed.composing || agreed.microsoft !== undefined;
    this.#microsoft = agreed.microsoft;
    this.version = agreed.version;
  }

  get limit(): number {
    const { limit } = this.#post;
    return this.#usage.flow?.transport === 'udp' ? Math.min(limit, LARGEST_DATAGRAM) : limit;
  }

  /** A Microsoft peer takes another dialog in the place of one that is dead: whoever has never shown up gets none. */
  get resumable(): boolean {
    return this.#microsoft?.present === true;
  }

  send(content: Content, _id: string): Promise<Delivery> {
    if (this.#over) return Promise.resolve(OVER);
    if (this.#microsoft?.takes(content.contentType) === false) return Promise.resolve(UNTAKEN);
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
    const { clock } = this.#post;
    this.#told ??=
      this.#microsoft === undefined
        ? new ToldComposing(clock, (news) => this.#tell(news))
        : new ToldTyping(clock, (news) => this.#tell(news));
    this.#told.compose(composing);
  }

  /** Where it rests. */
  get usage(): InviteUsage {
    return this.#usage;
  }

  get receiver(): Receiver {
    return this.#receiver;
  }

  transfer(
    target: Address,
    { replacing, timeout }: { readonly replacing?: Medium; readonly timeout: number },
  ): Promise<Transferred> {
    if (this.#over) return Promise.resolve(OVER);
    if (replacing !== undefined && !(replacing instanceof DialogSession)) throw irreplaceable();
    return transferBy(this.#post, this.#usage, target, { replacing: replacing?.usage, timeout });
  }

  /** RFC 3261, 13.3.1.4: by the ACK to our 2xx. */
  confirmation(): Promise<boolean> {
    const { state } = this.#usage;
    if (state === 'established' || state === 'over') return Promise.resolve(state !== 'over');
    return new Promise((resolve) => {
      this.#confirm = resolve;
    });
  }

  /** The peer has confirmed. */
  acknowledged(): void {
    this.#confirm?.(true);
    if (this.#microsoft !== undefined) this.#microsoft.present = true;
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
    const from = this.#microsoft?.senderOf(request) ?? this.#peer;
    const message = messageOf(request, id, from, this.#post.clock.now());
    if (!(message instanceof Message)) {
      this.#post.respond(transaction, message);
      return;
    }
    if (this.#microsoft?.repeats(message, message.at) === true) {
      // It came with the INVITE, and was taken.
      this.#post.respond(transaction, { status: 200 });
      return;
    }
    this.#shown?.stop();
    handOver(this.#receiver, message, this.#post, transaction);
  }

  /** INFO of the peer, which only Microsoft peers send; why it was not taken, undefined where it was. */
  inform(
    request: SipRequest,
    transaction: ServerTransaction<InviteUsage>,
  ): RemoteProtocolError | undefined {
    if (this.#over) {
      this.#post.respond(transaction, { status: 481 });
      return undefined;
    }
    const { answer, typing, fault } = readInfo(request);
    this.#post.respond(transaction, answer);
    if (typing !== undefined) {
      this.#understands = true;
      this.#show({ state: typing, refresh: TYPING_HOLDS }, TYPING_HOLDS);
    }
    return fault;
  }

  /** The session is over at the peer, or the network has lost it; or our own end has come through. */
  ended(by: 'us' | 'peer' | 'network', status?: number): void {
    const told = this.#over;
    this.#close();
    this.#ending?.resolve();
    // Where we ended it ourselves, that went by way of the ACK.
    this.#confirm?.(by === 'us');
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
    this.#confirm?.(false);
    this.#close();
    this.#ending?.resolve();
  }

  #hear(request: SipRequest, transaction: ServerTransaction<InviteUsage>): void {
    const news = parseIsComposing(request.body);
    this.#post.respond(transaction, { status: news === undefined ? 400 : 200 });
    if (news === undefined) return;
    this.#understands = true;
    this.#show(news);
  }

  #show(news: IsComposing, holds?: number): void {
    this.#shown ??= new ShownComposing(this.#post.clock, (state) => this.#receiver.compose(state));
    this.#shown.hear(news, holds);
  }

  #tell(news: IsComposing): void {
    if (this.#over) return;
    if (this.#sending > 0) {
      // Of all that waits, the last word counts.
      this.#held = news;
      return;
    }
    const told =
      this.#microsoft === undefined
        ? this.#deliver({ contentType: IS_COMPOSING, body: printIsComposing(news) })
        : this.#inform(news);
    void told.then((delivery) => {
      // RFC 3994, 4: whoever does not understand it is told no more of it.
      if (delivery.type !== 'failed') return;
      this.#understands = false;
      this.#told?.stop();
      // Of a Microsoft peer it shows as well that the dialog is dead; 408 and 481 have told that already.
      if (delivery.status === AWAY && this.resumable && !this.#over) {
        const end = { by: 'network', why: 'lost', status: AWAY } as const;
        void this.end(end);
        this.#receiver.end(end);
      }
    });
  }

  #inform({ state }: IsComposing): Promise<Delivery> {
    const command = (reference: number): EndpointCommand => ({
      type: 'message',
      method: 'INFO',
      usage: this.#usage,
      reference,
      fields: [['Content-Type', KEYBOARD_ACTIVITY]],
      body: printKeyboardActivity(state),
    });
    return this.#post.deliver(command);
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
