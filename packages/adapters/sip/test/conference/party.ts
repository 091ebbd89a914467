/** One who speaks SIP by hand on a wire that loses things: what is asked is asked again, and what was answered is answered again. */
import type { Cancel, Clock, Flow, Network } from '@usher/core/adapter';
import type { SimulatedWire } from '@usher/core/testing';

import { DEFAULT_LIMITS } from '../../src/index.js';
import type { SipRequest, SipResponse } from '../../src/syntax/message.js';
import { parseMessage } from '../../src/syntax/parser.js';
import { wire as message } from '../endpoint/bench.js';

/** What a party answers. */
export interface Said {
  readonly status: number;
  readonly text?: string;
  readonly fields?: readonly string[];
  readonly body?: string;
}

/** One dialog as a party keeps it. */
export interface Line {
  readonly callId: string;
  readonly local: string;
  readonly remote: string;
  readonly target: string;
  readonly flow: Flow;
  sequence: number;
  over: boolean;
}

const T1 = 500;
const GIVE_UP = 32_000;
const encoder = new TextEncoder();
let count = 0;

/** One who speaks SIP. */
export class Party {
  readonly network: Network;
  /** How each request is answered, by its method; silence where there is no answer. 200 for whatever is not named. */
  readonly answers = new Map<string, (request: SipRequest, line: Line) => Said | undefined>();
  /** The last final answer to an invitation of ours. */
  accepted: SipResponse | undefined;
  /** Told of each acceptance of ours that was confirmed. */
  confirmed: (line: Line) => void = () => {};
  /** Every request that was heard, each once. */
  readonly heard: SipRequest[] = [];
  /** The dialogs in which something goes on. */
  readonly lines = new Map<string, Line>();
  readonly #clock: Clock;
  readonly #answered = new Map<string, Uint8Array | undefined>();
  readonly #waiting = new Map<string, (response: SipResponse) => void>();
  readonly #ringing = new Map<string, () => void>();
  readonly #acks = new Map<string, () => void>();
  /** Who invites. */
  who = 'alice';
  domain = 'example.com';
  /** Whether it confirms nothing. */
  silent = false;
  /** Header fields of every invitation. */
  more: readonly string[] = [];
  /** Takes back the invitation that awaits its answer. */
  cancel: () => void = () => {};
  readonly #unconfirmed = new Map<string, Cancel>();

  constructor(
    wire: Pick<SimulatedWire, 'network'>,
    clock: Clock,
    readonly address: string,
  ) {
    this.#clock = clock;
    this.network = wire.network([{ transport: 'udp', address, port: 5060 }]);
  }

  async open(): Promise<void> {
    const receive = (bytes: Uint8Array, from: Flow): void => this.#hear(bytes, from);
    await this.network.open({ receive, closed: () => {}, failed: () => {} });
  }

  /** The methods of what was heard, in order. */
  get methods(): string[] {
    return this.heard.map(({ method }) => method);
  }

  /** What was said to it by MESSAGE. */
  get texts(): string[] {
    const said = this.heard.filter(({ method }) => method === 'MESSAGE');
    return said.map(({ body }) => new TextDecoder().decode(body));
  }

  /** How many dialogs are not over. */
  get unended(): number {
    return [...this.lines.values()].filter(({ over }) => !over).length;
  }

  /** Asks within a dialog; the final answer's status, 408 where none comes. */
  ask(line: Line, method: string, fields: readonly string[] = [], body = ''): Promise<number> {
    line.sequence += 1;
    const lines = [
      `From: ${line.local}`,
      `To: ${line.remote}`,
      `Call-ID: ${line.callId}`,
      `CSeq: ${line.sequence} ${method}`,
      ...fields,
    ];
    if (method === 'BYE') line.over = true;
    return this.#send(method, line.target, lines, body, line.flow).then((response) => {
      return response?.status ?? 408;
    });
  }

  /** Invites; the line where that is accepted, which is then confirmed. */
  async invite(
    uri: string,
    to: Flow,
    fields: readonly string[],
    body: string,
  ): Promise<Line | number> {
    count += 1;
    const callId = `call-${count}@${this.address}`;
    const local = `<sip:${this.who}@${this.domain}>;tag=a${count}`;
    const common = [`From: ${local}`, `Call-ID: ${callId}`];
    const lines = [
      ...common,
      `To: <${uri}>`,
      'CSeq: 1 INVITE',
      `Contact: <sip:alice@${this.address}:5060>`,
      ...this.more,
      ...fields,
    ];
    const response = await this.#send('INVITE', uri, lines, body, to);
    if (response === undefined) return 408;
    this.accepted = response;
    if (response.status >= 300) return response.status;
    const target = response.contacts[0]?.uri ?? uri;
    const remote = response.to.raw;
    const line: Line = { callId, local, remote, target, flow: to, sequence: 1, over: false };
    this.lines.set(callId, line);
    if (this.silent) return line;
    this.#acks.set(callId, () =>
      this.#put(`ACK ${target} SIP/2.0`, [...common, `To: ${remote}`, 'CSeq: 1 ACK'], '', to),
    );
    this.#acks.get(callId)?.();
    return line;
  }

  #hear(bytes: Uint8Array, from: Flow): void {
    const heard = parseMessage(bytes, DEFAULT_LIMITS, 'datagram');
    if (heard.type === 'malformed') throw new Error(`malformed: ${heard.error.message}`);
    if (heard.type === 'request') this.#take(heard, from);
    else {
      const again = heard.cseq.method === 'INVITE' && heard.status >= 200 && heard.status < 300;
      if (again) this.#acks.get(heard.callId)?.();
      if (heard.status >= 200)
        this.#waiting.get(`${branchOf(heard)} ${heard.cseq.method}`)?.(heard);
    }
  }

  #take(request: SipRequest, from: Flow): void {
    const { method, callId } = request;
    if (method === 'ACK') {
      const line = this.lines.get(callId);
      const stop = this.#unconfirmed.get(callId);
      this.#unconfirmed.delete(callId);
      stop?.();
      if (stop !== undefined && line !== undefined) this.confirmed(line);
      return;
    }
    const key = `${branchOf(request)} ${method}`;
    if (this.#answered.has(key)) {
      const said = this.#answered.get(key);
      if (said !== undefined) this.network.transmit(said, from);
      return;
    }
    this.#answered.set(key, undefined);
    const isOver = this.lines.get(callId)?.over === true && method !== 'BYE';
    if (!isOver) this.heard.push(request);
    count += 1;
    const tag = request.toTag === undefined ? `;tag=p${count}` : '';
    const to = `${request.to.raw}${tag}`;
    const known = this.lines.get(callId);
    const line: Line = known ?? {
      callId,
      local: to,
      remote: request.from.raw,
      target: request.contacts[0]?.uri ?? '',
      flow: from,
      sequence: 100,
      over: false,
    };
    if (method === 'BYE') line.over = true;
    const fate = this.answers.get(method);
    const said = isOver
      ? { status: 481 }
      : fate === undefined
        ? { status: 200 }
        : fate(request, line);
    if (said === undefined) return;
    this.#answer(request, said, line, to, from);
  }

  #answer(request: SipRequest, said: Said, line: Line, to: string, from: Flow): void {
    const { method, callId } = request;
    const lines = [
      ...request.all('Via').map((via) => `Via: ${via}`),
      `From: ${request.from.raw}`,
      `To: ${to}`,
      `Call-ID: ${callId}`,
      `CSeq: ${request.cseq.number} ${method}`,
      `Contact: <sip:${this.address}:5060>`,
      ...(said.fields ?? []),
    ];
    const text = message([`SIP/2.0 ${said.status} ${said.text ?? 'X'}`, ...lines], said.body);
    const answer = encoder.encode(text);
    this.#answered.set(`${branchOf(request)} ${method}`, answer);
    this.network.transmit(answer, from);
    if (method === 'CANCEL') this.#ringing.get(branchOf(request))?.();
    if (method !== 'INVITE') return;
    if (said.status < 200) {
      const taken = { status: 487 };
      this.#ringing.set(branchOf(request), () => this.#answer(request, taken, line, to, from));
      return;
    }
    if (said.status < 300) this.lines.set(callId, line);
    const stop = this.#repeat(() => this.network.transmit(answer, from));
    this.#unconfirmed.set(callId, stop);
  }

  #send(
    method: string,
    uri: string,
    lines: readonly string[],
    body: string,
    to: Flow,
  ): Promise<SipResponse | undefined> {
    const branch = `z9hG4bKp${(count += 1)}`;
    const via = `Via: SIP/2.0/UDP ${this.address}:5060;branch=${branch};rport`;
    const text = message([`${method} ${uri} SIP/2.0`, via, 'Max-Forwards: 70', ...lines], body);
    const bytes = encoder.encode(text);
    if (method === 'INVITE') {
      const same = lines.filter((line) => /^(?:From|To|Call-ID):/.test(line));
      const cancel = message([
        `CANCEL ${uri} SIP/2.0`,
        via,
        'Max-Forwards: 70',
        ...same,
        'CSeq: 1 CANCEL',
      ]);
      this.cancel = () => this.network.transmit(encoder.encode(cancel), to);
    }
    const key = `${branch} ${method}`;
    return new Promise((resolve) => {
      const stop = this.#repeat(
        () => this.network.transmit(bytes, to),
        () => {
          this.#waiting.delete(key);
          resolve(undefined);
        },
      );
      this.#waiting.set(key, (response) => {
        stop();
        this.#waiting.delete(key);
        if (method === 'INVITE' && response.status >= 300) {
          const ack = lines.map((line) =>
            line.startsWith('To:') ? `To: ${response.to.raw}` : line.replace(' INVITE', ' ACK'),
          );
          const said = message([`ACK ${uri} SIP/2.0`, via, ...ack]);
          this.network.transmit(encoder.encode(said), to);
        }
        resolve(response);
      });
      this.network.transmit(bytes, to);
    });
  }

  #put(start: string, lines: readonly string[], body: string, to: Flow): void {
    const via = `Via: SIP/2.0/UDP ${this.address}:5060;branch=z9hG4bKp${(count += 1)};rport`;
    this.network.transmit(encoder.encode(message([start, via, ...lines], body)), to);
  }

  /** Does it again and again, less and less often, for as long as SIP does. */
  #repeat(what: () => void, lapsed: () => void = () => {}): Cancel {
    const until = this.#clock.now() + GIVE_UP;
    let cancel: Cancel = () => {};
    const next = (pause: number): void => {
      cancel = this.#clock.at(this.#clock.now() + pause, () => {
        if (this.#clock.now() >= until) return lapsed();
        what();
        return next(Math.min(2 * pause, 4_000));
      });
    };
    next(T1);
    return () => cancel();
  }
}

function branchOf(one: SipRequest | SipResponse): string {
  return one.via.params.get('branch') ?? '';
}
