/** The lasting relation between two user agents (RFC 3261, 12): what of it every further request needs, and nothing else. */
import type { ProtectionSpace } from '../authentication/protection-space.js';
import type { SipRequest, SipResponse } from '../syntax/message.js';
import type { NameAddr } from '../syntax/name-addr.js';
import { parseUri } from '../syntax/uri.js';
import { flat } from './flat.js';

/** Where a request within a dialog goes (RFC 3261, 12.2.1.1). */
export interface Target {
  /** The Request-URI. */
  readonly uri: string;
  /** The values of Route, in order. */
  readonly routes: readonly string[];
  /** The URI that names the next hop (RFC 3261, 8.1.2). */
  readonly hop: string;
}

/** What a dialog is made of. */
interface DialogState {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  readonly local: string;
  readonly remote: string;
  readonly remoteTarget: string;
  readonly routes: readonly NameAddr[];
  readonly secure: boolean;
  readonly localSequence: number;
  readonly remoteSequence: number | undefined;
}

const NO_ROUTES: readonly string[] = [];

/** The lasting relation between two user agents. */
export class Dialog {
  readonly callId: string;
  /** Made by us, and flat already. */
  readonly localTag: string;
  /** Empty where the peer gave none, as clients of RFC 2543 may. */
  readonly remoteTag: string;
  /** The value of From in our requests, tag included. */
  readonly local: string;
  /** The value of To in our requests, tag included. */
  readonly remote: string;
  /** The route set, in the order in which our requests visit it. */
  readonly routes: readonly string[];
  /** Whether every request has to go by `sips:` (RFC 3261, 12.1.1). */
  readonly secure: boolean;
  /** What we were challenged with in it; undefined where we have nothing to prove ourselves by. */
  protection: ProtectionSpace | undefined;
  /** The URI of the first of the route set. */
  readonly #firstRoute: string | undefined;
  /** Whether that one knows no loose routing. */
  readonly #strict: boolean;
  #remoteTarget: string;
  #localSequence: number;
  #remoteSequence: number | undefined;

  private constructor(state: DialogState) {
    this.callId = flat(state.callId);
    this.localTag = state.localTag;
    this.remoteTag = flat(state.remoteTag);
    this.local = flat(state.local);
    this.remote = flat(state.remote);
    const first = state.routes[0];
    this.routes = first === undefined ? NO_ROUTES : state.routes.map((route) => flat(route.raw));
    this.#firstRoute = first === undefined ? undefined : flat(first.uri);
    this.#strict = first !== undefined && parseUri(first.uri)?.params.has('lr') !== true;
    this.secure = state.secure;
    this.#remoteTarget = flat(state.remoteTarget);
    this.#localSequence = state.localSequence;
    this.#remoteSequence = state.remoteSequence;
  }

  /**
   * The dialog that an INVITE of a peer and our answer with this tag make (RFC 3261, 12.1.1).
   * @param remoteTarget the URI of its Contact.
   * @param secure whether the request came over TLS.
   */
  static ofServer(
    request: SipRequest,
    localTag: string,
    remoteTarget: string,
    secure = false,
  ): Dialog {
    return new Dialog({
      callId: request.callId,
      localTag,
      remoteTag: request.fromTag ?? '',
      local: `<${request.to.uri}>;tag=${localTag}`,
      remote: request.from.raw,
      remoteTarget,
      routes: request.recordRoutes,
      secure: secure && isSecure(request.uri),
      localSequence: 0,
      remoteSequence: request.cseq.number,
    });
  }

  /**
   * The dialog that a peer's answer to an INVITE of ours makes (RFC 3261, 12.1.2).
   * @param local our value of From, tag included.
   * @param localTag the tag in it.
   * @param uri the Request-URI that was answered.
   * @param routes in the order in which our requests visit them; those of the answer unless given.
   */
  static ofClient(
    response: SipResponse,
    local: string,
    localTag: string,
    uri: string,
    remoteTarget: string,
    routes: readonly NameAddr[] = response.recordRoutes.toReversed(),
  ): Dialog {
    return new Dialog({
      callId: response.callId,
      localTag,
      remoteTag: response.toTag ?? '',
      local,
      remote: response.to.raw,
      remoteTarget,
      routes,
      secure: isSecure(uri),
      localSequence: response.cseq.number,
      remoteSequence: undefined,
    });
  }

  /** Where the peer is, as its last Contact said. */
  get remoteTarget(): string {
    return this.#remoteTarget;
  }

  /** Whether a request belongs here; the dialog was found by our tag already (RFC 3261, 12.2.2). */
  matches(request: SipRequest): boolean {
    return request.callId === this.callId && (request.fromTag ?? '') === this.remoteTag;
  }

  /**
   * Takes note of a request's CSeq.
   * @returns false where it is out of order, which 500 answers (RFC 3261, 12.2.2). One that comes again is, too: a
   * retransmission does not get here.
   */
  follows(sequence: number): boolean {
    if (this.#remoteSequence !== undefined && sequence <= this.#remoteSequence) return false;
    this.#remoteSequence = sequence;
    return true;
  }

  /** The CSeq number of our next request. */
  nextSequence(): number {
    this.#localSequence += 1;
    return this.#localSequence;
  }

  /** The peer is somewhere else now (RFC 3261, 12.2: target refresh). */
  retarget(uri: string): void {
    if (uri !== this.#remoteTarget) this.#remoteTarget = flat(uri);
  }

  /** Where our next request goes (RFC 3261, 12.2.1.1). */
  get target(): Target {
    const hop = this.#firstRoute;
    if (hop === undefined) {
      return { uri: this.#remoteTarget, routes: NO_ROUTES, hop: this.#remoteTarget };
    }
    if (!this.#strict) return { uri: this.#remoteTarget, routes: this.routes, hop };
    // A strict router takes the Request-URI for its own, and finds the peer at the end of the route.
    return { uri: hop, routes: [...this.routes.slice(1), `<${this.#remoteTarget}>`], hop };
  }
}

function isSecure(uri: string): boolean {
  return uri.slice(0, 5).toLowerCase() === 'sips:';
}
