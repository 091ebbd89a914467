/** From which network an invitation came. */

/** From which network an invitation came. */
export const UCC_SOURCE_NETWORK_TYPE = {
  UCCSNT_COMPANY: 2,
  UCCSNT_FEDERATED_ENTERPRISE: 3,
  UCCSNT_FEDERATED_PUBLIC: 4,
  UCCSNT_UNSPECIFIED: 5,
} as const;
/** One of the networks, as a number. */
export type UCC_SOURCE_NETWORK_TYPE =
  (typeof UCC_SOURCE_NETWORK_TYPE)[keyof typeof UCC_SOURCE_NETWORK_TYPE];
