/** A session whose messages travel by other media than its dialog: those of a media answerer. */
import {
  type Address,
  type Composing,
  type Content,
  type Delivery,
  Message,
  type SessionEnd,
} from '@usher/core';
import type { AnsweredMedia, Medium, Receiver } from '@usher/core/adapter';

import { IS_COMPOSING } from '../composing/is-composing.js';
import type { InviteUsage } from '../dialog/invite-usage.js';
import { answerMedia, mediaOffer } from '../sdp/media-lines.js';
import type { MessageEnd } from '../sdp/message-media.js';
import { printSdp } from '../sdp/sdp-printer.js';
import type { Sdp } from '../sdp/sdp.js';
import type { SipRequest } from '../syntax/message.js';
import type { ServerTransaction } from '../transaction/server-transaction.js';
import { handOver, messageOf } from './incoming.js';
import type { Post } from './post.js';
import type { SdpVersion } from './sdp-version.js';

/** What a session of this kind rests on. */
export interface MediaAgreement {
  readonly media: AnsweredMedia;
  /** Who speaks to us. */
  readonly peer: Address;
  /** Our description as it stands. */
  readonly description: Sdp;
  readonly version: SdpVersion;
}

/** A session whose messages travel by other media than its dialog. */
export class MediaSession implements Medium {
  /** Of our description of it. */
  readonly version: SdpVersion;
  readonly #post: Post;
  readonly #usage: InviteUsage;
  readonly #receiver: Receiver;
  readonly #media: AnsweredMedia;
  readonly #peer: Address;
  #description: Sdp;
  #over = false;
  #ending: { readonly ended: Promise<void>; readonly resolve: () => void } | undefined;

  constructor(
    post: Post,
    usage: InviteUsage,
    receiver: Receiver,
    { media, peer, description, version }: MediaAgreement,
  ) {
    this.#post = post;
    this.#usage = usage;
    this.#receiver = receiver;
    this.#media = media;
    this.#peer = peer;
    this.#description = description;
    this.version = version;
  }

  get name(): string {
    return this.#media.name;
  }

  get limit(): number | undefined {
    return this.#media.limit;
  }

  /** The peer has confirmed our acceptance. */
  confirmed(): void {
    if (!this.#over) this.#media.confirmed();
  }

  send(content: Content, id: string): Promise<Delivery> {
    return this.#media.send(content, id);
  }

  compose(composing: Composing): void {
    if (!this.#over) this.#media.compose(composing);
  }

  get receiver(): Receiver {
    return this.#receiver;
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

  /**
   * A message within the dialog: it is one more of the session's, from a telephone that can do both (RFC 3428, 4). What the bot
   * says to it goes the way of the media. That somebody is typing such a message is of no interest.
   */
  take(request: SipRequest, transaction: ServerTransaction<InviteUsage>): void {
    if (this.#over || request.mediaType === IS_COMPOSING) {
      this.#post.respond(transaction, { status: this.#over ? 481 : 200 });
      return;
    }
    // Unique, and the same for each transmission: the dialog, and the CSeq within it.
    const id = [this.#usage.tag, request.cseq.number].join('.');
    const message = messageOf(request, id, this.#peer, this.#post.clock.now());
    if (message instanceof Message) handOver(this.#receiver, message, this.#post, transaction);
    else this.#post.respond(transaction, message);
  }

  /** Our description where the peer offers this, or asks for ours (RFC 3264, 8); or why nothing of the offer can be had. */
  agree(
    offer: Sdp | undefined,
    ours: MessageEnd,
  ): { readonly body: Uint8Array } | { readonly warning: number; readonly text: string } {
    if (offer !== undefined) {
      const answer = this.#over ? undefined : this.#media.answer(mediaOffer(offer));
      if (answer === undefined) return { warning: 305, text: 'Incompatible media format' };
      this.#description = answerMedia(offer, answer, ours);
    } else {
      const { origin } = this.#description;
      const version = String(ours.version ?? 1);
      this.#description = { ...this.#description, origin: { ...origin, version } };
    }
    return { body: printSdp(this.#description) };
  }

  /** The media are dead: the house is told, and the peer. */
  lose(): void {
    if (this.#over) return;
    void this.end({ by: 'network', why: 'lost' });
    this.#receiver.end({ by: 'network', why: 'lost' });
  }

  /** The session is over at the peer, or the network has lost it; or our own end has come through. */
  ended(by: 'us' | 'peer' | 'network', status?: number): void {
    const told = this.#over;
    this.#close();
    this.#ending?.resolve();
    if (told) return;
    this.#receiver.end({
      by: by === 'network' ? 'network' : 'peer',
      why: by === 'network' ? 'lost' : 'hung-up',
      ...(status !== undefined && { status }),
    });
  }

  /** The user agent goes: the house is told, and the peer. */
  dismiss(): Promise<void> {
    const told = this.#over;
    const end: SessionEnd = { by: 'host', why: 'drain' };
    const ended = this.end(end);
    if (!told) this.#receiver.end(end);
    return ended;
  }

  /** Nothing is heard of the peer any more, and nobody waits for it. */
  abandon(): void {
    this.#close();
    this.#ending?.resolve();
  }

  #close(): void {
    if (this.#over) return;
    this.#over = true;
    this.#media.close();
  }
}
