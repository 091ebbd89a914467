/** Sends text as it would be typed: a few characters at a time, each said again in the packets after it (RFC 4103, 5). */
import type { Instant } from '@usher/core';
import type { Chance } from '@usher/core/adapter';

import { LARGEST_OFFSET, printRedundant } from '../rtp/redundant-payload.js';
import { printRtp } from '../rtp/rtp-packet.js';
import { Pace } from './pace.js';
import type { TextTerms } from './text-terms.js';

/** RFC 4103, 5.1: characters are gathered for so many milliseconds. */
const BUFFERING = 300;
/** Characters of one packet at most: with all that is said again it stays below any MTU. */
const MOST_AT_ONCE = 100;

const utf8 = new TextEncoder();
const NOTHING = new Uint8Array();

/** A text that is on its way, by its reference. */
interface Saying {
  readonly reference: number;
  readonly characters: readonly string[];
  sent: number;
  /** How many packets must still leave until all of it was said again. */
  again: number;
}

/** Sends text as it would be typed. */
export class TextSender {
  #terms: TextTerms;
  #pace: Pace;
  readonly #ssrc: number;
  #sequence: number;
  readonly #timestamp: number;
  readonly #sayings: Saying[] = [];
  /** What went out last, the newest last: as many as are said again. */
  #said: { readonly at: Instant; readonly data: Uint8Array }[] = [];
  /** When the next packet may leave. */
  #ready: Instant = 0;
  /** How many packets without new text are due before there is silence (RFC 4103, 5.2). */
  #owed = 0;
  /** Whether nothing may leave yet. */
  #waits = true;

  constructor(terms: TextTerms, chance: Chance) {
    const octets = chance.octets(10);
    const view = new DataView(octets.buffer, octets.byteOffset, 10);
    this.#ssrc = view.getUint32(0);
    this.#timestamp = view.getUint32(4);
    // RFC 3550, 5.1: unpredictable; and no wrap at once, which some take for a loss.
    this.#sequence = view.getUint16(8) & 0x7fff;
    this.#terms = terms;
    this.#pace = new Pace(terms.perSecond);
  }

  /** When the next packet is due; undefined while there is nothing to say. */
  get deadline(): Instant | undefined {
    return this.#sayings.length === 0 || this.#waits || !this.#terms.sends
      ? undefined
      : this.#ready;
  }

  /** Other terms hold from now on; what waits goes out by them. */
  agree(terms: TextTerms): void {
    if (terms.perSecond !== this.#terms.perSecond) this.#pace = new Pace(terms.perSecond);
    this.#terms = terms;
  }

  /** From now on text may leave, or has to wait. */
  hold(waits: boolean): void {
    this.#waits = waits;
  }

  say(reference: number, text: string): void {
    this.#sayings.push({ reference, characters: Array.from(text), sent: 0, again: 0 });
  }

  /** The packet that is due, if any, and the references of the texts that have left with all their repetitions. */
  next(
    now: Instant,
  ): { readonly packet: Uint8Array; readonly told: readonly number[] } | undefined {
    const { deadline } = this;
    if (deadline === undefined || deadline > now) return undefined;
    const allowance = this.#pace.allowance(now);
    if (allowance === 0 && this.#owed === 0) {
      this.#ready = this.#pace.freeAt;
      return undefined;
    }
    const characters = this.#gather(allowance, now);
    const data = characters === '' ? NOTHING : utf8.encode(characters);
    const packet = this.#packet(data, now);
    this.#ready = now + BUFFERING;
    const told: number[] = [];
    for (let [first] = this.#sayings; first !== undefined; [first] = this.#sayings) {
      if (first.sent < first.characters.length || first.again > 0) break;
      this.#sayings.shift();
      told.push(first.reference);
    }
    return { packet, told };
  }

  /** Takes what may leave now from what waits; counts what is said again with it. */
  #gather(allowance: number, now: Instant): string {
    let room = Math.min(MOST_AT_ONCE, allowance);
    let gathered = '';
    let count = 0;
    for (const saying of this.#sayings) {
      const { characters, sent } = saying;
      if (sent === characters.length) saying.again -= 1;
      else if (room > 0) {
        const taken = characters.slice(sent, sent + room);
        gathered += taken.join('');
        count += taken.length;
        room -= taken.length;
        saying.sent += taken.length;
        saying.again = this.#repetitions;
      }
    }
    this.#pace.leave(count, now);
    return gathered;
  }

  /** Packets that follow the last character: all is said again, or at least that it was the last. */
  get #repetitions(): number {
    return Math.max(1, this.#terms.generations);
  }

  #packet(data: Uint8Array, now: Instant): Uint8Array {
    const { plain, redundant, generations } = this.#terms;
    // RFC 4103, 3.5: the first packet after a silence says that it is.
    const marker = this.#owed === 0;
    this.#owed = data.length > 0 ? this.#repetitions : this.#owed - 1;
    const payload = redundant === undefined ? data : this.#withRedundancy(data, now);
    const sequence = this.#sequence;
    this.#sequence = (sequence + 1) & 0xffff;
    this.#said.push({ at: now, data });
    if (this.#said.length > generations) this.#said.shift();
    return printRtp({
      marker,
      payloadType: redundant ?? plain,
      sequence,
      timestamp: (this.#timestamp + now) >>> 0,
      ssrc: this.#ssrc,
      payload,
    });
  }

  /** As many blocks in each packet, so that their numbers can be told: empty ones where there is nothing (RFC 4103, 4.2). */
  #withRedundancy(data: Uint8Array, now: Instant): Uint8Array {
    const { plain, generations } = this.#terms;
    const blocks = [];
    for (let back = generations; back >= 1; back -= 1) {
      const before = this.#said.at(-back);
      const offset = before === undefined ? 0 : now - before.at;
      const isTold = before !== undefined && offset <= LARGEST_OFFSET;
      blocks.push({
        payloadType: plain,
        offset: isTold ? offset : 0,
        data: isTold ? before.data : NOTHING,
      });
    }
    blocks.push({ payloadType: plain, offset: 0, data });
    return printRedundant(blocks);
  }
}
