/** What kind of endpoint is made. */

/** What kind of endpoint is made; the house has this one alone. */
export const UCC_ENDPOINT_TYPE = {
  UCCET_PRINCIPAL_SERVER_BASED: 1,
} as const;
/** One of the kinds, as a number. */
export type UCC_ENDPOINT_TYPE = (typeof UCC_ENDPOINT_TYPE)[keyof typeof UCC_ENDPOINT_TYPE];
