/** Looks at the PASSporTs of requests before the house hears of them (RFC 8224, 6.2). */
import { RemoteProtocolError } from '@usher/core';
import type { Cancel, Clock } from '@usher/core/adapter';

import type { Answer } from '../dialog/core.js';
import type { Provenance } from '../endpoint/provenance.js';
import { parseIdentityField } from '../passport/identity-field.js';
import { invalid, missing, stale, worstOf } from '../passport/passport-faults.js';
import { type About, PassportJudge, type Presented } from '../passport/passport-judge.js';
import type { PassportVerifier } from '../passport/passport-verifier.js';
import { type Passport, readPassport } from '../passport/passport.js';
import type { SipRequest } from '../syntax/message.js';
import { parseDate } from '../syntax/sip-date.js';
import type { Passports } from './passport-options.js';
import { withPassport } from './with-passport.js';

/** So many requests wait at a time; whoever comes beyond is told to try again later. */
const MOST_WAITING = 100;
/** Of so many PASSporTs of one request one has to hold. */
const MOST_PASSPORTS = 4;

const CLOSING = new RemoteProtocolError('draining', 'the user agent closes', 503);

/** A request, with what is to become of it. */
export interface Vetted {
  readonly request: SipRequest;
  readonly provenance: Provenance;
  /** It may come in. */
  admit(provenance: Provenance): void;
  /** It may not. */
  refuse(answer: Answer, fault: RemoteProtocolError): void;
}

/** A PASSporT that fits its request. */
interface Candidate {
  readonly passport: Passport;
  readonly about: About;
}

/** Looks at the PASSporTs of requests before the house hears of them. */
export class Vetting {
  readonly #clock: Clock;
  readonly #verifier: PassportVerifier;
  readonly #required: boolean;
  readonly #judge: PassportJudge;
  /** Those who wait, by whatever they are known by to who brought them. */
  readonly #waiting = new Map<object, Vetted>();
  #waking: Cancel | undefined;
  #dismissed = false;

  constructor(clock: Clock, { verifier, required, ours }: Passports) {
    this.#clock = clock;
    this.#verifier = verifier;
    this.#required = required;
    this.#judge = new PassportJudge(ours);
  }

  /** How many requests wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /**
   * Admits or refuses a request: at once where there is nothing to verify, and otherwise when that is done.
   * @param key what `withdraw` names it by.
   */
  vet(key: object, vetted: Vetted): void {
    const faults: RemoteProtocolError[] = [];
    const candidates = this.#candidates(vetted, faults);
    if (candidates.length > 0) {
      if (this.#dismissed) vetted.refuse({ status: 503 }, CLOSING);
      else if (this.#waiting.size < MOST_WAITING) {
        this.#waiting.set(key, vetted);
        void this.#verify(key, candidates, faults);
      } else {
        const message = 'too many wait for their certificates';
        vetted.refuse({ status: 503 }, new RemoteProtocolError('too-many-passports', message, 503));
      }
      return;
    }
    const fault = worstOf(faults) ?? this.#missed(vetted);
    if (fault === undefined) vetted.admit(vetted.provenance);
    else vetted.refuse(answerTo(fault), fault);
  }

  /** Nobody waits for this one any more; false where nobody did. */
  withdraw(key: object): boolean {
    return this.#waiting.delete(key);
  }

  /** The user agent goes. */
  dismiss(): void {
    this.#dismissed = true;
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const vetted of all) vetted.refuse({ status: 503 }, CLOSING);
    this.#waking?.();
  }

  /** What is to be verified; what need not be is among the faults, or of no extension that is known. */
  #candidates({ request, provenance }: Vetted, faults: RemoteProtocolError[]): Candidate[] {
    const lines = request.all('Identity');
    if (lines.length === 0) return [];
    const presented = presentedBy(request, provenance);
    const candidates: Candidate[] = [];
    for (const line of lines.slice(0, MOST_PASSPORTS)) {
      const field = parseIdentityField(line);
      const passport = field instanceof Error ? field : readPassport(field, presented);
      if (passport === undefined) continue;
      const about =
        passport instanceof Error
          ? passport
          : this.#judge.judge(passport, presented, this.#clock.now());
      if (about instanceof Error) faults.push(about);
      else if (!(passport instanceof Error)) candidates.push({ passport, about });
    }
    return candidates;
  }

  async #verify(
    key: object,
    candidates: readonly Candidate[],
    faults: RemoteProtocolError[],
  ): Promise<void> {
    for (const { passport, about } of candidates) {
      // oxlint-disable-next-line no-await-in-loop -- one that holds is enough
      const fault = await this.#verifier.verify(passport, this.#clock.now()).catch(failed);
      const vetted = this.#waiting.get(key);
      if (vetted === undefined) return;
      if (fault !== undefined) faults.push(fault);
      else if (!this.#take(passport)) faults.push(stale('it was used before'));
      else {
        this.#waiting.delete(key);
        const { provenance } = vetted;
        vetted.admit(withPassport(provenance, about, passport.attestation));
        return;
      }
    }
    const vetted = this.#waiting.get(key);
    this.#waiting.delete(key);
    const fault = worstOf(faults);
    if (fault !== undefined) vetted?.refuse(answerTo(fault), fault);
  }

  #take(passport: Passport): boolean {
    const taken = this.#judge.take(passport, this.#clock.now());
    this.#watch();
    return taken;
  }

  #watch(): void {
    const { deadline } = this.#judge;
    if (deadline === undefined) return;
    this.#waking ??= this.#clock.at(deadline, () => {
      this.#waking = undefined;
      this.#judge.elapse(this.#clock.now());
      this.#watch();
    });
  }

  /** Why a request without anything to verify stays outside. */
  #missed({ request, provenance }: Vetted): RemoteProtocolError | undefined {
    const { how } = provenance.identity;
    // Who has proven it to us already needs no authority.
    if (!this.#required || how === 'digest' || how === 'tls') return undefined;
    return missing(
      request.get('Identity') === undefined ? 'there is no Identity' : 'no PASSporT that we know',
    );
  }
}

function presentedBy(request: SipRequest, { identity }: Provenance): Presented {
  const date = parseDate(request.get('Date') ?? '');
  return {
    from: request.from.uri,
    to: request.to.uri,
    date: date === undefined ? undefined : date / 1_000,
    asserted: identity.how === 'asserted' ? identity.address?.toString() : undefined,
  };
}

/** RFC 8224, 6.2.2: what is too old is told as such. */
function answerTo({ status }: RemoteProtocolError): Answer {
  return status === 403 ? { status, text: 'Stale Date' } : { status };
}

/** A verifier that fails has verified nothing. */
function failed(error: unknown): RemoteProtocolError {
  return invalid(`it could not be verified: ${String(error)}`);
}
