/** Whether whoever sends a request wants their identity to be told to nobody (RFC 3323, 4.2; RFC 3325, 9.3). */
import type { SipRequest } from '../syntax/message.js';

/** What asks for it: `id` what others assert, `user` and `header` what the request itself says. */
const PRIVATE = new Set(['id', 'user', 'header']);

/** Whether whoever sends this request wants their identity to be told to nobody. */
export function wantsPrivacy(request: SipRequest): boolean {
  // RFC 3323, 4.2, has semicolons between them, and many write commas.
  const values = request.all('Privacy').flatMap((line) => line.split(/[;,]/));
  return values.some((value) => PRIVATE.has(value.trim().toLowerCase()));
}
