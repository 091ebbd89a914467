/**
 * SIP messages as the simulation reads them: by its own eyes, since whoever judges the SIP edge cannot borrow its parser.
 * Well-formed ones only; anything else reads as nothing.
 */
import { isUtf8 } from 'node:buffer';

/** What the rules look at in one message. */
export interface SipText {
  /** Undefined in a response. */
  readonly method: string | undefined;
  /** Undefined in a request. */
  readonly status: number | undefined;
  /** The start line. */
  readonly start: string;
  /** The topmost Via. */
  readonly via: string;
  readonly branch: string;
  readonly callId: string;
  readonly from: string;
  readonly fromTag: string;
  readonly to: string;
  readonly toTag: string;
  readonly sequence: number;
  /** The method in CSeq: of a response, what it answers. */
  readonly of: string;
  /** Octet by octet, as Latin-1. */
  readonly body: string;
  /** Every value of a header field, by its whole name in lower case. */
  all(name: string): readonly string[];
  get(name: string): string | undefined;
}

const COMPACT = new Map([
  ['v', 'via'],
  ['f', 'from'],
  ['t', 'to'],
  ['i', 'call-id'],
  ['m', 'contact'],
  ['c', 'content-type'],
  ['l', 'content-length'],
  ['s', 'subject'],
]);

const BRANCH = /;\s*branch=([^;,\s]*)/;
const TAG = /;\s*tag=([^;,\s]*)/;

const NOT_ASCII = /[\x80-\xff]/;

const NONE: readonly string[] = [];

/** Reads one whole message; undefined where it is none. */
export function readSip(bytes: Uint8Array): SipText | undefined {
  const text = latin1(bytes);
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = text.slice(0, end);
  if (NOT_ASCII.test(head) && !isUtf8(bytes.subarray(0, end))) return undefined;
  const [start = '', ...lines] = head.split('\r\n');
  const request = /^([A-Z]{3,12}) sips?:[!-~]+ SIP\/2\.0$/.exec(start);
  const response = /^SIP\/2\.0 ([1-6]\d\d) /.exec(start);
  if (request === null && response === null) return undefined;
  const fields = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) return undefined;
    const written = line.slice(0, colon).trim().toLowerCase();
    const name = COMPACT.get(written) ?? written;
    const values = fields.get(name);
    const value = line.slice(colon + 1).trim();
    if (values === undefined) fields.set(name, [value]);
    else values.push(value);
  }
  const get = (name: string): string | undefined => fields.get(name)?.[0];
  const cseq = /^(\d{1,10}) ([A-Z]{3,12})$/.exec(get('cseq') ?? '');
  const [via, from, to, callId] = [get('via'), get('from'), get('to'), get('call-id')];
  if (cseq === null || !via || !from || !to || !callId) return undefined;
  const length = Number(get('content-length') ?? text.length - end - 4);
  return {
    method: request?.[1],
    status: response === null ? undefined : Number(response[1]),
    start,
    via,
    branch: BRANCH.exec(via)?.[1] ?? '',
    callId,
    from,
    fromTag: tagOf(from),
    to,
    toTag: tagOf(to),
    sequence: Number(cseq[1]),
    of: cseq[2] ?? '',
    body: text.slice(end + 4, end + 4 + length),
    all: (name) => fields.get(name) ?? NONE,
    get,
  };
}

/** Octets as text, one character each. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

/** Header lines and a body as octets; Content-Length is put to them. */
export function writeSip(lines: readonly string[], body = ''): Uint8Array {
  const octets = Buffer.from(body);
  const head = [...lines, `Content-Length: ${octets.length}`, '', ''].join('\r\n');
  return new Uint8Array(Buffer.concat([Buffer.from(head), octets]));
}

/** The answer to a request; outside any dialog with a tag of its own. */
export function answerTo(to: SipText, status: number, text: string): Uint8Array {
  return writeSip([
    `SIP/2.0 ${status} ${text}`,
    ...to.all('via').map((via) => `Via: ${via}`),
    `From: ${to.from}`,
    `To: ${to.to}${to.toTag === '' ? ';tag=answer' : ''}`,
    `Call-ID: ${to.callId}`,
    `CSeq: ${to.sequence} ${to.of}`,
  ]);
}

/** The URI of a name-addr. */
export function uriOf(value: string): string {
  return /<([^>]*)>/.exec(value)?.[1] ?? value.split(';')[0] ?? '';
}

function tagOf(value: string): string {
  return TAG.exec(value.slice(value.indexOf('>') + 1))?.[1] ?? '';
}

/** Cuts a stream into messages by Content-Length; for a peer that is known to frame well. */
export class Pieces {
  #rest = Buffer.alloc(0);

  /** The messages that are whole with this piece. */
  push(piece: Uint8Array): Uint8Array[] {
    const whole: Uint8Array[] = [];
    this.#rest = this.#rest.length === 0 ? Buffer.from(piece) : Buffer.concat([this.#rest, piece]);
    for (;;) {
      const end = this.#rest.indexOf('\r\n\r\n');
      if (end < 0) return whole;
      const head = this.#rest.toString('latin1', 0, end);
      const length = Number(/\r\n(?:content-length|l)\s*:\s*(\d+)/i.exec(head)?.[1] ?? 0);
      const total = end + 4 + length;
      if (this.#rest.length < total) return whole;
      const from = /^(?:\r\n)*/.exec(head)?.[0].length ?? 0;
      whole.push(new Uint8Array(this.#rest.subarray(from, total)));
      this.#rest = this.#rest.subarray(total);
    }
  }
}
