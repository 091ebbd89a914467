/** What an INVITE wants, out of its body: the kind of session, and the answer to its offer (RFC 3264). */
import { type Application, type Content, RemoteProtocolError, type SessionType } from '@usher/core';

import type { FirstContent } from '../body/first-content.js';
import { isOptional } from '../endpoint/screening.js';
import { mediaKinds } from '../sdp/media-kinds.js';
import { isTextMedia } from '../sdp/media-lines.js';
import {
  answerMessageOffer,
  type MessageEnd,
  offerMessage,
  type PeerMessages,
} from '../sdp/message-media.js';
import { parseSdp } from '../sdp/sdp-parser.js';
import { printSdp } from '../sdp/sdp-printer.js';
import type { Sdp } from '../sdp/sdp.js';
import type { SipRequest } from '../syntax/message.js';

const COMPOSING = new Set(['application/im-iscomposing+xml', 'application/*', '*/*', '*']);

/** What an INVITE wants. */
export interface Description {
  readonly type: SessionType;
  /** The offer; undefined where there is none. */
  readonly offer: Sdp | undefined;
  /** Whether it may be a session of messages at all. */
  readonly acceptable: boolean;
  /** The first message, where there is one in it. */
  readonly first?: FirstContent | undefined;
  /** What it is about, where that was claimed. */
  readonly application?: Application | undefined;
  /** There where a Microsoft peer sent it. */
  readonly microsoft?: MicrosoftInvite;
}

/** What is particular about an INVITE of a Microsoft peer. */
export interface MicrosoftInvite {
  /** The option tags for our acceptance; empty where there are none. */
  readonly supported: string;
  /** Its first message, where that may come once more. */
  readonly repeatable: Content | undefined;
}

/** What an acceptance says. */
export type Agreement =
  | { readonly body: Uint8Array; readonly peer: PeerMessages | undefined }
  /** Nothing of the offer can be had: 488 with this warning (RFC 3261, 21.4.26). */
  | { readonly warning: number; readonly text: string };

/** Nothing of what is wanted is there. */
export const UNAVAILABLE = { warning: 304, text: 'Media type not available' } as const;

/** What an INVITE wants; or why its body cannot be read. */
export function describeInvite(request: SipRequest): Description | RemoteProtocolError {
  const conference = request.contacts[0]?.params.has('isfocus') === true;
  const { mediaType, body } = request;
  if (body.length === 0 || (mediaType !== 'application/sdp' && isOptional(request))) {
    // RFC 3261, 13.2.1: without an offer, ours will be in the 200.
    return { type: conference ? 'conference' : 'im', offer: undefined, acceptable: true };
  }
  if (mediaType !== 'application/sdp') {
    const type = conference ? 'conference' : 'application';
    return { type, offer: undefined, acceptable: false };
  }
  const offer = parseSdp(body);
  if (offer instanceof RemoteProtocolError) return offer;
  return { type: conference ? 'conference' : typeOf(offer), offer, acceptable: true };
}

/** The kind of session that is offered. */
export function typeOf(offer: Sdp): SessionType {
  const kinds = mediaKinds(offer);
  if (kinds.includes('message')) return 'im';
  if (kinds.includes('audio') || kinds.includes('video')) return 'audio-video';
  // Talk as messages are, only faster.
  if (offer.media.some((media) => media.port !== 0 && isTextMedia(media))) return 'im';
  return kinds.includes('application') ? 'application' : 'unknown';
}

/** What an acceptance says to this offer, or with an offer of its own where there is none. */
export function agree(offer: Sdp | undefined, ours: MessageEnd): Agreement {
  if (offer === undefined) return { body: printSdp(offerMessage(ours)), peer: undefined };
  const answer = answerMessageOffer(offer, ours);
  if (answer.accepted === undefined) return answer;
  return { body: printSdp(answer.sdp), peer: answer.peer };
}

/** Whether a peer that says this of its messages takes news of typing. */
export function takesComposing(peer: PeerMessages | undefined): boolean {
  return peer?.acceptTypes.some((type) => COMPOSING.has(type)) === true;
}
