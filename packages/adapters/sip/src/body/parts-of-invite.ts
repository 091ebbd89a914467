/** What the body of an INVITE is made of: a description, a first message, content that is claimed (RFC 5621, 3 to 5). */
import { type Application, type Content, RemoteProtocolError } from '@usher/core';

import { flat } from '../dialog/flat.js';
import { Refusal } from '../endpoint/refusal.js';
import { messageForm } from '../sdp/message-media.js';
import { parseSdp } from '../sdp/sdp-parser.js';
import type { Sdp } from '../sdp/sdp.js';
import { contentOf } from './alternatives.js';
import type { ApplicationTypes } from './application-types.js';
import type { FirstContent } from './first-content.js';
import { ALTERNATIVE, parseMultipart, type Part } from './multipart.js';

/** Parts may be made of parts, so deep. */
const DEEPEST = 3;

const SDP = 'application/sdp';

/** The parts of one INVITE. */
export class PartsOfInvite {
  offer: Sdp | undefined;
  /** What is to be shown to whoever is invited, where that is text (RFC 3261, 20.11: `render`). */
  first: FirstContent | undefined;
  application: Application | undefined;
  readonly #claimed: ApplicationTypes;
  readonly #accept: string;

  /** @param accept what a 415 says in Accept. */
  constructor(claimed: ApplicationTypes, accept: string) {
    this.#claimed = claimed;
    this.#accept = accept;
  }

  /** Takes in a body of this type; why that cannot be done, undefined where it can. */
  read(contentType: string, mediaType: string, body: Uint8Array, depth = 1): Refusal | undefined {
    const parts = parseMultipart(contentType, body);
    if (parts instanceof RemoteProtocolError) return Refusal.of(parts);
    if (mediaType === ALTERNATIVE) return this.#choose(parts, depth);
    for (const part of parts) {
      const refusal = this.#take(part, depth);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  /** One of several things together: each is for something, or may be passed over, or is missed (RFC 5621, 5). */
  #take(part: Part, depth: number): Refusal | undefined {
    const { mediaType, contentType, body, disposition } = part;
    if (mediaType.startsWith('multipart/')) {
      if (depth >= DEEPEST) return part.optional ? undefined : TOO_DEEP;
      return this.read(contentType, mediaType, body, depth + 1);
    }
    if (mediaType === SDP && isFor(disposition, 'session')) {
      const offer = parseSdp(body);
      if (!(offer instanceof RemoteProtocolError)) this.offer ??= offer;
      else if (!part.optional) return Refusal.of(offer);
      return undefined;
    }
    if (mediaType.startsWith('text/') && isFor(disposition, 'render')) {
      this.#show(contentOf(part));
      return undefined;
    }
    if (this.#claimed.claim(mediaType, body)) {
      this.application ??= kept({ contentType, body });
      return undefined;
    }
    return part.optional ? undefined : this.#unknown;
  }

  /** One of several forms of the same: the last that is understood, since that is the best (RFC 2046, 5.1.4; RFC 5621, 4). */
  #choose(parts: readonly Part[], depth: number): Refusal | undefined {
    const offers = parts
      .filter(({ mediaType, disposition }) => mediaType === SDP && isFor(disposition, 'session'))
      .flatMap(({ body }) => {
        const offer = parseSdp(body);
        return offer instanceof RemoteProtocolError ? [] : [offer];
      });
    if (offers.length > 0) {
      this.offer ??= offers.findLast(isForMessages) ?? offers.at(-1);
      return undefined;
    }
    const texts = parts.filter(({ mediaType }) => mediaType.startsWith('text/'));
    const plain = texts.find(({ mediaType }) => mediaType === 'text/plain') ?? texts.at(-1);
    if (plain !== undefined) {
      const others = texts.filter((text) => text !== plain);
      this.#show(
        contentOf(plain),
        others.flatMap((text) => contentOf(text) ?? []),
      );
      return undefined;
    }
    const best = parts.findLast(
      ({ mediaType, body }) =>
        mediaType.startsWith('multipart/') || this.#claimed.claim(mediaType, body),
    );
    if (best !== undefined) return this.#take(best, depth);
    return parts.every(({ optional }) => optional) ? undefined : this.#unknown;
  }

  #show(content: Content | undefined, alternatives: readonly Content[] = []): void {
    if (content === undefined) return;
    this.first ??=
      alternatives.length === 0
        ? kept(content)
        : { ...kept(content), alternatives: alternatives.map(kept) };
  }

  get #unknown(): Refusal {
    const message = 'a part of a type that we do not take, and have to';
    return new Refusal('unknown-content-type', message, 415, [['Accept', this.#accept]]);
  }
}

const TOO_DEEP = new Refusal('bad-multipart', `parts of parts of parts, over ${DEEPEST} deep`, 400);

/** In memory of its own: what a session keeps is not to keep the message that it came in. */
export function kept({ contentType, body }: Content): Content {
  return { contentType: flat(contentType), body: body.slice() };
}

/** RFC 3261, 20.11: what does not say what it is for is for what its type usually is for. */
function isFor(disposition: string | undefined, what: string): boolean {
  return disposition === undefined || disposition === what;
}

function isForMessages(offer: Sdp): boolean {
  return offer.media.some((media) => media.port !== 0 && messageForm(media) === 'message');
}
