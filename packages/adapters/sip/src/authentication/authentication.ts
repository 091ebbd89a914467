/** Whom an endpoint asks who somebody is, and what it computes with. */
import type { DigestHash } from './digest-hash.js';
import type { DigestServer } from './digest-server.js';

/** Whom an endpoint asks who somebody is, and what it computes with. */
export interface Authentication {
  readonly server: DigestServer;
  readonly hash: DigestHash;
}
