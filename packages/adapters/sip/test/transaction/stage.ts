/** A transaction layer on a stage: time moves by hand, and what it sends is written down with the moment. */
import type { Flow } from '@usher/core/adapter';

import { SipRequest, SipResponse } from '../../src/syntax/message.js';
import { parseMessage } from '../../src/syntax/parser.js';
import type { ClientTransaction } from '../../src/transaction/client-transaction.js';
import type { Lapse } from '../../src/transaction/lapse.js';
import { TransactionLayer, type TransactionOptions } from '../../src/transaction/layer.js';
import type { ServerTransaction } from '../../src/transaction/server-transaction.js';

export const UDP: Flow = {
  transport: 'udp',
  local: { address: '192.0.2.1', port: 5060 },
  remote: { address: '192.0.2.7', port: 5070 },
};
export const TCP: Flow = {
  transport: 'tcp',
  local: { address: '192.0.2.1', port: 5060 },
  remote: { address: '192.0.2.7', port: 40_000 },
  connection: 3,
};

/** Something that was sent: when, its first line, and all of it. */
export interface Sent {
  readonly at: number;
  readonly line: string;
  readonly bytes: Uint8Array;
  readonly to: Flow | undefined;
}

export interface Shape {
  readonly method?: string;
  readonly uri?: string;
  readonly via?: string;
  readonly branch?: string;
  readonly from?: string;
  readonly to?: string;
  readonly callId?: string;
  readonly cseq?: string;
  readonly more?: readonly string[];
}

const text = new TextDecoder();
const octets = new TextEncoder();

/** The bytes of a request; all that is not given is a plain INVITE's. */
export function requestBytes(shape: Shape = {}): Uint8Array {
  const method = shape.method ?? 'INVITE';
  const lines = [
    `${method} ${shape.uri ?? 'sip:bot@192.0.2.1'} SIP/2.0`,
    `Via: ${shape.via ?? `SIP/2.0/UDP 192.0.2.7:5070;branch=${shape.branch ?? 'z9hG4bKone'}`}`,
    'Max-Forwards: 70',
    `From: ${shape.from ?? '<sip:alice@example.com>;tag=alice'}`,
    `To: ${shape.to ?? '<sip:bot@192.0.2.1>'}`,
    `Call-ID: ${shape.callId ?? 'dialog-1'}`,
    `CSeq: ${shape.cseq ?? `1 ${method}`}`,
    ...(shape.more ?? []),
    'Content-Length: 0',
  ];
  return octets.encode(`${lines.join('\r\n')}\r\n\r\n`);
}

/** A request as it would arrive. */
export function request(shape: Shape = {}): SipRequest {
  const message = parseMessage(requestBytes(shape));
  if (message instanceof SipRequest) return message;
  throw new Error(`no request: ${JSON.stringify(message)}`);
}

/** The bytes of a response to a request, with a To tag of its own. */
export function responseBytes(status: number, to: SipRequest, tag = 'bot'): Uint8Array {
  const lines = [
    `SIP/2.0 ${status} Said`,
    ...to.all('Via').map((via) => `Via: ${via}`),
    `From: ${to.from.raw}`,
    `To: ${to.to.raw}${to.toTag === undefined ? `;tag=${tag}` : ''}`,
    `Call-ID: ${to.callId}`,
    `CSeq: ${to.cseq.number} ${to.cseq.method}`,
    'Content-Length: 0',
  ];
  return octets.encode(`${lines.join('\r\n')}\r\n\r\n`);
}

/** A response as it would arrive. */
export function response(status: number, to: SipRequest, tag?: string): SipResponse {
  const message = parseMessage(responseBytes(status, to, tag));
  if (message instanceof SipResponse) return message;
  throw new Error(`no response: ${JSON.stringify(message)}`);
}

/** A transaction layer on a stage. The users of its transactions are texts. */
export class Stage {
  readonly layer: TransactionLayer<string, string>;
  readonly sent: Sent[] = [];
  /** Lapses as `at why`. */
  readonly lapses: string[] = [];
  now = 0;

  readonly out = {
    push: (output: { readonly bytes: Uint8Array; readonly to?: Flow }): void => {
      const line = text.decode(output.bytes).split('\r\n', 1)[0] ?? '';
      this.sent.push({ at: this.now, line, bytes: output.bytes, to: output.to });
    },
  };

  constructor(options?: TransactionOptions) {
    this.layer = new TransactionLayer(options);
  }

  /** What was sent, as `at first-line`. */
  get log(): string[] {
    return this.sent.map(({ at, line }) => `${at} ${line}`);
  }

  /** A request arrives that must be new. */
  opened(message: SipRequest, flow: Flow = UDP): ServerTransaction<string> {
    const transaction = this.arrive(message, flow);
    if (typeof transaction === 'string') throw new Error(`not new, but ${transaction}`);
    return transaction;
  }

  arrive(message: SipRequest, flow: Flow = UDP): ServerTransaction<string> | string {
    return this.layer.request(message, flow, this.now, this.out);
  }

  respond(transaction: ServerTransaction<string>, status: number, to: SipRequest): boolean {
    return this.layer.respond(transaction, status, responseBytes(status, to), this.now, this.out);
  }

  send(shape: Shape = {}, flow: Flow = UDP): ClientTransaction<string> {
    const bytes = requestBytes(shape);
    const branch = shape.branch ?? 'z9hG4bKone';
    return this.layer.send(
      shape.method ?? 'INVITE',
      branch,
      bytes,
      flow,
      'user',
      this.now,
      this.out,
    );
  }

  /** A response arrives; what its user hears of it. */
  hear(message: SipResponse): 'told' | 'absorbed' | 'stray' | 'stray-2xx' {
    const heard = this.layer.response(message, this.now, this.out);
    return typeof heard === 'string' ? heard : 'told';
  }

  /** Time goes by, to each deadline on the way to the millisecond. */
  pass(milliseconds: number): void {
    const until = this.now + milliseconds;
    for (;;) {
      const { deadline } = this.layer;
      if (deadline === undefined || deadline > until) break;
      this.now = Math.max(this.now, deadline);
      this.note(this.layer.elapse(this.now, this.out));
    }
    this.now = until;
  }

  note(lapses: readonly Lapse<string, string>[]): void {
    for (const lapse of lapses) {
      this.lapses.push(`${this.now} ${lapse.type === 'client' ? lapse.status : lapse.why}`);
    }
  }
}
