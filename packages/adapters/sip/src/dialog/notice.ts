/** What one NOTIFY says, of whatever it is about (RFC 6665, 4.1.3). */

/** What one NOTIFY says. */
export interface Notice {
  /** `terminated`: nothing comes after it. */
  readonly state: 'active' | 'pending' | 'terminated';
  /** Why it is over, where the peer says so (RFC 6665, 4.1.3). */
  readonly reason?: string | undefined;
  /** In lower case; undefined where it says nothing. */
  readonly mediaType: string | undefined;
  readonly body: Uint8Array;
}
