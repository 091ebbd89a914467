/** Cuts a stream into messages by their Content-Length (RFC 3261, 18.3). */
import { RemoteProtocolError } from '@usher/core';

import { DEFAULT_LIMITS, type SipLimits } from '../syntax/limits.js';
import { violation } from '../syntax/violation.js';
import { contentLength } from './content-length.js';

/** What a stream brought. */
export type Framed =
  | { readonly type: 'message'; readonly bytes: Uint8Array }
  /** The peer asks whether we are there: answer PONG (RFC 5626, 3.5.1). */
  | { readonly type: 'ping' }
  /**
   * Where the next message begins can no longer be told: answer `error.status`, then close. `head` is the header block as far
   * as it came, without the body: `parseMessage` finds in it what an answer needs.
   */
  | { readonly type: 'fault'; readonly error: RemoteProtocolError; readonly head: Uint8Array };

const CR = 13;
const LF = 10;
const NOTHING = new Uint8Array(0);
/** The least room that an unfinished message gets. */
const ROOM = 1_024;

/** The framer of one connection. It looks at each octet once, and keeps of a message what its limits allow. */
export class Framer {
  readonly #limits: SipLimits;
  /** The octets of an unfinished message that came with earlier pieces, `#length` of them. */
  #pending = NOTHING;
  #length = 0;
  /** How much of CR LF CR LF has just gone by. */
  #matched = 0;
  /** How long the message is in all, once its head is there. */
  #total: number | undefined;
  #begun: number | undefined;
  #lost = false;

  constructor(limits: SipLimits = DEFAULT_LIMITS) {
    this.#limits = limits;
  }

  /** When the first octet of a message came that is not complete yet: who lets it stand for long is to be cut off. */
  get begun(): number | undefined {
    return this.#begun;
  }

  /** The header block of the message that is not complete yet, as far as its lines are. */
  get unfinished(): Uint8Array {
    const kept = this.#pending.subarray(0, Math.min(this.#length, this.#limits.headerBlock));
    const end = endOfHead(kept, 0);
    return end === undefined ? wholeLines(kept) : new Uint8Array(kept.subarray(0, end));
  }

  /** The next piece of the stream. After a fault nothing comes any more. */
  receive(piece: Uint8Array, now: number): Framed[] {
    const framed: Framed[] = [];
    let at = 0;
    while (at < piece.length && !this.#lost) {
      if (this.#begun === undefined) {
        at = this.#skip(piece, at, framed);
        if (at === piece.length) break;
        this.#begun = now;
      }
      at = this.#take(piece, at, framed);
    }
    return framed;
  }

  /** Passes over the line ends between messages (RFC 3261, 7.5). Two in a row are a ping, a single one is a pong. */
  #skip(piece: Uint8Array, from: number, framed: Framed[]): number {
    let at = from;
    for (; at < piece.length; at += 1) {
      const octet = piece[at];
      if (octet !== CR && octet !== LF) break;
      this.#match(octet);
      if (this.#matched < 4) continue;
      this.#matched = 0;
      // One answer to a piece will do: a flood of pings is not to make a flood of ours.
      if (framed.at(-1)?.type !== 'ping') framed.push({ type: 'ping' });
    }
    return at;
  }

  /** Takes what belongs to the present message, and returns where in the piece that ends. */
  #take(piece: Uint8Array, from: number, framed: Framed[]): number {
    let start = from;
    if (this.#total === undefined) {
      const end = this.#endOfHead(piece, from);
      if (this.#length + (end ?? piece.length) - from > this.#limits.headerBlock) {
        const error = violation('head-too-large', 'the head is too large', undefined, 513);
        return this.#lose(piece, from, error, framed);
      }
      if (end === undefined) return this.#keep(piece, from, piece.length);
      if (this.#length > 0) start = this.#keep(piece, from, end);
      const head =
        this.#length > 0 ? this.#pending.subarray(0, this.#length) : piece.subarray(from, end);
      const length = contentLength(head);
      if (length instanceof RemoteProtocolError)
        return this.#lose(piece, end, length, framed, head);
      if (length > this.#limits.body) {
        const most = `a body has at most ${this.#limits.body} octets`;
        return this.#lose(
          piece,
          end,
          violation('body-too-large', most, String(length), 413),
          framed,
          head,
        );
      }
      this.#total = head.length + length;
    }
    const end = start + this.#total - this.#length;
    if (end > piece.length) return this.#keep(piece, start, piece.length);
    if (this.#length === 0) {
      framed.push({ type: 'message', bytes: cut(piece, start, end) });
    } else {
      this.#keep(piece, start, end);
      framed.push({ type: 'message', bytes: this.#pending.subarray(0, this.#length) });
    }
    this.#forget();
    return end;
  }

  /** Where in the piece the head ends, behind its empty line. */
  #endOfHead(piece: Uint8Array, from: number): number | undefined {
    let at = from;
    // What the last piece ended with may be the beginning of the end.
    while (this.#matched > 0 && at < piece.length) {
      this.#match(piece[at]);
      at += 1;
      if (this.#matched === 4) return at;
    }
    const end = endOfHead(piece, at);
    if (end !== undefined) return end;
    for (at = Math.max(at, piece.length - 3); at < piece.length; at += 1) this.#match(piece[at]);
    return undefined;
  }

  #match(octet: number | undefined): void {
    if (octet === CR) this.#matched = this.#matched === 2 ? 3 : 1;
    else if (octet === LF && (this.#matched === 1 || this.#matched === 3)) this.#matched += 1;
    else this.#matched = 0;
  }

  /** Keeps a part of the piece for later; the room doubles, so that each octet is moved once on average. */
  #keep(piece: Uint8Array, from: number, to: number): number {
    const length = this.#length + to - from;
    if (length > this.#pending.length) {
      const most = this.#total ?? this.#limits.headerBlock;
      const room = new Uint8Array(Math.max(length, Math.min(2 * this.#pending.length, most), ROOM));
      room.set(this.#pending.subarray(0, this.#length));
      this.#pending = room;
    }
    this.#pending.set(piece.subarray(from, to), this.#length);
    this.#length = length;
    return to;
  }

  #lose(
    piece: Uint8Array,
    from: number,
    error: RemoteProtocolError,
    framed: Framed[],
    head = this.#headSoFar(piece, from),
  ): number {
    framed.push({ type: 'fault', error, head: new Uint8Array(head) });
    this.#forget();
    this.#lost = true;
    return piece.length;
  }

  /** The whole lines of a head that is too large, as a head of its own within the limit. */
  #headSoFar(piece: Uint8Array, from: number): Uint8Array {
    const { headerBlock } = this.#limits;
    if (this.#length < headerBlock) {
      this.#keep(piece, from, Math.min(piece.length, from + headerBlock - this.#length));
    }
    return wholeLines(this.#pending.subarray(0, Math.min(this.#length, headerBlock)));
  }

  #forget(): void {
    this.#pending = NOTHING;
    this.#length = 0;
    this.#matched = 0;
    this.#total = undefined;
    this.#begun = undefined;
  }
}

/** The whole lines of these octets, as a head of its own that is no longer than they are. */
function wholeLines(octets: Uint8Array): Uint8Array {
  const end = octets.lastIndexOf(LF, octets.length - 3);
  const head = new Uint8Array(end + 3);
  head.set(octets.subarray(0, end + 1));
  head.set([CR, LF], end + 1);
  return head;
}

/** Behind the first CR LF CR LF, looked for by its last octet: where that is neither CR nor LF, the next three cannot be it. */
function endOfHead(piece: Uint8Array, from: number): number | undefined {
  let at = from + 3;
  while (at < piece.length) {
    const octet = piece[at];
    if (octet === CR) at += 1;
    else if (octet !== LF) at += 4;
    else if (piece[at - 1] === CR && piece[at - 2] === LF && piece[at - 3] === CR) return at + 1;
    else at += 2;
  }
  return undefined;
}

/** A part of a piece: itself where that is most of the memory behind it, else a copy that does not keep all of it alive. */
function cut(piece: Uint8Array, from: number, to: number): Uint8Array {
  const part = piece.subarray(from, to);
  return part.length * 2 > piece.buffer.byteLength ? part : new Uint8Array(part);
}
