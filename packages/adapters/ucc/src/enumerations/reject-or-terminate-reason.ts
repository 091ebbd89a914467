/** Why an invitation is rejected, or a session terminated. */

/** Why an invitation is rejected, or a session terminated; the numbers from 303 on are the SIP statuses (RFC 3261, 21). */
export const UCC_REJECT_OR_TERMINATE_REASON = {
  /** Says nothing, and should not be used: it is warned of, sent as 480, and the participants' state stays what it was. */
  UCCROTR_NOT_SPECIFIED: 0,
  /** Somebody took it up at another device (RFC 3326, 2); 480, so that they may. */
  UCCROTR_ACCEPTED_ELSEWHERE: 1,
  /** Only together with where to: `Redirect` and `Forward` say that, `Reject` cannot. */
  UCCROTR_FORWARDED: 303,
  UCCROTR_TIMEOUT: 408,
  UCCROTR_UNAVAILABLE: 480,
  UCCROTR_BUSY: 486,
  UCCROTR_NOT_ACCEPTABLE: 488,
  UCCROTR_DECLINE: 603,
  /** 605 is in no RFC: sent to a peer that speaks that dialect, and as 603 to any other. */
  UCCROTR_DECLINE_EVERYWHERE: 605,
} as const;
/** One of the reasons, as a number. */
export type UCC_REJECT_OR_TERMINATE_REASON =
  (typeof UCC_REJECT_OR_TERMINATE_REASON)[keyof typeof UCC_REJECT_OR_TERMINATE_REASON];
