/** How we come to invite somebody on the word of somebody else (RFC 3515; RFC 3891; RFC 3892). */

/** A session of the one who is invited, by what it is known by there (RFC 3891, 6.1). */
export interface Replaced {
  readonly callId: string;
  /** The tag of the one who is invited. */
  readonly toTag: string;
  /** The tag of the one whose place we take. */
  readonly fromTag: string;
  /** Whether it is to be left alone once it is accepted. */
  readonly earlyOnly?: boolean;
}

/** How we come to invite somebody. */
export interface Introduction {
  /** The target as it was named, where its address does not say all of it. */
  readonly uri?: string;
  /** The session in whose place ours is to be. */
  readonly replaces?: Replaced;
  /** Who has sent us, as they say it of themselves. */
  readonly referredBy?: string;
}
