/** What is kept of a Microsoft peer for the time of its session: what it takes, and what it may say twice. */
import type { Address, Content, Instant } from '@usher/core';

import { MediaTypes } from '../endpoint/media-types.js';
import type { SipRequest } from '../syntax/message.js';

/** For so long after the acceptance the first message may come once more, in milliseconds. */
const REPEATED_WITHIN = 10_000;
const CR = 0x0d;
const LF = 0x0a;

/** What is kept of a Microsoft peer. */
export class MicrosoftPeer {
  readonly #types: MediaTypes | undefined;
  #first: Uint8Array | undefined;
  readonly #until: Instant;
  /** Whether it has shown that it is there, by an ACK or by accepting. */
  present = false;

  /**
   * @param acceptTypes of its description: in lower case, empty where it did not say.
   * @param first what its INVITE carried, where it did not say that it knows not to send that again.
   */
  constructor(acceptTypes: readonly string[], first: Content | undefined, now: Instant) {
    const ranges = acceptTypes.map((type) => (type === '*' ? '*/*' : type));
    this.#types = ranges.length === 0 ? undefined : new MediaTypes(ranges);
    this.#first = first && withoutEnd(first.body);
    this.#until = now + REPEATED_WITHIN;
  }

  /** Who has said this; undefined where that is the peer itself. */
  senderOf(_request: SipRequest): Address | undefined {
    return undefined;
  }

  /** Whether it takes content of this type. */
  takes(contentType: string): boolean {
    const end = contentType.indexOf(';');
    const type = end < 0 ? contentType : contentType.slice(0, end);
    return this.#types?.take(type.trim().toLowerCase()) !== false;
  }

  /** Whether this message is the one that its INVITE carried already: only the first one within the dialog can be. */
  repeats({ body }: Content, now: Instant): boolean {
    const first = this.#first;
    this.#first = undefined;
    if (first === undefined || now > this.#until) return false;
    const again = withoutEnd(body);
    return again.length === first.length && again.every((octet, at) => octet === first[at]);
  }
}

/** The text without the line ends behind it, which the header field has and the message may lack. */
function withoutEnd(body: Uint8Array): Uint8Array {
  let end = body.length;
  while (end > 0 && (body[end - 1] === CR || body[end - 1] === LF)) end -= 1;
  return body.subarray(0, end);
}
