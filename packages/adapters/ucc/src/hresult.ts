/** What went wrong as a number, as COM has it: 0x80EE… is ours, 0x80EF0000 with a SIP status in it is the peer's. */

/** What can go wrong, by name. */
export const HRESULT = {
  S_OK: 0,
  E_INVALIDARG: 0x8007_0057,
  /** No answer of the peer. */
  UCC_E_SIP_TIMEOUT: 0x80ee_000c,
  /** Too late, or too early, for what was asked of a session or an invitation. */
  UCC_E_INVALID_SESSION_STATE: 0x80ee_002a,
  UCC_E_POLICY_NOT_ALLOW: 0x80ee_0044,
  UCC_E_NOT_EXIST: 0x80ee_0058,
  UCC_E_MAX_PENDING_OPERATIONS: 0x80ee_005a,
  UCC_E_INVALID_OBJECT_STATE: 0x80ee_0061,
  UCC_E_REFER_NOT_ACCEPTED: 0x80ee_0070,
  UCC_E_MAX_REDIRECTS: 0x80ee_0078,
  UCC_E_REQUEST_CANCELLED: 0x80ee_00ae,
  UCC_E_TRANSIENT_LOCAL_DISCONNECT: 0x80ee_00bd,
  UCC_E_USER_NOT_ANSWERED: 0x80ee_00c1,
} as const;

const FACILITY = 0x00ef_0000;
const FAILURE = 0x8000_0000;

/**
 * A SIP status as an HRESULT: below 300 a success (0x00EF…), from there on a failure (0x80EF…).
 * @param wanted whether it was ourselves who wanted it so: 487 is the success of a cancellation of our own.
 */
export function hresultOf(status: number, wanted = false): number {
  const success = status < 300 || (status === 487 && wanted);
  return ((success ? 0 : FAILURE) | FACILITY | (status & 0xffff)) >>> 0;
}

/** The SIP status in an HRESULT, or undefined where it holds none. */
export function sipStatusOf(hresult: number): number | undefined {
  return (hresult & 0x7fff_0000) >>> 0 === FACILITY ? hresult & 0xffff : undefined;
}

/** An HRESULT as COM's signed number, as `StatusCode` has it: what is below nothing has failed. */
export function signed(hresult: number): number {
  return hresult | 0;
}
