/** Has whoever comes from outside any dialog prove who they are, and sends away without state whoever does not (RFC 3261, 22.1). */
import { type Address, LocalProtocolError, RemoteProtocolError } from '@usher/core';
import type { Flow } from '@usher/core/adapter';

import type { Authentication } from '../authentication/authentication.js';
import type { DigestHash } from '../authentication/digest-hash.js';
import type { DigestServer } from '../authentication/digest-server.js';
import type { Answer } from '../dialog/core.js';
import type { SipRequest } from '../syntax/message.js';
import { printAnswer } from './answering.js';
import type { EndpointCore } from './endpoint-core.js';

const KEY_OCTETS = 32;
/** 132 bits of the authentication code. */
const TAG = 22;

/** Has whoever comes from outside any dialog prove who they are. Of those who do not, nothing is kept. */
export class Authenticator {
  readonly #core: EndpointCore;
  readonly #server: DigestServer;
  readonly #hash: DigestHash;
  readonly #key: Uint8Array;

  constructor(core: EndpointCore, { server, hash }: Authentication) {
    this.#core = core;
    this.#server = server;
    this.#hash = hash;
    this.#key = core.chance.octets(KEY_OCTETS);
  }

  /** Whether this request has to prove anything: within a dialog, the dialog is the proof. */
  concerns({ method, toTag }: SipRequest): boolean {
    if (toTag !== undefined) return false;
    // RFC 3261, 22.1: ACK and CANCEL cannot be sent again with an answer. A BYE without a To tag stands for CANCEL.
    return method !== 'ACK' && method !== 'CANCEL' && method !== 'BYE';
  }

  /**
   * The address that the request is proven to come from; undefined: it was sent away.
   * @param octets of the request as it came.
   */
  admit(request: SipRequest, octets: number, from: Flow): Address | undefined {
    const { now } = this.#core;
    const source = from.remote.address;
    const verdict = this.#server.verify(request, source, now);
    if (verdict.type === 'verified') return verdict.address;
    const answer: Answer =
      verdict.type === 'forbidden'
        ? { status: 403 }
        : { status: 401, fields: this.#server.challenge(source, now, verdict.stale) };
    const unsent = this.#sendAway(request, answer, octets, from);
    // Who has not been asked yet has broken nothing.
    if (verdict.why === 'no-credentials' && unsent === undefined) return undefined;
    this.#core.tell({
      type: 'violated',
      code: 'unauthenticated',
      message: unsent === undefined ? verdict.why : `${verdict.why}; not answered: ${unsent}`,
      flow: from,
      ...(unsent === undefined && { status: answer.status }),
    });
    return undefined;
  }

  /** Why the answer was not sent; undefined where it was. */
  #sendAway(request: SipRequest, answer: Answer, octets: number, from: Flow): string | undefined {
    try {
      const bytes = printAnswer(request, from, answer, this.#tag(request));
      // Whoever feigns his address gains nothing by us.
      if (from.transport === 'udp' && bytes.length > octets) {
        return `${answer.status} would be larger than the request`;
      }
      this.#core.transmit(bytes, from);
      return undefined;
    } catch (error) {
      // What nobody has looked at before, such as a Via below the top, turns out to be nothing that could be said again.
      if (error instanceof LocalProtocolError || error instanceof RemoteProtocolError) {
        return error.code;
      }
      throw error;
    }
  }

  /** RFC 3261, 8.2.7: the same for each transmission, though none of them is remembered. */
  #tag({ callId, via }: SipRequest): string {
    return this.#hash.mac(this.#key, `${callId} ${via.branch ?? ''}`).slice(0, TAG);
  }
}
