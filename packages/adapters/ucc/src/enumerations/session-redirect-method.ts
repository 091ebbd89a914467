/** Who goes to where an invitation is redirected. */

/** Who goes there: the inviter (302, who learns of it), or an intermediary between (303, and only Microsoft's know that). */
export const UCC_SESSION_REDIRECT_METHOD = {
  UCCSRM_CLIENT_REDIRECT: 302,
  UCCSRM_SERVER_REDIRECT: 303,
} as const;
/** One of the methods, as a number. */
export type UCC_SESSION_REDIRECT_METHOD =
  (typeof UCC_SESSION_REDIRECT_METHOD)[keyof typeof UCC_SESSION_REDIRECT_METHOD];
