/** Who a request comes from, proven by a password that never travels (RFC 3261, 22; RFC 7616; RFC 8760). */
import {
  type Address,
  type Duration,
  type Instant,
  LocalProtocolError,
  milliseconds,
} from '@usher/core';
import type { Chance } from '@usher/core/adapter';

import { flat } from '../dialog/flat.js';
import type { SipRequest } from '../syntax/message.js';
import type { Field } from '../syntax/printer.js';
import { parseUri, toAddress } from '../syntax/uri.js';
import { uriEquals } from '../syntax/uri-equality.js';
import { type Authorization, parseAuthorization } from './authorization.js';
import { printChallenge } from './challenge.js';
import type { Credentials, Secret } from './credentials.js';
import { type DigestAlgorithm, digestAlgorithm } from './digest-algorithm.js';
import type { DigestHash } from './digest-hash.js';
import { digestResponse, hashedPassword } from './digest-response.js';
import { NonceCounts } from './nonce-counts.js';
import { Nonces } from './nonces.js';
import type { ChallengeReason, Verdict } from './verdict.js';

/** How a digest server is set up. */
export interface DigestServerOptions {
  readonly realm: string;
  readonly credentials: Credentials;
  readonly hash: DigestHash;
  readonly chance: Chance;
  /** Those that are offered, the preferred one first; `SHA-256` alone unless given. `MD5` is offered last, and where named only. */
  readonly algorithms?: readonly DigestAlgorithm[] | undefined;
  /** Whether peers may protect the body, too (`auth-int`). */
  readonly integrity?: boolean | undefined;
  /** How long a nonce is good: 30 to 300 seconds; two minutes unless given. */
  readonly lifetime?: Duration | undefined;
  /** How many nonces may be in use at a time; 10,000 unless given. */
  readonly nonces?: number | undefined;
  /** Whether a digest-uri stands for a Request-URI that it does not equal, as behind a proxy that rewrites it (RFC 8760, 2.6). */
  readonly stands?: ((digestUri: string, requestUri: string) => boolean) | undefined;
}

/** What is looked at of a request. */
export type Challengeable = Pick<
  SipRequest,
  'method' | 'uri' | 'requestUri' | 'from' | 'body' | 'all'
>;

const SHORTEST = 30_000;
const LONGEST = 300_000;
const USUAL = 120_000;
/** So many Authorization fields are looked at: one for each realm on the way. */
const FIELDS = 8;

/**
 * Challenges requests and judges the answers. It keeps nothing of whom it challenges, and answers a user that it does not
 * know as it answers a wrong password: by the same way and the same number of hashes.
 */
export class DigestServer {
  readonly #realm: string;
  readonly #credentials: Credentials;
  readonly #hash: DigestHash;
  readonly #algorithms: readonly DigestAlgorithm[];
  readonly #qop: readonly string[];
  readonly #lifetime: number;
  readonly #nonces: Nonces;
  readonly #counts: NonceCounts;
  readonly #stands: DigestServerOptions['stands'];
  /** The password of whoever has none. */
  readonly #nobody: string;

  /** @throws LocalProtocolError `bad-authentication`, which says what to write. */
  constructor(options: DigestServerOptions) {
    const { realm, hash, chance, algorithms = ['SHA-256'], nonces = 10_000 } = options;
    this.#realm = realm;
    this.#credentials = options.credentials;
    this.#hash = hash;
    this.#algorithms = ordered(algorithms);
    this.#qop = options.integrity === true ? ['auth', 'auth-int'] : ['auth'];
    this.#lifetime = milliseconds(options.lifetime ?? USUAL);
    this.#stands = options.stands;
    this.#nobody = chance.token();
    this.#nonces = new Nonces(hash, chance);
    this.#counts = new NonceCounts(this.#lifetime, nonces);
    this.#check(nonces);
  }

  /** How many nonces are in use. */
  get size(): number {
    return this.#counts.size;
  }

  /** When to call `elapse`; undefined while nothing waits. */
  get deadline(): Instant | undefined {
    return this.#counts.deadline;
  }

  /** Time has come: what is too old is forgotten. */
  elapse(now: Instant): void {
    this.#counts.elapse(now);
  }

  /**
   * The header fields of a 401, one for each algorithm in the order of preference (RFC 8760, 2.3).
   * @param source the numeric address that the request came from.
   * @param stale as the verdict has it.
   * @param short whether every octet counts.
   */
  challenge(source: string, now: Instant, stale = false, short = false): Field[] {
    const nonce = this.#nonces.make(source, now);
    const realm = this.#realm;
    const qop = this.#qop;
    return this.#algorithms.map((algorithm) => [
      'WWW-Authenticate',
      printChallenge({ realm, nonce, algorithm, qop, stale }, short),
    ]);
  }

  /**
   * Judges a request; its nonce's count is used up where the response was right. ACK and CANCEL are never to come here: they
   * cannot be sent again with an answer (RFC 3261, 22.1).
   * @param source the numeric address that the request came from.
   */
  verify(request: Challengeable, source: string, now: Instant): Verdict {
    const found = this.#find(request);
    if (typeof found === 'string') return challenged(found);
    const algorithm = digestAlgorithm(found.algorithm);
    if (algorithm === undefined || !this.#algorithms.includes(algorithm)) {
      return challenged('algorithm-not-offered');
    }
    const { protection, username } = found;
    if (protection === undefined || !this.#qop.includes(protection.qop)) {
      return challenged('qop-not-offered');
    }
    if (!this.#isFor(found.uri, request)) return challenged('other-uri');
    const nonce = this.#nonces.read(found.nonce, source);
    // RFC 7616, 3.3: also one of before we were started anew. Whoever knows the password need not be asked for it once more.
    if (nonce === undefined) return challenged('unknown-nonce', true);

    const secret = this.#credentials.lookup(username, this.#realm, algorithm);
    const { method, body } = request;
    const parts = { nonce: found.nonce, protection, method, uri: found.uri, body };
    const ha1 = this.#ha1(secret ?? this.#decoy(username, algorithm), username, algorithm);
    const right = digestResponse(this.#hash, algorithm, ha1, parts);
    const proven = this.#hash.equal(right, found.response);
    if (!proven || secret === undefined) return challenged('wrong-response');

    const address = claimed(request, secret.addresses);
    if (address === undefined) {
      // Before the nonce is looked at any closer: a retransmission, of which nobody knows, has to hear the same.
      return { type: 'forbidden', why: 'other-address', username: flat(username) };
    }
    if (now - nonce.made >= this.#lifetime) return challenged('old-nonce', true);
    const count = Number.parseInt(protection.nc, 16);
    return this.#counts.use(nonce.key, nonce.made, count, now)
      ? { type: 'verified', address, username: flat(username), realm: this.#realm }
      : challenged('replayed', true);
  }

  /** The first proof for our realm; others on the way have theirs. */
  #find(request: Challengeable): Authorization | ChallengeReason {
    let why: ChallengeReason = 'no-credentials';
    for (const text of request.all('Authorization').slice(0, FIELDS)) {
      const authorization = parseAuthorization(text);
      if (authorization instanceof Error) why = 'bad-credentials';
      else if (authorization?.realm === this.#realm) return authorization;
    }
    return why;
  }

  /** RFC 7616, 3.4.6: whoever asks for one thing is not to get another by the same proof. */
  #isFor(digestUri: string, { uri, requestUri }: Challengeable): boolean {
    if (digestUri === uri) return true;
    const parsed = parseUri(digestUri);
    if (parsed !== undefined && requestUri !== undefined && uriEquals(parsed, requestUri)) {
      return true;
    }
    return this.#stands?.(digestUri, uri) === true;
  }

  #decoy(username: string, algorithm: DigestAlgorithm): Secret | undefined {
    return this.#credentials.decoy?.(username, algorithm);
  }

  /** One hash is computed in any case: for a password, for an H(A1) that is known already, and for nobody. */
  #ha1(secret: Secret | undefined, username: string, algorithm: DigestAlgorithm): string {
    const password = secret !== undefined && 'password' in secret ? secret.password : this.#nobody;
    const hashed = hashedPassword(this.#hash, algorithm, username, this.#realm, password);
    return secret !== undefined && 'ha1' in secret ? secret.ha1 : hashed;
  }

  #check(nonces: number): void {
    if (this.#realm === '') throw bad('the realm is empty');
    if (this.#algorithms.length === 0) throw bad('no algorithm is offered; name SHA-256');
    if (!(this.#lifetime >= SHORTEST && this.#lifetime <= LONGEST)) {
      throw bad(`the lifetime of a nonce is 30s to 300s, not ${this.#lifetime} ms`);
    }
    if (!(Number.isSafeInteger(nonces) && nonces >= 1)) throw bad('nonces is 1 or more');
    try {
      printChallenge({ realm: this.#realm, nonce: '', qop: [], stale: false });
    } catch {
      throw bad('a character of the realm cannot stand in a message');
    }
  }
}

/** RFC 8760, 2.3: the most preferred first. Nothing is worse than MD5. */
function ordered(algorithms: readonly DigestAlgorithm[]): readonly DigestAlgorithm[] {
  const others = [...new Set(algorithms)].filter((algorithm) => algorithm !== 'MD5');
  return algorithms.includes('MD5') ? [...others, 'MD5'] : others;
}

function challenged(why: ChallengeReason, stale = false): Verdict {
  return { type: 'challenge', stale, why };
}

/** The address of the user that From claims. */
function claimed(request: Challengeable, addresses: readonly Address[]): Address | undefined {
  const claim = toAddress(request.from.uri);
  return claim === undefined ? undefined : addresses.find((address) => address.equals(claim));
}

function bad(why: string): LocalProtocolError {
  return new LocalProtocolError('bad-authentication', why);
}
