/** The properties that a session's context may hold, by their numbers. */

/** The properties that a session's context may hold. What is set otherwise is kept, and means nothing to the house. */
export const UCC_SESSION_CONTEXT = {
  /** The conversation ID (`Ms-Conversation-ID`). UCC documents the number alone, and gives it no name. */
  CONVERSATION_ID: 10_000,
  /** `true`: where the invited redirect us, we are told of it, and go nowhere by ourselves. */
  UCCSC_DISABLE_AUTOMATIC_REDIRECT: 198_659,
  /** The session that an accepted one takes the place of (RFC 3891). */
  UCCSC_REPLACES_SESSION: 201_735,
} as const;
/** One of these properties, as a number. */
export type UCC_SESSION_CONTEXT = (typeof UCC_SESSION_CONTEXT)[keyof typeof UCC_SESSION_CONTEXT];
