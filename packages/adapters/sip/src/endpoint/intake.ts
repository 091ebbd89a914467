/** Takes bytes in: cuts streams into messages, answers what is malformed, and hands on the rest. */
import { RemoteProtocolError } from '@usher/core';
import type { Flow } from '@usher/core/adapter';

import type { InviteUsage } from '../dialog/invite-usage.js';
import type { OutgoingRequest } from '../dialog/outgoing-request.js';
import { DEFAULT_LIMITS, type SipLimits } from '../syntax/limits.js';
import { Malformed } from '../syntax/malformed.js';
import type { SipResponse } from '../syntax/message.js';
import { type Framing, parseMessage } from '../syntax/parser.js';
import type { Lapse } from '../transaction/lapse.js';
import { keepAlive, PONG } from '../transport/keep-alive.js';
import { printMalformedAnswer } from './answering.js';
import type { Connection } from './connections.js';
import type { EndpointCore } from './endpoint-core.js';
import type { Reception } from './reception.js';

/** Whoever lets a message stand unfinished for so long is cut off. */
const STALLED = 30_000;

/** Takes bytes in. */
export class Intake {
  readonly #core: EndpointCore;
  readonly #reception: Reception;
  readonly #limits: SipLimits;

  constructor(core: EndpointCore, reception: Reception, limits: SipLimits = DEFAULT_LIMITS) {
    this.#core = core;
    this.#reception = reception;
    this.#limits = limits;
  }

  /** A datagram, a WebSocket message, or the next piece of a stream. */
  receive(bytes: Uint8Array, from: Flow): void {
    const connection = this.#core.connections.of(from);
    if (connection?.framer !== undefined) {
      this.#receivePiece(bytes, connection.framer, connection, from);
      return;
    }
    const sign = keepAlive(bytes);
    if (sign === undefined) this.#admit(bytes, from, 'datagram');
    else if (sign === 'ping' && connection !== undefined) this.#core.transmit(PONG, from);
  }

  /** A turn of the event loop, for those who had to wait. */
  turn(): void {
    const { overload, now } = this.#core;
    if (overload === undefined) return;
    const { refusals, work } = overload.take(now);
    for (const { bytes, to } of refusals) this.#core.transmit(bytes, to);
    for (const { bytes, flow } of work) this.#read(bytes, flow, framingOf(flow));
  }

  /** Transactions came to nothing: their users are told. */
  lapse(lapses: readonly Lapse<InviteUsage, OutgoingRequest>[]): void {
    for (const lapse of lapses) {
      if (lapse.type === 'client') {
        const { user } = lapse.transaction;
        if (user !== undefined) this.#core.sender.fail(user, lapse.status);
      } else if (lapse.why === 'unanswered') {
        this.#core.tell({ type: 'lapsed', transaction: lapse.transaction });
      }
    }
  }

  #receivePiece(
    bytes: Uint8Array,
    framer: NonNullable<Connection<InviteUsage>['framer']>,
    connection: Connection<InviteUsage>,
    from: Flow,
  ): void {
    for (const framed of framer.receive(bytes, this.#core.now)) {
      if (framed.type === 'message') {
        this.#admit(framed.bytes, from, 'stream');
      } else if (framed.type === 'ping') {
        this.#core.transmit(PONG, from);
      } else {
        this.#lose(framed.head, framed.error, from);
      }
    }
    if (framer.begun !== undefined && !connection.watched) this.#watch(connection);
  }

  /** RFC 3261, 18.3: where the next message begins can no longer be told; it is answered, and the connection closed. */
  #lose(head: Uint8Array, error: RemoteProtocolError, from: Flow): void {
    const { echo, isRequest, method } = echoOf(head, this.#limits, error);
    this.#refuse(new Malformed(error, isRequest, method, echo), from, Infinity);
    this.#core.tell({ type: 'unframed', flow: from });
  }

  #watch(connection: Connection<InviteUsage>): void {
    connection.watched = true;
    this.#core.start(STALLED, () => {
      connection.watched = false;
      const { flow, framer } = connection;
      const begun = framer?.begun;
      if (framer === undefined || begun === undefined || !this.#core.alive(flow)) return;
      if (this.#core.now - begun < STALLED) {
        this.#watch(connection);
        return;
      }
      const message = `a message stood unfinished for ${STALLED / 1_000} seconds`;
      this.#lose(framer.unfinished, new RemoteProtocolError('stalled', message, 400), flow);
    });
  }

  /** A whole message is dealt with now or later, or refused: a stream's, too, as to read it no further would stop talk as well. */
  #admit(bytes: Uint8Array, from: Flow, framing: Framing): void {
    const verdict = this.#core.overload?.put(bytes, from, this.#core.now) ?? 'pass';
    if (verdict === 'pass') this.#read(bytes, from, framing);
    else if (typeof verdict === 'object') this.#core.transmit(verdict.bytes, verdict.to);
  }

  #read(bytes: Uint8Array, from: Flow, framing: Framing): void {
    const message = parseMessage(bytes, this.#limits, framing);
    if (message.type === 'request') this.#reception.receive(message, bytes.length, from);
    else if (message.type === 'response') this.#receiveResponse(message, from);
    else this.#refuse(message, from, bytes.length);
  }

  #receiveResponse(response: SipResponse, from: Flow): void {
    const { transactions, now, out, sender } = this.#core;
    const found = transactions.response(response, now, out);
    if (found === 'absorbed') return;
    if (typeof found === 'object') {
      // RFC 3261, 18.1.2: by its branch a response is matched, wherever it comes from; and who knows that got our request.
      const { status, cseq } = response;
      const takesUsIn = status >= 200 && status < 300 && cseq.method === 'INVITE';
      const isThere = found.flow.remote.address === from.remote.address;
      if (isThere && (takesUsIn || found.credit !== undefined)) this.#core.prove(from);
      if (found.user !== undefined) sender.receive(found.user, response, from);
      found.release();
      return;
    }
    const message = `a response ${response.status} to nothing of ours`;
    this.#core.tell({ type: 'violated', code: 'stray-response', message, flow: from });
  }

  /**
   * One answer without state, to where it came from, and never to what may be an answer itself. By datagram it is no larger
   * than what it answers: whoever feigns his address gains nothing by us.
   */
  #refuse(malformed: Malformed, flow: Flow, octets: number): void {
    const { code, message, status } = malformed.error;
    const most = flow.transport === 'udp' ? octets : Infinity;
    const answer = malformed.answerable
      ? printMalformedAnswer(malformed, flow, most, this.#core.chance)
      : undefined;
    const answered = answer !== undefined;
    if (answered) this.#core.transmit(answer, flow);
    this.#core.tell({ type: 'violated', code, message, flow, ...(answered && { status }) });
  }
}

/** How the messages of a flow are told apart. */
function framingOf({ transport }: Flow): Framing {
  return transport === 'tcp' || transport === 'tls' ? 'stream' : 'datagram';
}

/** What an answer needs of a head whose message cannot be had. */
function echoOf(
  head: Uint8Array,
  limits: SipLimits,
  error: RemoteProtocolError,
): Pick<Malformed, 'echo' | 'isRequest' | 'method'> {
  const read = parseMessage(head, limits, 'stream');
  if (read.type === 'malformed') return read;
  if (read.type === 'response') return new Malformed(error, false, undefined, { via: [] });
  const { method, from, to, callId, cseq } = read;
  return {
    isRequest: true,
    method,
    echo: {
      via: read.all('Via'),
      from: from.raw,
      to: to.raw,
      callId,
      cseq: `${cseq.number} ${cseq.method}`,
    },
  };
}
