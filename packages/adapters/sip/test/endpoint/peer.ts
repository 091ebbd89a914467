/** A peer written by hand: the requests and responses of one user agent, as text. */
import type { Flow } from '@usher/core/adapter';

import type { SipRequest, SipResponse } from '../../src/syntax/message.js';
import type { Field } from '../../src/syntax/printer.js';
import { type Bench, wire } from './bench.js';

export const OFFER = [
  'v=0',
  'o=- 1 1 IN IP4 192.0.2.2',
  's=-',
  'c=IN IP4 192.0.2.2',
  't=0 0',
  'm=message 5080 sip null',
  'a=accept-types:text/plain',
  '',
].join('\r\n');

/** What a request of the peer may have different. */
export interface Wish {
  readonly branch?: string;
  readonly callId?: string;
  readonly tag?: string;
  readonly sequence?: number;
  readonly uri?: string;
  readonly toTag?: string | undefined;
  readonly via?: string;
  readonly from?: string;
  readonly to?: string;
  readonly extra?: readonly string[];
  readonly body?: string;
  /** Null for none. */
  readonly contact?: string | null;
}

let branches = 0;

/** A request of a peer at 192.0.2.2:5080 over UDP, unless wished otherwise. */
export function request(method: string, wish: Wish = {}): string {
  branches += 1;
  const {
    branch = `z9hG4bKpeer${branches}`,
    callId = 'call-1',
    tag = 'peer',
    sequence = 1,
    uri = 'sip:bot@192.0.2.1',
    toTag,
    via = `SIP/2.0/UDP 192.0.2.2:5080;branch=${branch};rport`,
    from = `"Alice" <sip:alice@example.com>;tag=${tag}`,
    to = `<sip:bot@example.com>${toTag === undefined ? '' : `;tag=${toTag}`}`,
    extra = [],
    body = '',
    contact = method === 'INVITE' ? '<sip:alice@192.0.2.2:5080>' : null,
  } = wish;
  const lines = [
    `${method} ${uri} SIP/2.0`,
    `Via: ${via}`,
    'Max-Forwards: 70',
    `From: ${from}`,
    `To: ${to}`,
    `Call-ID: ${callId}`,
    `CSeq: ${sequence} ${method}`,
    ...(contact === null ? [] : [`Contact: ${contact}`]),
    ...extra,
  ];
  return wire(lines, body);
}

/** An INVITE with an offer of messages. */
export function invite(wish: Wish = {}): string {
  const extra = [...(wish.extra ?? []), 'Content-Type: application/sdp'];
  return request('INVITE', { body: OFFER, ...wish, extra });
}

/** The ACK to a 2xx of ours. */
export function ack(ok: SipResponse, wish: Wish = {}): string {
  return request('ACK', {
    callId: ok.callId,
    sequence: ok.cseq.number,
    toTag: ok.toTag,
    ...wish,
  });
}

/** A response of the peer to a request of ours. */
export function response(
  to: SipRequest,
  status: number,
  text = 'OK',
  wish: Pick<Wish, 'toTag' | 'extra' | 'body' | 'contact'> = {},
): string {
  const { toTag = 'peer', extra = [], body = '', contact = null } = wish;
  const lines = [
    `SIP/2.0 ${status} ${text}`,
    ...to.all('Via').map((via) => `Via: ${via}`),
    `From: ${to.from.raw}`,
    `To: ${to.to.raw}${to.toTag === undefined && status > 100 ? `;tag=${toTag}` : ''}`,
    `Call-ID: ${to.callId}`,
    `CSeq: ${to.cseq.number} ${to.cseq.method}`,
    ...(contact === null ? [] : [`Contact: ${contact}`]),
    ...extra,
  ];
  return wire(lines, body);
}

/** Answers the last invitation that the endpoint told of. */
export function answer(bench: Bench, status: number, fields: readonly Field[] = []): void {
  const { transaction } = bench.event('invited');
  bench.execute({ type: 'respond', transaction, answer: { status, fields } });
}

/** Invites, and is accepted: the 200, whose ACK is yet to come. */
export function accepted(bench: Bench, wish: Wish = {}, from?: Flow): SipResponse {
  bench.receive(invite(wish), from);
  answer(bench, 200);
  return bench.response();
}

/** A session with the peer; the 200 that it rests on. */
export function established(bench: Bench, wish: Wish = {}, from?: Flow): SipResponse {
  const ok = accepted(bench, wish, from);
  bench.receive(ack(ok, wish), from);
  return ok;
}

/** A request of the peer within the session that this 200 began. */
export function within(ok: SipResponse, method: string, sequence: number, wish: Wish = {}): string {
  return request(method, { callId: ok.callId, toTag: ok.toTag, sequence, ...wish });
}

/** The house sends a message in its last session. */
export function say(bench: Bench, text: string, reference = 1): void {
  bench.execute({
    type: 'message',
    usage: bench.event('invited').usage,
    reference,
    fields: [['Content-Type', 'text/plain']],
    body: new TextEncoder().encode(text),
  });
}

/** Takes each message as soon as it comes, as a house does. */
export function takeMessages(bench: Bench, status = 200): string[] {
  const heard: string[] = [];
  bench.observe = (event) => {
    if (event.type !== 'message' && event.type !== 'paged') return;
    heard.push(new TextDecoder().decode(event.request.body));
    bench.execute({ type: 'respond', transaction: event.transaction, answer: { status } });
  };
  return heard;
}
