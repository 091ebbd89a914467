/** An invitation of ours, until its outcome is known. */
import { type Address, RemoteProtocolError } from '@usher/core';
import type { Invited, InviteOptions, Receiver } from '@usher/core/adapter';

import type { InviteClientUsage } from '../dialog/invite-client-usage.js';
import { agreedMessages, type PeerMessages } from '../sdp/message-media.js';
import { parseSdp } from '../sdp/sdp-parser.js';
import { DialogSession } from '../session/dialog-session.js';
import { SdpVersion } from '../session/sdp-version.js';
import type { SipResponse } from '../syntax/message.js';
import type { Doorstep } from './invite-knock.js';
import { takesComposing } from './description.js';

/** An invitation of ours. */
export class OutgoingInvitation {
  /** What became of it. */
  readonly outcome: Promise<Invited>;
  readonly #doorstep: Doorstep;
  readonly #target: Address;
  readonly #receiver: Receiver;
  readonly #progress: InviteOptions['progress'];
  /** Of the offer that goes out with it. */
  readonly version: SdpVersion;
  #usage: InviteClientUsage | undefined;
  #resolve: (invited: Invited) => void = () => {};
  #cancelled = false;

  constructor(
    doorstep: Doorstep,
    target: Address,
    receiver: Receiver,
    { progress, signal }: InviteOptions,
  ) {
    this.#doorstep = doorstep;
    this.#target = target;
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
    const agreed = { composing: takesComposing(peer), version: this.version };
    const medium = new DialogSession(this.#doorstep, usage, this.#receiver, this.#target, agreed);
    this.#doorstep.begin(usage, medium);
    this.#resolve({ type: 'accepted', medium, peer: this.#target });
  }

  /** The user agent goes, and nothing more is heard. */
  abandon(): void {
    this.#resolve({ type: 'rejected', status: 487, text: 'Request Terminated' });
  }

  declined(status: number, text: string, response: SipResponse | undefined): void {
    const targets = status < 400 ? targetsOf(response) : [];
    if (targets.length > 0) this.#resolve({ type: 'forwarded', status, targets });
    else this.#resolve({ type: 'rejected', status, text });
  }
}

/** What the peer's answer agrees to; undefined where that is no messages within the dialog. */
function agreement(response: SipResponse): PeerMessages | undefined {
  if (response.mediaType !== 'application/sdp') return undefined;
  const answer = parseSdp(response.body);
  return answer instanceof RemoteProtocolError ? undefined : agreedMessages(answer);
}

/** RFC 3261, 8.1.3.4 and 20.10: where to go instead, the preferred one first. */
function targetsOf(response: SipResponse | undefined): readonly string[] {
  try {
    return (response?.contacts ?? [])
      .map(({ uri, params }) => ({ uri, q: Number(params.get('q') ?? 1) }))
      .toSorted((one, other) => other.q - one.q)
      .map(({ uri }) => uri);
  } catch (error) {
    if (error instanceof RemoteProtocolError) return [];
    throw error;
  }
}
