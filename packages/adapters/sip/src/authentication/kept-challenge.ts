/** A challenge that was answered, and is answered again with each further request until its nonce will not do any more. */
import type { Chance } from '@usher/core/adapter';

import { flat } from '../dialog/flat.js';
import type { Field } from '../syntax/printer.js';
import type { Known } from './accounts.js';
import { printAuthorization, printCount, type Protection } from './authorization.js';
import type { Choice } from './choose-challenge.js';
import type { DigestAlgorithm } from './digest-algorithm.js';
import type { DigestHash } from './digest-hash.js';
import { digestResponse, type ResponseParts } from './digest-response.js';

/** Whose challenge it is: that of the peer itself (401), or of a proxy on the way (407). */
export type Challenger = 'peer' | 'proxy';

/** What an answer was made of, to know the peer's own proof by (RFC 7616, 3.5). */
export type Given = Omit<ResponseParts, 'method' | 'body'>;

const FIELD_NAMES = { peer: 'Authorization', proxy: 'Proxy-Authorization' } as const;

/** A challenge that is answered. Of the password only its hash is kept, and of the response nothing but what it said. */
export class KeptChallenge {
  readonly realm: string;
  readonly #hash: DigestHash;
  readonly #chance: Chance;
  readonly #username: string;
  readonly #ha1: string;
  readonly #algorithm: DigestAlgorithm;
  /** The algorithm as it was written. */
  readonly #written: string | undefined;
  readonly #qop: Choice['qop'];
  readonly #opaque: string | undefined;
  #nonce: string;
  #count = 0;

  constructor(
    tools: { readonly hash: DigestHash; readonly chance: Chance },
    readonly challenger: Challenger,
    { algorithm, challenge, qop }: Choice,
    account: Known,
  ) {
    this.#hash = tools.hash;
    this.#chance = tools.chance;
    this.#username = account.username;
    this.#ha1 = account.hashed(algorithm, challenge.realm);
    this.realm = flat(challenge.realm);
    this.#algorithm = algorithm;
    this.#written = challenge.algorithm && flat(challenge.algorithm);
    this.#qop = qop;
    this.#opaque = challenge.opaque && flat(challenge.opaque);
    this.#nonce = flat(challenge.nonce);
  }

  get nonce(): string {
    return this.#nonce;
  }

  /** The peer names the nonce that it wants next. */
  renew(nonce: string): void {
    this.#nonce = flat(nonce);
    this.#count = 0;
  }

  /** The header field that answers for this request, and what it was made of; each counts the nonce up. */
  answer(request: Pick<ResponseParts, 'method' | 'uri' | 'body'>): readonly [Field, Given] {
    this.#count += 1;
    const protection: Protection = {
      qop: this.#qop,
      nc: printCount(this.#count),
      cnonce: this.#chance.token(),
    };
    const given: Given = { nonce: this.#nonce, protection, uri: request.uri };
    const { method, uri, body } = request;
    const value = printAuthorization({
      username: this.#username,
      realm: this.realm,
      nonce: this.#nonce,
      uri,
      response: this.#response({ ...given, method, body }),
      algorithm: this.#written,
      opaque: this.#opaque,
      protection,
    });
    return [[FIELD_NAMES[this.challenger], value], given];
  }

  /** Whether this is the proof of who knows the password, too (RFC 7616, 3.5). */
  isProof(response: string, given: Given, body: Uint8Array): boolean {
    return this.#hash.equal(this.#response({ ...given, method: '', body }), response);
  }

  #response(parts: ResponseParts): string {
    return digestResponse(this.#hash, this.#algorithm, this.#ha1, parts);
  }
}
