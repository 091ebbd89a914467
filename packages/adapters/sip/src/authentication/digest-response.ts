/** How a response is computed (RFC 7616, 3.4.1 to 3.4.3; RFC 8760, 2.6). */
import type { Protection } from './authorization.js';
import type { DigestAlgorithm } from './digest-algorithm.js';
import type { DigestHash } from './digest-hash.js';

const NOTHING = new Uint8Array(0);

/** What a response depends on besides the password. */
export interface ResponseParts {
  readonly nonce: string;
  readonly protection: Protection;
  /** Empty for what a server proves in return (RFC 7616, 3.5). */
  readonly method: string;
  readonly uri: string;
  readonly body?: Uint8Array | undefined;
}

/** H(A1): what stands for the password of this user in this realm, and is as good as the password there. */
export function hashedPassword(
  hash: DigestHash,
  algorithm: DigestAlgorithm,
  username: string,
  realm: string,
  password: string,
): string {
  return hash.hash(algorithm, `${username}:${realm}:${password}`);
}

/** The response by who knows H(A1). */
export function digestResponse(
  hash: DigestHash,
  algorithm: DigestAlgorithm,
  ha1: string,
  parts: ResponseParts,
): string {
  const { qop, nc, cnonce } = parts.protection;
  let a2 = `${parts.method}:${parts.uri}`;
  // RFC 8760, 2.6: a message without a body has an empty one.
  if (qop === 'auth-int') a2 += `:${hash.hash(algorithm, parts.body ?? NOTHING)}`;
  const ha2 = hash.hash(algorithm, a2);
  return hash.hash(algorithm, `${ha1}:${parts.nonce}:${nc}:${cnonce}:${qop}:${ha2}`);
}
