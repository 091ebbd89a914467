/** A SIP user agent before a house, on a network of paper: what a bot hands in goes in here, and what leaves is looked at. */
import type {
  Flow,
  Knock,
  Medium,
  Network,
  NetworkEvents,
  Receipt,
  Receiver,
} from '@usher/core/adapter';
import { SeededChance, VirtualClock } from '@usher/core/testing';

import { SipUserAgent } from '../../packages/adapters/sip/src/user-agent/sip-user-agent.js';
import { parseMessage } from '../../packages/adapters/sip/src/syntax/parser.js';
import type { SipRequest, SipResponse } from '../../packages/adapters/sip/src/syntax/message.js';
import { latin1, utf8 } from '../octets.js';

/** A connection: nobody stands at an address that is not his. */
const PEER: Flow = {
  transport: 'tcp',
  local: { address: '192.0.2.1', port: 5060 },
  remote: { address: '192.0.2.2', port: 40_000 },
  connection: 1,
};
/** Every timer has come to its end by then. */
const LONG = 700_000;

const OFFER =
  'v=0\r\no=- 1 1 IN IP4 192.0.2.2\r\ns=-\r\nc=IN IP4 192.0.2.2\r\nt=0 0\r\nm=message 5080 sip null\r\na=accept-types:text/plain\r\n';

/** A user agent before a house. */
export class HouseStage {
  readonly userAgent: SipUserAgent;
  /** What is done with whoever knocks. */
  decide: (knock: Knock) => void = () => {};
  /** Whether whoever invites shows that it speaks the Microsoft dialect. */
  microsoft = false;
  /** Given, nobody may even knock. */
  shut: { readonly status: number; readonly retryAfter?: number } | undefined;
  /** A session that is there throughout. */
  within: Medium | undefined;
  /** What the house says to each message. */
  receipt: Receipt = { type: 'taken' };
  readonly receiver: Receiver = { receive: () => this.receipt, compose: () => {}, end: () => {} };
  readonly #clock = new VirtualClock(0);
  #events: NetworkEvents | undefined;
  #sent: Uint8Array[] = [];
  #number = 0;

  private constructor() {
    const network: Network = {
      open: (events) => {
        this.#events = events;
        return Promise.resolve([{ transport: 'tcp', address: '192.0.2.1', port: 5060 }]);
      },
      transmit: (bytes) => void this.#sent.push(bytes),
      disconnect: () => {},
      close: () => Promise.resolve(),
    };
    this.userAgent = new SipUserAgent({
      network,
      clock: this.#clock,
      chance: new SeededChance(3),
      // The peer within the session is silent for hours.
      sessionTimer: 'off',
    });
  }

  static async open(): Promise<HouseStage> {
    const stage = new HouseStage();
    await stage.userAgent.open({
      knock: (knock) => {
        if (stage.shut === undefined) stage.decide(knock);
        return stage.shut;
      },
      violated: () => {},
    });
    return stage;
  }

  /** All that left since the last look. */
  take(): readonly Uint8Array[] {
    const sent = this.#sent;
    this.#sent = [];
    return sent;
  }

  /** A peer invites us; returns what came of it, the last thing last. */
  invite(): readonly Uint8Array[] {
    this.#number += 1;
    this.#receive(this.#request('INVITE', 1, undefined, 'application/sdp', OFFER));
    return this.take();
  }

  /** The peer takes note of an answer of ours to its INVITE. */
  acknowledge(answer: SipResponse): void {
    this.#receive(this.#request('ACK', 1, answer.toTag));
  }

  /** The peer says something within its session. */
  say(answer: SipResponse): readonly Uint8Array[] {
    this.#receive(this.#request('MESSAGE', 2, answer.toTag, 'text/plain', 'hello'));
    return this.take();
  }

  /** A session to which a peer has invited us. */
  session(): { readonly medium: Medium; readonly answer: SipResponse } | undefined {
    let medium: Medium | undefined;
    this.decide = (knock) => {
      // Its promise has settled before it is returned.
      void knock.answer({ type: 'accept', receiver: this.receiver }).then((answered) => {
        if (answered.type === 'accepted') medium = answered.medium;
      });
    };
    const answer = this.invite().map(responseOf).at(-1);
    if (answer?.status !== 200) return undefined;
    this.acknowledge(answer);
    return {
      answer,
      get medium(): Medium {
        if (medium === undefined) throw new Error('promises have not settled');
        return medium;
      },
    };
  }

  /** The peer answers a request of ours. */
  respond(request: SipRequest, status: number, body = ''): void {
    const lines = [
      `SIP/2.0 ${status} X`,
      `Via: ${request.via.raw}`,
      `From: ${request.from.raw}`,
      `To: ${request.to.raw}${request.toTag === undefined ? ';tag=peers' : ''}`,
      `Call-ID: ${request.callId}`,
      `CSeq: ${request.cseq.number} ${request.method}`,
      'Contact: <sip:peer@192.0.2.2:40000;transport=tcp>',
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${body.length}`,
    ];
    this.#receive(`${lines.join('\r\n')}\r\n\r\n${body}`);
  }

  /** Time passes until nothing is left to do. */
  rest(): void {
    this.#clock.elapse(LONG);
    this.#sent = [];
  }

  #receive(text: string): void {
    this.#events?.receive(utf8(text), PEER);
  }

  #request(method: string, sequence: number, tag?: string, type?: string, body = ''): string {
    const number = this.#number;
    const to = `<sip:bot@example.com>${tag === undefined ? '' : `;tag=${tag}`}`;
    const lines = [
      `${method} sip:bot@192.0.2.1 SIP/2.0`,
      `Via: SIP/2.0/TCP 192.0.2.2:5080;branch=z9hG4bK${number}${method === 'MESSAGE' ? 'm' : ''}`,
      'Max-Forwards: 70',
      `From: <sip:alice@example.com>;tag=a${number}`,
      `To: ${to}`,
      `Call-ID: c${number}`,
      `CSeq: ${sequence} ${method}`,
      'Contact: <sip:alice@192.0.2.2:5080;transport=tcp>',
      ...(this.microsoft ? ['Ms-Conversation-ID: 1'] : []),
      ...(type === undefined ? [] : [`Content-Type: ${type}`]),
      `Content-Length: ${body.length}`,
    ];
    return `${lines.join('\r\n')}\r\n\r\n${body}`;
  }
}

/** The response that these octets are. */
export function responseOf(bytes: Uint8Array): SipResponse {
  const message = parseMessage(bytes);
  if (message.type === 'response') return message;
  throw new Error(`no response: ${latin1(bytes)}`);
}

/** The request that these octets are. */
export function requestOf(bytes: Uint8Array): SipRequest {
  const message = parseMessage(bytes);
  if (message.type === 'request') return message;
  throw new Error(
    `no request: ${message.type === 'malformed' ? message.error.message : ''} ${latin1(bytes)}`,
  );
}
