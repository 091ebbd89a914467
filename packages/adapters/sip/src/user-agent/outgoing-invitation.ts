/** An invitation of ours, until its outcome is known. */
import { RemoteProtocolError } from '@usher/core';
import type { Invited, InviteOptions, Receiver } from '@usher/core/adapter';

import { MicrosoftPeer } from '../dialect/microsoft-peer.js';
import type { InviteClientUsage } from '../dialog/invite-client-usage.js';
import { agreedMessages, type PeerMessages } from '../sdp/message-media.js';
import { parseSdp } from '../sdp/sdp-parser.js';
import type { Agreed, DialogSession } from '../session/dialog-session.js';
import { SdpVersion } from '../session/sdp-version.js';
import type { SipResponse } from '../syntax/message.js';
import type { Doorstep } from './invite-knock.js';
import { takesComposing } from './description.js';
import { sessionWith } from './session-with.js';
import { type Redirections, targetsOf } from './redirections.js';

/** Makes the session that an invitation of ours has led to. */
export type SessionMaker = (
  usage: InviteClientUsage,
  peer: PeerMessages,
  agreed: Agreed,
) => DialogSession;

/** An invitation of ours. */
export class OutgoingInvitation {
  /** What became of it. */
  readonly outcome: Promise<Invited>;
  readonly #doorstep: Doorstep;
  readonly #way: Redirections;
  readonly #send: (outgoing: OutgoingInvitation) => void;
  readonly #make: SessionMaker | undefined;
  readonly #receiver: Receiver;
  readonly #progress: InviteOptions['progress'];
  /** Of the offer that goes out with it. */
  readonly version: SdpVersion;
  #usage: InviteClientUsage | undefined;
  #resolve: (invited: Invited) => void = () => {};
  #cancelled = false;

  /**
   * @param send sends it to the present target: at first, and again where a redirection is followed.
   * @param make where it is to be another session than one with whoever accepts.
   */
  constructor(
    doorstep: Doorstep,
    way: Redirections,
    receiver: Receiver,
    { progress, signal }: InviteOptions,
    send: (outgoing: OutgoingInvitation) => void,
    make?: SessionMaker,
  ) {
    this.#doorstep = doorstep;
    this.#way = way;
    this.#send = send;
    this.#make = make;
    this.#receiver = receiver;
    this.#progress = progress;
    this.version = SdpVersion.begin(doorstep.chance);
    const cancel = (): void => this.cancel();
    this.outcome = new Promise((resolve) => {
      this.#resolve = (invited) => {
        signal?.removeEventListener('abort', cancel);
        resolve(invited);
      };
    });
    signal?.addEventListener('abort', cancel, { once: true });
  }

  /** It is about to leave. */
  leave(usage: InviteClientUsage): void {
    this.#usage = usage;
    // Taken back while the one before was redirected.
    if (this.#cancelled) this.#doorstep.execute({ type: 'cancel', usage });
  }

  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    if (this.#usage !== undefined) this.#doorstep.execute({ type: 'cancel', usage: this.#usage });
  }

  progressed(status: number, text: string): void {
    if (!this.#cancelled) this.#progress?.(status, text);
  }

  /** It was accepted; where that is no session of messages, it is ended at once. */
  established(response: SipResponse): void {
    const usage = this.#usage;
    if (usage === undefined) return;
    const peer = agreement(response);
    if (peer === undefined) {
      this.#doorstep.execute({ type: 'bye', usage });
      this.#resolve({ type: 'rejected', status: 488, text: 'Not A Session Of Messages' });
      return;
    }
    const microsoft = this.#doorstep.isMicrosoft(response)
      ? new MicrosoftPeer(peer.acceptTypes, undefined, this.#doorstep.clock.now())
      : undefined;
    usage.takesInfo = microsoft !== undefined;
    if (microsoft !== undefined) microsoft.present = true;
    const agreed = { composing: takesComposing(peer), version: this.version, microsoft };
    const { address } = this.#way.current;
    const medium =
      this.#make?.(usage, peer, agreed) ??
      sessionWith(response, this.#doorstep, usage, this.#receiver, address, agreed);
    this.#doorstep.begin(usage, medium);
    this.#resolve({ type: 'accepted', medium, peer: address });
  }

  /** The user agent goes, and nothing more is heard. */
  abandon(): void {
    this.#resolve({ type: 'rejected', status: 487, text: 'Request Terminated' });
  }

  declined(status: number, text: string, response: SipResponse | undefined): void {
    const targets = status < 400 ? targetsOf(response) : [];
    if (!this.#cancelled && this.#way.next(status, text, targets) !== undefined) {
      this.#usage = undefined;
      this.#send(this);
    } else if (targets.length > 0) {
      this.#resolve({ type: 'forwarded', status, targets: targets.map(({ uri }) => uri) });
    } else {
      this.#resolve({ type: 'rejected', status, text });
    }
  }
}

/** What the peer's answer agrees to; undefined where that is no messages within the dialog. */
function agreement(response: SipResponse): PeerMessages | undefined {
  if (response.mediaType !== 'application/sdp') return undefined;
  const answer = parseSdp(response.body);
  return answer instanceof RemoteProtocolError ? undefined : agreedMessages(answer);
}
