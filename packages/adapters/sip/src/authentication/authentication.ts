/** Whom an endpoint asks who somebody is, and what it computes with. */
import type { DigestHash } from './digest-hash.js';
import type { DigestServer } from './digest-server.js';

/** Whom an endpoint asks who somebody is, and what it computes with. */
export interface Authentication {
  readonly server: DigestServer;
  readonly hash: DigestHash;
  /** How many wrong proofs of one source are borne; 10 unless given. */
  readonly failures?: number | undefined;
  /** How long a source is not heard after those, in milliseconds; five minutes unless given. */
  readonly silence?: number | undefined;
}
