/** Answers of which nothing is kept, for those who are not let in (RFC 3261, 8.2.7). */
import { LocalProtocolError, RemoteProtocolError } from '@usher/core';
import type { Flow } from '@usher/core/adapter';

import type { SipRequest } from '../syntax/message.js';
import { type Field, printShortResponse } from '../syntax/printer.js';
import { answerFlow } from '../transport/answer-flow.js';
import { stampVias } from '../transport/stamp-via.js';
import { printAnswer } from './answering.js';
import type { EndpointCore } from './endpoint-core.js';

/** Characters of a To tag: 35 bits, where RFC 3261, 19.3, wants 32. */
const TAG = 7;

/** What an answer says. */
export interface Said {
  readonly status: number;
  /** The header fields besides those that every answer has, the most important first; with every octet counting, if asked. */
  fields?(short: boolean): readonly Field[];
  /** How many of those it says however short it has to be; 1 unless given. */
  readonly least?: number;
}

/** Answers of which nothing is kept. */
export class StatelessAnswers {
  readonly #core: EndpointCore;
  /** RFC 3261, 8.2.7: the same for each transmission, though none of them is remembered. */
  readonly #tag: string;

  constructor(core: EndpointCore) {
    this.#core = core;
    this.#tag = core.chance.token().slice(0, TAG);
  }

  /**
   * Answers a request.
   * @param octets of the request as it came: by datagram no answer is larger, so that whoever feigns his address gains nothing.
   * @returns why nothing was sent; undefined where it was.
   */
  send(request: SipRequest, said: Said, octets: number, from: Flow): string | undefined {
    try {
      const bytes = this.#print(request, said, from.transport === 'udp' ? octets : Infinity, from);
      if (bytes === undefined) return `${said.status} would be larger than the request`;
      this.#core.transmit(bytes, answerFlow(request.via, from));
      return undefined;
    } catch (error) {
      // What nobody has looked at before, such as a Via below the top, turns out to be nothing that could be said again.
      if (error instanceof LocalProtocolError || error instanceof RemoteProtocolError) {
        return error.code;
      }
      throw error;
    }
  }

  /** The longest form that has at most so many octets. */
  #print(request: SipRequest, said: Said, most: number, from: Flow): Uint8Array | undefined {
    const { status } = said;
    const answer = { status, ...(said.fields && { fields: said.fields(false) }) };
    const long = printAnswer(request, from, answer, this.#tag, this.#core.feedback);
    if (long.length <= most) return long;
    const fields = said.fields?.(true) ?? [];
    const stamped = stampVias(request, from);
    const least = Math.min(said.least ?? 1, fields.length);
    // RFC 8760, 2.3: the first challenge is the preferred one; whoever knows that needs no other.
    for (let count = fields.length; count >= least; count -= 1) {
      const short = this.#short(request, status, undefined, stamped, fields.slice(0, count));
      if (short.length <= most) return short;
    }
    // What it could do without: it hears us where it is, and so knows that.
    const bare = this.#short(request, status, 'No', request.all('Via'), fields.slice(0, least));
    return bare.length <= most ? bare : undefined;
  }

  #short(
    { from, to, toTag, callId, cseq }: SipRequest,
    status: number,
    text: string | undefined,
    vias: readonly string[],
    fields: readonly Field[],
  ): Uint8Array {
    const all: Field[] = [
      ...vias.map((via) => ['v', via] as const),
      ['f', from.raw],
      ['t', toTag === undefined ? `${to.raw};tag=${this.#tag}` : to.raw],
      ['i', callId],
      ['CSeq', `${cseq.number} ${cseq.method}`],
      ...fields,
    ];
    return printShortResponse(status, all, text);
  }
}
