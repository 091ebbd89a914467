/** Somebody who invites as a script says: sends INVITE and CANCEL, confirms what is answered, and hangs up. */
import type { Flow } from '@usher/core/adapter';

import { OFFER } from '../endpoint/peer.js';
import { type Move, type Script, timed } from './script.js';

/** Moves that are made together, and when. */
interface Task {
  readonly at: number;
  readonly moves: Move[];
}

/** How long a session lasts, in milliseconds. */
const TALK = 400;

const encoder = new TextEncoder();

/** Somebody who invites. */
export class Inviter {
  readonly flow: Flow;
  /** The final answers to the INVITE that were heard, each octet of them; a repetition is the same. */
  readonly finals = new Set<string>();
  /** The statuses by which the CANCEL was answered. */
  readonly cancelled = new Set<string>();
  /** Nobody is there any more. */
  lost = false;
  readonly #script: Script;
  readonly #number: number;
  readonly #send: (bytes: Uint8Array, from: Flow) => void;
  #confirmed = false;

  constructor(script: Script, number: number, send: (bytes: Uint8Array, from: Flow) => void) {
    this.flow = flowOf(script.transport, number);
    this.#script = script;
    this.#number = number;
    this.#send = send;
  }

  /** The tasks before the deadline, and after it, each in their order. */
  plan(): [Task[], Task[]] {
    const plan: [Task[], Task[]] = [[], []];
    let side = plan[0];
    for (const { move, at, joins } of timed(this.#script)) {
      const last = side.at(-1);
      if (move === 'deadline') [, side] = plan;
      else if (joins && last !== undefined) last.moves.push(move);
      else side.push({ at, moves: [move] });
    }
    return plan;
  }

  invite(): void {
    const fields = [
      `Contact: <sip:alice@198.51.100.1:5080;transport=${this.#script.transport}>`,
      `Subject: ${this.#number}`,
      'Content-Type: application/sdp',
    ];
    this.#request('INVITE', 1, { fields, body: OFFER });
  }

  cancel(): void {
    const { elsewhere } = this.#script;
    const fields =
      elsewhere === true ? ['Reason: SIP;cause=200;text="Call completed elsewhere"'] : [];
    this.#request('CANCEL', 1, { fields });
  }

  /** Something has come. */
  hear(text: string, after: (ms: number, then: () => void) => void): void {
    if (!text.startsWith('SIP/2.0 ')) {
      this.#respond(text);
      return;
    }
    const method = /^CSeq: \d+ (\w+)/m.exec(text)?.[1];
    const status = text.slice(8, 11);
    if (method === 'CANCEL') this.cancelled.add(status);
    if (method !== 'INVITE' || status < '200') return;
    this.finals.add(text);
    const { confirms } = this.#script;
    if (confirms === undefined || this.lost) return;
    const tag = /^To:.*;tag=([^;\r]+)/m.exec(text)?.[1] ?? '';
    after(confirms, () => this.#confirm(status, tag, after));
  }

  #confirm(status: string, tag: string, after: (ms: number, then: () => void) => void): void {
    if (this.lost) return;
    this.#request('ACK', 1, { tag, ...(status === '200' && { branch: 'ack' }) });
    if (status !== '200' || this.#confirmed) return;
    this.#confirmed = true;
    after(TALK, () => {
      if (!this.lost) this.#request('BYE', 2, { tag, branch: 'bye' });
    });
  }

  /** A BYE is all that is ever asked of us. */
  #respond(request: string): void {
    if (this.lost) return;
    const copied = request
      .split('\r\n')
      .filter((line) => /^(?:Via|From|To|Call-ID|CSeq):/.test(line));
    this.#put(['SIP/2.0 200 OK', ...copied]);
  }

  #request(
    method: string,
    sequence: number,
    more: {
      readonly tag?: string;
      readonly branch?: string;
      readonly fields?: readonly string[];
      readonly body?: string;
    },
  ): void {
    const { tag, branch = 'invite', fields = [], body } = more;
    const { by, transport, doubled } = this.#script;
    const { remote } = this.flow;
    const lines = [
      `${method} sip:${by}@192.0.2.1 SIP/2.0`,
      `Via: SIP/2.0/${transport.toUpperCase()} ${remote.address}:5080;branch=z9hG4bK${this.#number}${branch};rport`,
      'Max-Forwards: 70',
      'From: <sip:alice@example.com>;tag=alice',
      `To: <sip:${by}@example.com>${tag === undefined ? '' : `;tag=${tag}`}`,
      `Call-ID: ${this.#number}`,
      `CSeq: ${sequence} ${method}`,
      ...fields,
    ];
    this.#put(lines, body);
    if (doubled === true && transport === 'udp') this.#put(lines, body);
  }

  #put(lines: readonly string[], body = ''): void {
    const text = `${lines.join('\r\n')}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    this.#send(encoder.encode(text), this.flow);
  }
}

/** The flow of one inviter: each has an address and, but for datagrams, a connection of its own. */
function flowOf(transport: Script['transport'], number: number): Flow {
  const flow = {
    transport,
    local: { address: '192.0.2.1', port: 5060 },
    remote: { address: `198.51.100.${number % 250}`, port: 5080 },
  };
  return transport === 'udp' ? flow : { ...flow, connection: number };
}
