/** Decides who may come in from outside any dialog: peers that are trusted, and those who prove who they are (RFC 3261, 22.1). */
import type { Flow } from '@usher/core/adapter';

import type { Authentication } from '../authentication/authentication.js';
import { Failures } from '../authentication/failures.js';
import { sourceOf } from '../overload/source-of.js';
import type { SipRequest } from '../syntax/message.js';
import type { EndpointCore } from './endpoint-core.js';
import type { Admitted } from './provenance.js';
import { type Said, StatelessAnswers } from './stateless-answers.js';

const TRUSTED: Admitted = { trusted: true };
const UNKNOWN: Admitted = { trusted: false };
const FORBIDDEN: Said = { status: 403 };

/** Decides who may come in from outside any dialog. Of those who may not, no more is kept than how often they have failed. */
export class Authenticator {
  readonly #core: EndpointCore;
  readonly #authentication: Authentication | undefined;
  readonly #answers: StatelessAnswers;
  readonly #failures: Failures;
  /** Whether an alarm is set for the failures that are to be forgotten. */
  #watched = false;

  /** @param authentication undefined where nobody can prove anything, and trust alone decides. */
  constructor(core: EndpointCore, authentication: Authentication | undefined) {
    this.#core = core;
    this.#authentication = authentication;
    this.#answers = new StatelessAnswers(core);
    const { failures = 10, silence = 300_000 } = authentication ?? {};
    this.#failures = new Failures(failures, silence);
  }

  /** How many sources are remembered for wrong proofs. */
  get size(): number {
    return this.#failures.size;
  }

  /** Whether this request has to come from somebody known: within a dialog, the dialog is the proof. */
  concerns({ method, toTag }: SipRequest): boolean {
    if (toTag !== undefined) return false;
    // RFC 3261, 22.1: ACK and CANCEL cannot be sent again with an answer. A BYE without a To tag stands for CANCEL.
    return method !== 'ACK' && method !== 'CANCEL' && method !== 'BYE';
  }

  /**
   * How the request comes in; undefined: it was sent away.
   * @param octets of the request as it came.
   */
  admit(request: SipRequest, octets: number, from: Flow): Admitted | undefined {
    const { trust } = this.#core;
    if (trust.trusts(from)) return TRUSTED;
    const authentication = this.#authentication;
    if (authentication !== undefined) return this.#prove(request, octets, from, authentication);
    if (trust.isEmpty) return UNKNOWN;
    const unsent = this.#answers.send(request, FORBIDDEN, octets, from);
    this.#tell('untrusted', 'no trusted peer', 403, unsent, from);
    return undefined;
  }

  #prove(
    request: SipRequest,
    octets: number,
    from: Flow,
    { server }: Authentication,
  ): Admitted | undefined {
    const { now } = this.#core;
    const { address } = from.remote;
    const source = sourceOf(address);
    if (this.#failures.isShunned(source, now)) return undefined;
    const verdict = server.verify(request, address, now);
    if (verdict.type === 'verified') return { trusted: false, verified: verdict.address };
    // Their nonce was made for this very address: nobody fails in another one's name.
    const failed = verdict.type === 'forbidden' || verdict.why === 'wrong-response';
    const isLast = failed && this.#fail(source);
    const said: Said =
      verdict.type === 'forbidden'
        ? FORBIDDEN
        : {
            status: 401,
            fields: (short) => server.challenge(address, now, verdict.stale, short),
          };
    const unsent = this.#answers.send(request, said, octets, from);
    // Who has not been asked yet has broken nothing.
    if (verdict.why === 'no-credentials' && unsent === undefined) return undefined;
    this.#tell('unauthenticated', verdict.why, said.status, unsent, from);
    if (isLast) {
      const { most, silence } = this.#failures;
      const message = `${most} wrong proofs: for ${silence / 1_000} seconds nothing new is heard from there`;
      this.#core.tell({ type: 'violated', code: 'shunned', message, flow: from });
    }
    return undefined;
  }

  #tell(code: string, why: string, status: number, unsent: string | undefined, flow: Flow): void {
    const message = unsent === undefined ? why : `${why}; not answered: ${unsent}`;
    this.#core.tell({
      type: 'violated',
      code,
      message,
      flow,
      ...(unsent === undefined && { status }),
    });
  }

  #fail(source: string): boolean {
    const isLast = this.#failures.fail(source, this.#core.now);
    if (!this.#watched) this.#watch();
    return isLast;
  }

  #watch(): void {
    const { deadline } = this.#failures;
    this.#watched = deadline !== undefined;
    if (deadline === undefined) return;
    this.#core.start(deadline - this.#core.now, () => {
      this.#failures.elapse(this.#core.now);
      this.#watch();
    });
  }
}
