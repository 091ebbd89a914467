/** Somebody with a telephone for real-time text, on the simulated wire: by hand, out of no code of the house. */
import type { Network } from '@usher/core/adapter';
import type { SimulatedWire, VirtualClock } from '@usher/core/testing';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const HOST = '192.0.2.7';
const TEXT_PORT = 4_000;

/** What an offer of real-time text says (RFC 4103, 10.1). */
export const TEXT_LINES = [
  `m=text ${TEXT_PORT} RTP/AVP 98 100`,
  'a=rtpmap:98 t140/1000',
  'a=rtpmap:100 red/1000',
  'a=fmtp:100 98/98/98',
];

/** Somebody with a telephone for real-time text. */
export class Caller {
  /** Requests and responses that came, in their order. */
  readonly came: string[] = [];
  /** What was written to us, without what was said again. */
  written = '';
  #sequence = 7;
  #cseq = 1;
  #to = '';
  /** The last two blocks that we sent. */
  #said: Uint8Array[] = [];

  private constructor(
    readonly clock: VirtualClock,
    readonly signalling: Network,
    readonly text: Network,
  ) {}

  static async at(clock: VirtualClock, wire: SimulatedWire): Promise<Caller> {
    const signalling = wire.network([{ transport: 'udp', address: HOST, port: 5060 }]);
    const text = wire.network([{ transport: 'udp', address: HOST, port: TEXT_PORT }]);
    const caller = new Caller(clock, signalling, text);
    const closed = (): void => {};
    const failed = (): void => {};
    await signalling.open({ receive: (bytes) => caller.#hear(bytes), closed, failed });
    await text.open({ receive: (bytes) => caller.#read(bytes), closed, failed });
    return caller;
  }

  /** The last response's status. */
  get status(): number | undefined {
    const last = this.came.findLast((one) => one.startsWith('SIP/2.0'));
    return last === undefined ? undefined : Number(last.slice(8, 11));
  }

  /** The body of the last response. */
  get answer(): string {
    return this.came.at(-1)?.split('\r\n\r\n')[1] ?? '';
  }

  /** The port that text is to be sent to. */
  get port(): number {
    return Number(/m=text (\d+)/.exec(this.answer)?.[1]);
  }

  async invite(lines: readonly string[] = TEXT_LINES): Promise<void> {
    await this.request('INVITE', describe(lines));
    if (this.status === 200) {
      const ok = this.came.at(-1) ?? '';
      this.#to = /^To: (.*)$/m.exec(ok)?.[1]?.trim() ?? '';
      this.#send('ACK', '', this.#cseq);
      await this.clock.advance(50);
    }
  }

  /** Offers anew within the session. */
  async again(lines: readonly string[]): Promise<void> {
    await this.request('INVITE', describe(lines));
    this.#send('ACK', '', this.#cseq);
    await this.clock.advance(50);
  }

  async request(method: string, body = ''): Promise<void> {
    this.#cseq += 1;
    this.#send(method, body, this.#cseq);
    await this.clock.advance(100);
  }

  /** Writes this, in one packet with what was written last. */
  async write(written: string, port: number): Promise<void> {
    const data = encoder.encode(written);
    const [first = new Uint8Array(), second = new Uint8Array()] = this.#said.slice(-2);
    const heads = [first, second].flatMap(({ length }, index) => [
      0x80 | 98,
      0,
      ((index === 0 ? 40 : 20) << 2) | (length >> 8),
      length & 0xff,
    ]);
    const payload = [...heads, 98, ...first, ...second, ...data];
    this.#sequence += 1;
    this.#said = [second, data];
    const head = [0x80, 100, 0, this.#sequence, 0, 0, 0, 0, 1, 2, 3, 4];
    const remote = { address: '192.0.2.1', port };
    this.text.transmit(Uint8Array.from([...head, ...payload]), { transport: 'udp', remote });
    await this.clock.advance(300);
  }

  #send(method: string, body: string, sequence: number): void {
    const request = [
      `${method} sip:echo@192.0.2.1 SIP/2.0`,
      `Via: SIP/2.0/UDP ${HOST}:5060;branch=z9hG4bK${method}${sequence}`,
      `From: <sip:alice@${HOST}>;tag=alice`,
      `To: ${this.#to === '' ? '<sip:echo@192.0.2.1>' : this.#to}`,
      'Call-ID: by-hand',
      `CSeq: ${sequence} ${method}`,
      `Contact: <sip:alice@${HOST}:5060>`,
      'Max-Forwards: 70',
      ...(body === ''
        ? []
        : [`Content-Type: ${method === 'MESSAGE' ? 'text/plain' : 'application/sdp'}`]),
      `Content-Length: ${encoder.encode(body).length}`,
      '',
      body,
    ].join('\r\n');
    const remote = { address: '192.0.2.1', port: 5060 };
    this.signalling.transmit(encoder.encode(request), { transport: 'udp', remote });
  }

  #hear(bytes: Uint8Array): void {
    const text = decoder.decode(bytes);
    this.came.push(text);
    if (text.startsWith('SIP/2.0')) return;
    // Whatever the house asks for is fine.
    const kept = text.split('\r\n').filter((line) => /^(?:Via|From|To|Call-ID|CSeq):/i.test(line));
    const ok = ['SIP/2.0 200 OK', ...kept, 'Content-Length: 0', '', ''].join('\r\n');
    const remote = { address: '192.0.2.1', port: 5060 };
    this.signalling.transmit(encoder.encode(ok), { transport: 'udp', remote });
  }

  #read(bytes: Uint8Array): void {
    const length = (at: number): number => (((bytes[at + 2] ?? 0) & 3) << 8) | (bytes[at + 3] ?? 0);
    this.written += decoder.decode(bytes.subarray(12 + 9 + length(12) + length(16)));
  }
}

function describe(lines: readonly string[]): string {
  const head = ['v=0', `o=- 1 1 IN IP4 ${HOST}`, 's=-', `c=IN IP4 ${HOST}`, 't=0 0'];
  return [...head, ...lines, ''].join('\r\n');
}
