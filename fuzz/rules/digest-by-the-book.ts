/** The response of RFC 7616, 3.4.1, computed as plainly as it stands there. */
import { createHash } from 'node:crypto';

import type { Authorization } from '../../packages/adapters/sip/src/authentication/authorization.js';

const NAMES = new Map([
  ['md5', 'md5'],
  ['sha-256', 'sha256'],
  ['sha-512-256', 'sha512-256'],
]);

/** The response that these parameters call for. */
export function digestByTheBook(
  { username, realm, nonce, uri, algorithm = 'MD5', protection }: Authorization,
  method: string,
  body: Uint8Array,
  password: string,
): string {
  const hash = (data: string | Uint8Array): string =>
    createHash(NAMES.get(algorithm.toLowerCase()) ?? '')
      .update(data)
      .digest('hex');
  const { qop = '', nc = '', cnonce = '' } = protection ?? {};
  const secret = hash(`${username}:${realm}:${password}`);
  const asked = qop === 'auth-int' ? `${method}:${uri}:${hash(body)}` : `${method}:${uri}`;
  return hash(`${secret}:${nonce}:${nc}:${cnonce}:${qop}:${hash(asked)}`);
}
