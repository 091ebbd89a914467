/** How far a participant has come in a session. */

/** How far a participant has come; it is participants that have a state, and not the session. */
export const UCC_SESSION_ENTITY_STATE = {
  UCCSES_IDLE: 1,
  /** Invited or inviting; not answered yet. */
  UCCSES_CONNECTING: 2,
  UCCSES_CONNECTED: 3,
  UCCSES_DISCONNECTING: 4,
  /** The end: nothing is raised after it. */
  UCCSES_DISCONNECTED: 5,
} as const;
/** One of the states, as a number. */
export type UCC_SESSION_ENTITY_STATE =
  (typeof UCC_SESSION_ENTITY_STATE)[keyof typeof UCC_SESSION_ENTITY_STATE];
