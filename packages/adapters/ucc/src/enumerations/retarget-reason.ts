/** Why an invitation went from one target to the next. */

/** Why an invitation went from one target to the next (RFC 7044). */
export const UCC_RETARGET_REASON = {
  UCCRR_NONE: 0,
  UCCRR_FORWARDING: 1,
  UCCRR_TEAM_CALL: 2,
  UCCRR_DELEGATION: 3,
  UCCRR_HUNT_GROUP: 4,
  UCCRR_REFEREE: 5,
  UCCRR_REFERER: 6,
  UCCRR_OTHERS: 7,
} as const;
/** One of the reasons, as a number. */
export type UCC_RETARGET_REASON = (typeof UCC_RETARGET_REASON)[keyof typeof UCC_RETARGET_REASON];
