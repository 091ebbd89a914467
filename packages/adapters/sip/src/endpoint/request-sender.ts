/** Sends requests of ours, from one hop to the next, and brings home what becomes of them (RFC 3261, 8.1.2; RFC 3263, 4.3). */
import { LocalProtocolError } from '@usher/core';
import type { Chance, Flow } from '@usher/core/adapter';

import type { DigestClient } from '../authentication/digest-client.js';
import { OutgoingRequest, type Outcome } from '../dialog/outgoing-request.js';
import type { SipResponse } from '../syntax/message.js';
import { type Field, printRequest } from '../syntax/printer.js';
import { reasonPhrase } from '../syntax/reason-phrases.js';
import { parseUri, type SipUri } from '../syntax/uri.js';
import type { ClientTransaction } from '../transaction/client-transaction.js';
import { type Hop, locateNumeric } from '../transport/locate.js';
import type { EndpointEvent } from './endpoint-event.js';
import { Proving } from './proving.js';

/** What a sender needs of the endpoint around it. */
export interface Sending {
  readonly chance: Chance;
  /** The transports by which we can send. */
  readonly transports: readonly string[];
  sentBy(flow: Flow): string;
  alive(flow: Flow): boolean;
  /** Sends bytes without a transaction. */
  transmit(bytes: Uint8Array, flow: Flow): void;
  /** Sends a request in a transaction of its own. */
  begin(
    request: OutgoingRequest,
    branch: string,
    bytes: Uint8Array,
    flow: Flow,
  ): ClientTransaction<OutgoingRequest>;
  /** A host's name has to be looked up. */
  locate(request: OutgoingRequest, uri: SipUri): void;
  tell(event: Extract<EndpointEvent, { readonly type: 'violated' }>): void;
}

/** What CANCEL copies of its request besides the Via (RFC 3261, 9.1). */
const COPIED = new Set(['Max-Forwards', 'From', 'To', 'Call-ID', 'Route']);

/** Sends requests of ours. */
export class RequestSender {
  readonly #sending: Sending;
  readonly #proving: Proving | undefined;

  /** @param credentials undefined where we have nothing to prove ourselves by. */
  constructor(sending: Sending, credentials?: DigestClient) {
    this.#sending = sending;
    this.#proving = credentials && new Proving(credentials, (event) => sending.tell(event));
  }

  /** Sends a request: this way, or without one where its hop is found. */
  send(request: OutgoingRequest, way: Flow | undefined): void {
    this.#proving?.begin(request);
    if (way !== undefined) {
      this.located(request, [way]);
      return;
    }
    const uri = parseUri(request.hop);
    if (uri === undefined) {
      this.located(request, []);
      return;
    }
    const host = uri.params.get('maddr') ?? uri.host;
    const { scheme, port } = uri;
    const transport = uri.params.get('transport')?.toLowerCase();
    const hop = locateNumeric({ scheme, host, port, transport }, this.#sending.transports);
    if (hop !== undefined) this.located(request, [flowTo(hop)]);
    else if (isNumeric(host)) this.located(request, []);
    else this.#sending.locate(request, uri);
  }

  /** These are the ways to the hop of this request, the best first. */
  located(request: OutgoingRequest, hops: readonly Flow[]): void {
    if (request.concluded) return;
    request.hops = [...hops];
    const { fallback } = request;
    if (hops.length === 0 && fallback !== undefined && this.#sending.alive(fallback)) {
      request.hops.push(fallback);
    }
    if (!this.#next(request)) this.#conclude(request, { status: 503, text: 'No Way To The Peer' });
  }

  /** A response to a request of ours; retransmissions have been taken out, but for a 2xx to INVITE. */
  receive(request: OutgoingRequest, response: SipResponse, from: Flow): void {
    const { status, reason } = response;
    if (status < 200) {
      if (!request.concluded) request.progress?.(response);
      return;
    }
    if (this.#proving?.answers(request, response, from) === true && this.#again(request)) return;
    // RFC 3263, 4.3: 503 says to ask somebody else.
    if (status === 503 && this.#next(request)) return;
    const again = request.concluded && !(request.method === 'INVITE' && status < 300);
    if (again) return;
    const text = reason === '' ? reasonPhrase(status) : reason;
    this.#conclude(request, { status, text, response, from });
  }

  /** A request of ours came to nothing this way: no answer in time (408), or it could not be sent (503). */
  fail(request: OutgoingRequest, status: 408 | 503): void {
    if (request.concluded || this.#next(request)) return;
    this.#conclude(request, { status, text: status === 408 ? 'No Answer' : 'No Way To The Peer' });
  }

  /** Sends the CANCEL of an INVITE (RFC 3261, 9.1). */
  cancel(request: OutgoingRequest): void {
    const { flow, transaction, uri, hop } = request;
    if (flow === undefined || transaction === undefined) return;
    const fields: Field[] = [this.#via(flow, transaction.branch)];
    for (const field of request.fields) {
      if (field[0] === 'CSeq') fields.push(['CSeq', field[1].replace(' INVITE', ' CANCEL')]);
      else if (COPIED.has(field[0])) fields.push(field);
    }
    const cancel = new OutgoingRequest({ method: 'CANCEL', uri, hop, fields }, () => {});
    const bytes = printRequest('CANCEL', uri, fields);
    cancel.transaction = this.#sending.begin(cancel, transaction.branch, bytes, flow);
  }

  /** Sends it the way that it went, and from there on as before. */
  #again(request: OutgoingRequest): boolean {
    if (request.flow !== undefined) request.hops.unshift(request.flow);
    return this.#next(request);
  }

  /** Sends it the next way that is left; false where none is. */
  #next(request: OutgoingRequest): boolean {
    for (let flow = request.hops.shift(); flow !== undefined; flow = request.hops.shift()) {
      const branch = `z9hG4bK${this.#sending.chance.token()}`;
      const fields = [this.#via(flow, branch), ...request.fields];
      if (request.exchange !== undefined) fields.push(...request.exchange.fields());
      if (request.contact !== undefined) fields.push(['Contact', request.contact(flow)]);
      const bytes = this.#print(request, fields);
      if (bytes === undefined) return true;
      if (flow.transport === 'udp' && bytes.length > request.limit) {
        if (request.hops.length > 0) continue;
        this.#conclude(request, { status: 413, text: 'Too Large For A Datagram' });
        return true;
      }
      request.flow = flow;
      if (request.method === 'ACK') this.#sending.transmit(bytes, flow);
      else request.transaction = this.#sending.begin(request, branch, bytes, flow);
      return true;
    }
    return false;
  }

  /** Its bytes; where it has what no message may have, that is its outcome. */
  #print(request: OutgoingRequest, fields: readonly Field[]): Uint8Array | undefined {
    try {
      return printRequest(request.method, request.uri, fields, request.body);
    } catch (error) {
      if (!(error instanceof LocalProtocolError)) throw error;
      this.#conclude(request, { status: 400, text: error.message });
      return undefined;
    }
  }

  #conclude(request: OutgoingRequest, outcome: Outcome): void {
    request.concluded = true;
    request.hops = [];
    request.conclude(outcome, request);
  }

  #via(flow: Flow, branch: string): Field {
    // RFC 3581, 3: ask for the answer to come back where this came from.
    const sentBy = this.#sending.sentBy(flow);
    return ['Via', `SIP/2.0/${flow.transport.toUpperCase()} ${sentBy};branch=${branch};rport`];
  }
}

/** A flow that is yet to be opened. */
export function flowTo({ transport, address, port }: Hop): Flow {
  return { transport, remote: { address, port } };
}

function isNumeric(host: string): boolean {
  return host.startsWith('[') || /^[\d.]+$/.test(host);
}
