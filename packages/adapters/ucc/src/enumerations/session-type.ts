/** What kind of session it is. */

/** What kind of session it is; a `switch` over it wants a `default`, since there may be more than anybody knows. */
export const UCC_SESSION_TYPE = {
  UCCST_INSTANT_MESSAGING: 0,
  UCCST_AUDIO_VIDEO: 1,
  UCCST_CONFERENCE: 2,
  UCCST_APPLICATION: 3,
  UCCST_APPLICATION_SHARING: 4,
  UCCST_TPCP_SERVER_CONVERSATION: 5,
  UCCST_DATA_SHARING: 6,
  /** Of none of these kinds; it can be rejected and redirected like any other. Not one of UCC's own. */
  UCCST_UNKNOWN: -1,
} as const;
/** One of the kinds, as a number. */
export type UCC_SESSION_TYPE = (typeof UCC_SESSION_TYPE)[keyof typeof UCC_SESSION_TYPE];
