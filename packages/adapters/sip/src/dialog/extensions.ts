/** The extensions of SIP that we have, by their option tags (RFC 3261, 20.37). */

/** Session timers (RFC 4028), Replaces (RFC 3891), and REFER without a subscription (RFC 4488). */
export const SUPPORTED = 'timer, replaces, norefersub';

const TAGS = new Set(SUPPORTED.split(', '));

/** Whether we have the extension of this option tag, in any case. */
export function isSupported(tag: string): boolean {
  return TAGS.has(tag.toLowerCase());
}
