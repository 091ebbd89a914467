/** What both ends have agreed on about the text between them. */
import type { SocketAddress } from '@usher/core/adapter';

/** What both ends have agreed on about the text between them. */
export interface TextTerms {
  /** Where the peer wants text; undefined where it told no IP address, which it is then heard from. */
  readonly remote: SocketAddress | undefined;
  /** The payload type of plain text. */
  readonly plain: number;
  /** The payload type of text that says again what was said before; undefined where there is none. */
  readonly redundant: number | undefined;
  /** How many times all is said again. */
  readonly generations: number;
  /** Characters that the peer reads in a second. */
  readonly perSecond: number;
  /** False while the peer holds us, or does not listen (RFC 3264, 8.4). */
  readonly sends: boolean;
}
