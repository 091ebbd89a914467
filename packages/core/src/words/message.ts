/** What is said in a session: content with a media type, and what became of it. */
import type { Address } from './address.js';
import type { Instant } from './duration.js';
import { LocalProtocolError } from './errors.js';

/** Something to say: a media type and its octets. */
export interface Content {
  /** A media type with its parameters: `text/plain;charset=UTF-8`. */
  readonly contentType: string;
  readonly body: Uint8Array;
}

const utf8 = new TextEncoder();
const fatal = new TextDecoder('utf-8', { fatal: true });

/** The media type of plain text in UTF-8. */
export const PLAIN_TEXT = 'text/plain;charset=UTF-8';

/** Plain text as content. */
export function plainText(text: string): Content {
  return { contentType: PLAIN_TEXT, body: utf8.encode(text) };
}

const NONE: readonly Content[] = [];

/** One message of a session as it arrived (RFC 3428; RFC 4975). */
export class Message implements Content {
  #text: string | undefined;

  constructor(
    /** The same for every transmission of this message: replies and journals go by it. */
    readonly id: string,
    readonly from: Address,
    readonly contentType: string,
    readonly body: Uint8Array,
    /** When it arrived. */
    readonly at: Instant,
    /** The same in other forms, such as `text/html`, where the peer sent several at once (RFC 2046, 5.1.4). */
    readonly alternatives: readonly Content[] = NONE,
  ) {}

  /**
   * The body as text in UTF-8.
   * @throws LocalProtocolError `not-text` where the octets are not UTF-8: look at `contentType` and `body` first.
   */
  get text(): string {
    if (this.#text !== undefined) return this.#text;
    try {
      return (this.#text = fatal.decode(this.body));
    } catch (error) {
      throw new LocalProtocolError(
        'not-text',
        `this message of type ${JSON.stringify(this.contentType)} is not UTF-8 text; read its body`,
        { cause: error },
      );
    }
  }
}

/** What became of a message that was sent. Delivered means that the peer's end took it, not that somebody read it. */
export type Delivery =
  | { readonly type: 'delivered'; readonly status: number }
  | { readonly type: 'failed'; readonly status: number; readonly reason: string };

/** Whether somebody is typing (RFC 3994). */
export type Composing = 'active' | 'idle';
