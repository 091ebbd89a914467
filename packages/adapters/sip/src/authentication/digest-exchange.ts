/** One request of ours with all the challenges to it, until it is let in or turned away (RFC 3261, 22.2, 22.3). */
import { RemoteProtocolError } from '@usher/core';
import type { Chance } from '@usher/core/adapter';

import type { SipResponse } from '../syntax/message.js';
import type { Field } from '../syntax/printer.js';
import { violation } from '../syntax/violation.js';
import type { Accounts } from './accounts.js';
import { parseAuthenticationInfo } from './authentication-info.js';
import { type Challenge, parseChallenge } from './challenge.js';
import { chooseChallenge, type Unanswerable } from './choose-challenge.js';
import type { DigestHash } from './digest-hash.js';
import { type Challenger, type Given, KeptChallenge } from './kept-challenge.js';
import { ProtectionSpace, REALMS } from './protection-space.js';

/** So many challenges of one response are looked at. */
const FIELDS = 16;
/** So many responses with challenges are answered: one proxy after the other, and a stale nonce now and then. */
const ROUNDS = 5;
/** So many characters of what was offered are shown. */
const SHOWN = 32;

/** A request that may be challenged. */
export interface ExchangedRequest {
  readonly method: string;
  /** The Request-URI as it is sent. */
  readonly uri: string;
  readonly body?: Uint8Array | undefined;
}

/** What an exchange works with. */
export interface ExchangeSurroundings {
  readonly hash: DigestHash;
  readonly chance: Chance;
  readonly accounts: Accounts;
  /** What was answered before, by whose challenge it was; this exchange adds to it. Undefined: no other request may use it. */
  readonly spaces: { readonly [challenger in Challenger]: ProtectionSpace | undefined };
}

/** Why a challenge is not answered. */
type ExchangeRefusal =
  | Unanswerable
  /** There is none that can be read, or none by Digest. */
  | 'no-challenge'
  /** We are nobody in these realms. */
  | 'no-account'
  /** It was answered, and that did not help: the password is wrong. */
  | 'rejected'
  | 'too-many-challenges';

/** What to do about a response with challenges. */
export type ChallengeOutcome =
  /** Send the request once more, with these header fields and a CSeq that is one higher (RFC 3261, 22.2). */
  | { readonly type: 'retry'; readonly fields: readonly Field[] }
  /** Give up. */
  | {
      readonly type: 'refused';
      readonly why: ExchangeRefusal;
      /** The realm, where there is one to name; a peer's text. */
      readonly realm?: string;
      /** The algorithms that were offered, as written, where policy forbids them all; a peer's text. */
      readonly offered?: readonly string[];
    };

/** A challenge that is not answered. */
export type Refused = Extract<ChallengeOutcome, { readonly type: 'refused' }>;

/** One realm's part in this exchange. */
interface Part {
  readonly kept: KeptChallenge;
  /** How many challenges were answered in this exchange; 0: what was kept from before is tried. */
  readonly answered: number;
  given?: Given;
}

/** One request of ours with all the challenges to it. Make it when the request is made; it lasts as long as that. */
export class DigestExchange {
  readonly #surroundings: ExchangeSurroundings;
  readonly #request: ExchangedRequest;
  readonly #parts = new Map<string, Part>();
  #rounds = 0;
  /** What answers the last challenges, until it is sent. */
  #ready: readonly Field[] | undefined;
  #sent: readonly Field[] = [];

  constructor(surroundings: ExchangeSurroundings, request: ExchangedRequest) {
    this.#surroundings = surroundings;
    this.#request = request;
    const { peer, proxy } = surroundings.spaces;
    for (const space of new Set([proxy, peer])) {
      for (const [key, kept] of space?.kept ?? []) this.#parts.set(key, { kept, answered: 0 });
    }
  }

  /** The header fields that go with the request: to be asked for once each time that it is sent anew. */
  fields(): readonly Field[] {
    this.#sent = this.#ready ?? this.#answers();
    this.#ready = undefined;
    return this.#sent;
  }

  /** Those that went with it the last time: the ACK to a 2xx has the same (RFC 3261, 22.1). */
  get sent(): readonly Field[] {
    return this.#sent;
  }

  /** All that was answered, for further requests in the dialog that this one began; undefined where nothing was. */
  get space(): ProtectionSpace | undefined {
    if (this.#parts.size === 0) return undefined;
    const space = new ProtectionSpace();
    for (const [key, { kept }] of this.#parts) space.keep(key, kept);
    return space;
  }

  /** A 401 or 407 has come. */
  challenged(response: Pick<SipResponse, 'status' | 'all'>): ChallengeOutcome {
    this.#rounds += 1;
    if (this.#rounds > ROUNDS) return { type: 'refused', why: 'too-many-challenges' };
    const challenger: Challenger = response.status === 407 ? 'proxy' : 'peer';
    const realms = challengesOf(response, challenger);
    let refused: Refused | undefined;
    let answered = false;
    for (const [realm, challenges] of realms) {
      const refusal = this.#answer(challenger, realm, challenges);
      if (refusal === undefined) answered = true;
      // What was wrong once is wrong again, whatever else could be answered.
      else if (refusal.why === 'rejected') return refusal;
      else refused ??= refusal;
    }
    // RFC 8760, 2.4: one realm that can be answered is reason enough to try.
    if (answered) {
      this.#ready = this.#answers();
      return { type: 'retry', fields: this.#ready };
    }
    return refused ?? { type: 'refused', why: 'no-challenge' };
  }

  /**
   * A 2xx has come: its Authentication-Info is heeded, where there is one.
   * @returns `bad-authentication-info`; or `false-proof` where the peer claims to know the password, and does not.
   */
  admitted(response: Pick<SipResponse, 'get' | 'body'>): RemoteProtocolError | undefined {
    const text = response.get('Authentication-Info');
    if (text === undefined) return undefined;
    const [found, ...others] = [...this.#parts].filter(
      ([, { kept }]) => kept.challenger === 'peer',
    );
    // Whose it is cannot be told where several realms were answered.
    if (found === undefined || others.length > 0) return undefined;
    const [key, { kept, given }] = found;
    const info = parseAuthenticationInfo(text);
    if (info instanceof RemoteProtocolError) return info;
    if (info.rspauth !== undefined && given !== undefined) {
      const qop = info.qop ?? given.protection.qop;
      const claim: Given = { ...given, protection: { ...given.protection, qop } };
      if (!kept.isProof(info.rspauth, claim, response.body)) {
        this.#surroundings.spaces.peer?.forget(key, kept);
        return violation('false-proof', 'the peer does not know the password that it asked for');
      }
    }
    if (info.nextnonce !== undefined && info.nextnonce !== kept.nonce) kept.renew(info.nextnonce);
    return undefined;
  }

  #answers(): readonly Field[] {
    return Array.from(this.#parts.values(), (part) => {
      const [field, given] = part.kept.answer(this.#request);
      part.given = given;
      return field;
    });
  }

  /** Takes the challenges of one realm up; returns why not, where it does not. */
  #answer(
    challenger: Challenger,
    realm: string,
    challenges: readonly Challenge[],
  ): Refused | undefined {
    const account = this.#surroundings.accounts.in(realm);
    if (account === undefined) return { type: 'refused', why: 'no-account', realm };
    const choice = chooseChallenge(challenges, account.algorithms);
    if (typeof choice === 'string') {
      const offered = challenges.map(({ algorithm }) => (algorithm ?? 'MD5').slice(0, SHOWN));
      return { type: 'refused', why: choice, realm, offered };
    }
    const key = `${challenger} ${realm}`;
    const before = this.#parts.get(key);
    const answered = before?.answered ?? 0;
    if (answered > 0) {
      // RFC 7616, 3.3: a stale nonce says nothing against the password. Twice is once too often.
      const { stale, nonce } = choice.challenge;
      if (!stale || answered > 1 || nonce === before?.given?.nonce) {
        if (before !== undefined) this.#surroundings.spaces[challenger]?.forget(key, before.kept);
        return { type: 'refused', why: 'rejected', realm };
      }
    }
    if (before === undefined && this.#parts.size >= REALMS) {
      return { type: 'refused', why: 'too-many-challenges', realm };
    }
    const kept = new KeptChallenge(this.#surroundings, challenger, choice, account);
    this.#parts.set(key, { kept, answered: answered + 1 });
    this.#surroundings.spaces[challenger]?.keep(key, kept);
    return undefined;
  }
}

/** The challenges by realm, each in the order of the response. Whatever cannot be understood is passed over (RFC 8760, 2.4). */
function challengesOf(
  response: Pick<SipResponse, 'all'>,
  challenger: Challenger,
): ReadonlyMap<string, readonly Challenge[]> {
  const realms = new Map<string, Challenge[]>();
  const name = challenger === 'proxy' ? 'Proxy-Authenticate' : 'WWW-Authenticate';
  for (const text of response.all(name).slice(0, FIELDS)) {
    const challenge = parseChallenge(text);
    if (challenge === undefined || challenge instanceof Error) continue;
    const others = realms.get(challenge.realm);
    if (others === undefined) realms.set(challenge.realm, [challenge]);
    else others.push(challenge);
  }
  return realms;
}
