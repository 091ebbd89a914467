/** What went in and out of an endpoint, and the rules that hold between the two (RFC 3261, 8.2.6, 12.2.2, 17). */
import type { Flow } from '@usher/core/adapter';

import type { InviteUsage } from '../../packages/adapters/sip/src/dialog/invite-usage.js';
import type { EndpointEvent } from '../../packages/adapters/sip/src/endpoint/endpoint-event.js';
import { DEFAULT_LIMITS } from '../../packages/adapters/sip/src/syntax/limits.js';
import type { SipRequest, SipResponse } from '../../packages/adapters/sip/src/syntax/message.js';
import { parseMessage } from '../../packages/adapters/sip/src/syntax/parser.js';
import { latin1 } from '../octets.js';
import { holdAnswerTo } from '../rules/answer-rules.js';
import { hold } from '../target.js';
import type { Known } from './wire.js';

/** A request that came. */
interface Heard {
  readonly bytes: Uint8Array;
  readonly flow: Flow;
  readonly at: number;
  readonly message: ReturnType<typeof parseMessage>;
}

/** What may be asked of us for one and the same request within this time is answered the same. */
const T4 = 5_000;
const PATIENCE = 32_000;
/** More than any one answer has. */
const LOAN = 2_500;
const WIDER = {
  ...DEFAULT_LIMITS,
  params: 80,
  headerValue: 6_000,
  headerBlock: 32_768,
  headerLines: 200,
};

/** What went in and out. */
export class Ledger {
  readonly heard: Heard[] = [];
  /** Our requests, in order. */
  readonly requests: { readonly message: SipRequest; readonly to: Flow }[] = [];
  /** The tags that we have given out. */
  readonly tags: Known[] = [];
  /** The last challenge. */
  challenges: readonly string[] = [];
  /** Whether what was asked before may be answered otherwise now. */
  forgetful = false;
  /** What is heard at this moment. */
  #present: Heard | undefined;
  readonly #promised = new Map<number, string>();
  readonly #over = new Set<InviteUsage>();
  readonly #sequences = new Map<InviteUsage, number>();
  readonly #brought = new Map<string, number>();
  readonly #took = new Map<string, number>();
  /** The first final answer to each request, by its octets. */
  readonly #finals = new Map<string, { readonly at: number; readonly status: number }>();
  /** Connections on which something came that is no message. */
  readonly #mixed = new Set<number>();
  /** Who has said what only we could have told him. */
  readonly #shown = new Set<string>();

  /** These octets come in. */
  hear(bytes: Uint8Array, flow: Flow, at: number): void {
    const framing = flow.transport === 'tcp' || flow.transport === 'tls' ? 'stream' : 'datagram';
    const heard = { bytes, flow, at, message: parseMessage(bytes, undefined, framing) };
    this.heard.push(heard);
    this.#present = heard;
    if (framing === 'stream' && heard.message.type === 'malformed' && flow.connection !== undefined)
      this.#mixed.add(flow.connection);
    const { address } = flow.remote;
    this.#brought.set(address, (this.#brought.get(address) ?? 0) + bytes.length);
    const text = latin1(bytes);
    const knows =
      flow.transport !== 'udp' ||
      address.startsWith('10.') ||
      this.tags.some(({ ours }) => text.includes(ours)) ||
      this.requests.some(({ message }) => text.includes(message.via.branch ?? ' ')) ||
      (this.challenges.length > 0 && text.includes('nonce='));
    if (knows) this.#shown.add(address);
  }

  heardOut(): void {
    this.#present = undefined;
  }

  /** These octets go out. */
  send(bytes: Uint8Array, to: Flow | undefined, at: number): void {
    hold(to !== undefined, 'sent-nowhere');
    const text = latin1(bytes);
    // A ping or a pong (RFC 5626, 4.4.1).
    if (text.trim() === '') return;
    const message = parseMessage(bytes, WIDER);
    const shown = (): string =>
      `${this.#present === undefined ? '' : latin1(this.#present.bytes)}\n----\n${text}`;
    if (text.startsWith('SIP/2.0 ')) {
      const present = this.#present?.message;
      if (!this.#isMixed()) {
        hold(present?.type !== 'response', 'answer-to-response', shown);
        hold(present?.type !== 'request' || present.method !== 'ACK', 'answer-to-ack', shown);
      }
      this.#account(bytes, to, shown);
      if (message.type === 'response') this.#answered(message, bytes, to, at, shown);
      else
        hold(
          message.type === 'malformed' && present?.type !== 'request',
          'answer-unreadable',
          shown,
        );
      return;
    }
    hold(message.type === 'request', 'request-unreadable', shown);
    hold(this.#present === undefined || OUR_METHODS.has(message.method), 'request-strange', shown);
    const ours = message.fromTag;
    if (ours !== undefined) this.#know(ours, message.toTag ?? '', message.callId);
    if (message.method !== 'ACK') this.requests.push({ message, to });
  }

  /** Something is to come of this, once. */
  promise(what: string, reference: number): void {
    this.#promised.set(reference, what);
  }

  /** It came to nothing, and whoever asked knows. */
  break(reference: number): void {
    this.#promised.delete(reference);
  }

  /** The endpoint tells of something. */
  note(event: EndpointEvent): void {
    const { type } = event;
    if (type === 'inviting') hold(this.#promised.delete(event.reference), 'inviting-twice');
    else if (type === 'delivered') hold(this.#promised.delete(event.reference), 'delivered-twice');
    else if (type === 'ended' || type === 'declined' || type === 'withdrawn') {
      hold(!this.#over.has(event.usage), 'over-twice', () => type);
      this.#over.add(event.usage);
      if (type === 'ended' && event.by === 'peer') this.#belongs(event.usage);
    } else if (isAsked(event)) {
      const { usage, request } = event;
      hold(!this.#over.has(usage), 'message-after-end');
      hold(this.#fits(usage, request), 'message-of-another', () =>
        JSON.stringify([usage.tag, request.toTag, request.callId]),
      );
      hold((this.#sequences.get(usage) ?? -1) < request.cseq.number, 'message-out-of-order');
      this.#sequences.set(usage, request.cseq.number);
    }
  }

  /** All is over: what was promised has come. */
  close(): void {
    hold(this.#promised.size === 0, 'promise-broken', () => JSON.stringify([...this.#promised]));
  }

  /** A peer ends a session by a request of this very dialog, or by an answer of it. */
  #belongs(usage: InviteUsage): void {
    const message = this.#present?.message;
    if (message?.type !== 'request' || this.#isMixed()) return;
    hold(this.#fits(usage, message), 'ended-by-another', () =>
      latin1(this.#present?.bytes ?? new Uint8Array()),
    );
  }

  #fits({ tag, dialog }: InviteUsage, request: SipRequest): boolean {
    return (
      request.toTag === tag &&
      request.callId === dialog?.callId &&
      (request.fromTag ?? '') === dialog.remoteTag
    );
  }

  /** Whether what is heard may be part of something else: on a stream, something that is no message has come before it. */
  #isMixed(): boolean {
    const connection = this.#present?.flow.connection;
    return connection !== undefined && this.#mixed.has(connection);
  }

  #answered(
    response: SipResponse,
    bytes: Uint8Array,
    to: Flow,
    at: number,
    shown: () => string,
  ): void {
    hold(response.cseq.method !== 'ACK' || this.#isMixed(), 'answer-to-ack', shown);
    const asked = this.heard.findLast(
      ({ message, flow }) =>
        message.type === 'request' &&
        isTo(response, message) &&
        flow.remote.address === to.remote.address,
    );
    if (asked === undefined) {
      // Of what is no message, or came in pieces, it is not known here what it was.
      hold(
        this.heard.some(
          ({ message, flow }) =>
            message.type === 'malformed' || flow.transport === 'tcp' || flow.transport === 'tls',
        ),
        'answer-to-nothing',
        shown,
      );
      return;
    }
    if (asked.message.type !== 'request') return;
    // Who knows where he is need not be told.
    const bare = response.reason === 'No' || response.all('v').length > 0;
    holdAnswerTo(asked.message, asked.flow, bytes, { feedback: true, bare });
    if (response.toTag !== undefined)
      this.#know(response.toTag, response.fromTag ?? '', response.callId);
    const challenges = response.all('WWW-Authenticate');
    if (challenges.length > 0) this.challenges = challenges;
    if (response.status >= 200) this.#final(asked, response.status, at, shown);
  }

  /** RFC 3261, 17.2: what is asked once is answered once, however often it is said. */
  #final(asked: Heard, status: number, at: number, shown: () => string): void {
    const reliable = asked.flow.transport !== 'udp';
    if (this.forgetful || reliable) return;
    const { remote } = asked.flow;
    const key = `${remote.address}:${remote.port} ${latin1(asked.bytes)}`;
    const before = this.#finals.get(key);
    const invite = asked.message.type === 'request' && asked.message.method === 'INVITE';
    // An INVITE that was refused is forgotten some time after its ACK.
    const lasts = before === undefined ? 0 : invite && before.status >= 300 ? T4 : PATIENCE;
    if (before === undefined || at - before.at >= lasts) this.#finals.set(key, { at, status });
    else {
      const same = before.status === status || isStateless(before.status) || isStateless(status);
      hold(same, 'answered-twice', () => `${before.status}\n${shown()}`);
    }
  }

  /** Whoever has never shown that he is there gets no more than he sent, but for what is lent to him once. */
  #account(bytes: Uint8Array, to: Flow, shown: () => string): void {
    const { address } = to.remote;
    if (to.transport !== 'udp' || this.#shown.has(address)) return;
    const took = (this.#took.get(address) ?? 0) + bytes.length;
    this.#took.set(address, took);
    hold(
      took <= (this.#brought.get(address) ?? 0) + LOAN,
      'more-out-than-in',
      () => `${took} to ${address}\n${shown()}`,
    );
  }

  #know(ours: string, theirs: string, callId: string): void {
    const known = this.tags.at(-1);
    if (known?.ours === ours && known.theirs === theirs) return;
    this.tags.push({ ours, theirs, callId });
  }
}

function isTo(response: SipResponse, request: SipRequest): boolean {
  return (
    response.callId === request.callId &&
    response.cseq.number === request.cseq.number &&
    response.cseq.method === request.cseq.method &&
    response.via.branch === request.via.branch &&
    response.via.host === request.via.host &&
    response.via.port === request.via.port &&
    response.via.transport === request.via.transport &&
    response.from.raw === request.from.raw &&
    (request.toTag === undefined || request.toTag === response.toTag)
  );
}

/** Of what is answered without state, the next try may find things otherwise. */
function isStateless(status: number): boolean {
  return [400, 401, 403, 405, 406, 415, 416, 420, 481, 482, 501, 503].includes(status);
}

/** What we may ask for because of what we heard. */
const OUR_METHODS: ReadonlySet<string> = new Set([
  ...['ACK', 'BYE', 'CANCEL', 'INVITE', 'MESSAGE', 'INFO', 'NOTIFY', 'REFER', 'UPDATE'],
  ...['SUBSCRIBE', 'REGISTER'],
]);

/** Whether a peer asked for something within a session. */
function isAsked(
  event: EndpointEvent,
): event is Extract<EndpointEvent, { readonly usage: InviteUsage; readonly request: SipRequest }> {
  return ['message', 'informed', 'offered', 'referred'].includes(event.type);
}
