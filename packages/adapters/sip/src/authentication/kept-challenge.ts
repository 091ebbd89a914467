/** A challenge that was answered, and is answered again with each further request until its nonce will not do any more. */
import type { Chance } from '@usher/core/adapter';

import type { Field } from '../syntax/printer.js';
import { printAuthorization, printCount, type Protection } from './authorization.js';
import type { Choice } from './choose-challenge.js';
import type { DigestHash } from './digest-hash.js';
import { digestResponse, hashedPassword, type ResponseParts } from './digest-response.js';

/** Whose challenge it is: that of the peer itself (401), or of a proxy on the way (407). */
export type Challenger = 'peer' | 'proxy';

/** Who we are to a realm. */
export interface Account {
  readonly username: string;
  readonly password: string;
  /** The one realm that this is for; any realm unless given, so that whoever is asked may try to guess the password. */
  readonly realm?: string | undefined;
}

/** What an answer was made of, to know the peer's own proof by (RFC 7616, 3.5). */
export type Given = Omit<ResponseParts, 'method' | 'body'>;

const FIELD_NAMES = { peer: 'Authorization', proxy: 'Proxy-Authorization' } as const;

/** A challenge that is answered. Of the password only its hash is kept. */
export class KeptChallenge {
  readonly #hash: DigestHash;
  readonly #chance: Chance;
  readonly #username: string;
  readonly #ha1: string;
  readonly #choice: Choice;
  #nonce: string;
  #count = 0;

  constructor(
    tools: { readonly hash: DigestHash; readonly chance: Chance },
    readonly challenger: Challenger,
    choice: Choice,
    { username, password }: Account,
  ) {
    this.#hash = tools.hash;
    this.#chance = tools.chance;
    this.#username = username;
    this.#choice = choice;
    const { algorithm, challenge } = choice;
    this.#ha1 = hashedPassword(tools.hash, algorithm, username, challenge.realm, password);
    this.#nonce = challenge.nonce;
  }

  get nonce(): string {
    return this.#nonce;
  }

  /** The peer names the nonce that it wants next. */
  renew(nonce: string): void {
    this.#nonce = nonce;
    this.#count = 0;
  }

  /** The header field that answers for this request, and what it was made of; each counts the nonce up. */
  answer(request: Pick<ResponseParts, 'method' | 'uri' | 'body'>): readonly [Field, Given] {
    const { algorithm, challenge, qop } = this.#choice;
    this.#count += 1;
    const protection: Protection = {
      qop,
      nc: printCount(this.#count),
      cnonce: this.#chance.token(),
    };
    const given: Given = { nonce: this.#nonce, protection, uri: request.uri };
    const value = printAuthorization({
      username: this.#username,
      realm: challenge.realm,
      nonce: this.#nonce,
      uri: request.uri,
      response: digestResponse(this.#hash, algorithm, this.#ha1, { ...given, ...request }),
      algorithm: challenge.algorithm,
      opaque: challenge.opaque,
      protection,
    });
    return [[FIELD_NAMES[this.challenger], value], given];
  }

  /** Whether this is the proof of who knows the password, too (RFC 7616, 3.5). */
  isProof(response: string, given: Given, body: Uint8Array): boolean {
    const { algorithm } = this.#choice;
    const right = digestResponse(this.#hash, algorithm, this.#ha1, { ...given, method: '', body });
    return this.#hash.equal(right, response);
  }
}
