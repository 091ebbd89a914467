/** The header fields of one message: indexed once, each value cut out only when somebody asks for it. */
import { endOf, TOKEN } from './characters.js';
import { headerId, knownNameAt, SINGLES, UNKNOWN } from './header-names.js';
import type { SipLimits } from './limits.js';
import { violation } from './violation.js';
import { endOfText, isSpace, skipSpace, trimmed, unfolded } from './white-space.js';

/** Numbers kept of each line: the name's id, where the line starts, where its value starts and ends. */
const STRIDE = 4;
const COLON = 0x3a;

/** Where lines are noted until it is known how many there are; as long as the message with the most of them. */
const ROOM: number[] = Array.from({ length: 64 * STRIDE }, () => 0);
const NOTHING: readonly string[] = [];

/** How a value is read from where it stands in the head. */
export type Read<T> = (text: string, limits: SipLimits, from: number, end: number) => T;

/** The header fields of one message. */
export class Head {
  readonly #text: string;
  readonly #lines: readonly number[];
  readonly #folded: boolean;

  private constructor(text: string, lines: readonly number[], folded: boolean) {
    this.#text = text;
    this.#lines = lines;
    this.#folded = folded;
  }

  /**
   * Indexes the lines from `from` to the empty line, with which the text ends. Each ends with CRLF, and no CR or LF stands
   * alone.
   * @throws RemoteProtocolError `bad-header`, `header-too-long`, `too-many-headers`, `duplicate-header`.
   */
  static index(text: string, from: number, limits: SipLimits): Head {
    const stop = text.length - 2;
    const most = limits.headerLines * STRIDE;
    let length = 0;
    let folded = false;
    let seen = 0;
    let start = from;
    while (start < stop) {
      const known = knownNameAt(text, start);
      const colon =
        known === undefined ? colonOf(text, start, length / STRIDE) : start + known.name.length;
      // RFC 3261, 7.3.1: white space may stand before the colon, where the first look does not expect it.
      const id = known === undefined ? headerId(trimmed(text, start, colon)) : known.id;
      let end = text.indexOf('\r', colon);
      // RFC 3261, 7.3.1: a line that begins with white space goes on with the one before it.
      while (isSpace(text.charCodeAt(end + 2))) {
        folded = true;
        end = text.indexOf('\r', end + 2);
      }
      if (id >= 0 && id < SINGLES) {
        const bit = 1 << id;
        if ((seen & bit) !== 0) {
          throw violation(
            'duplicate-header',
            'a header field came twice',
            text.slice(start, colon),
          );
        }
        seen |= bit;
      }
      if (length === most) {
        throw violation(
          'too-many-headers',
          `at most ${limits.headerLines} header fields are taken`,
          undefined,
          513,
        );
      }
      const begin = skipSpace(text, colon + 1, end);
      if (end - begin > limits.headerValue) {
        throw violation(
          'header-too-long',
          `a header field has at most ${limits.headerValue} characters`,
          known?.name,
          513,
        );
      }
      ROOM[length] = id;
      ROOM[length + 1] = start;
      ROOM[length + 2] = begin;
      ROOM[length + 3] = endOfText(text, begin, end);
      length += STRIDE;
      start = end + 2;
    }
    return new Head(text, ROOM.slice(0, length), folded);
  }

  /** What `read` makes of the first value of this known name; undefined where there is none. */
  read<T>(id: number, limits: SipLimits, read: Read<T>): T | undefined {
    const line = this.#find(id, 0);
    if (line < 0) return undefined;
    const start = this.#lines[line + 2] ?? 0;
    const end = this.#lines[line + 3] ?? 0;
    // What is folded is read from a copy without the folds.
    if (this.#folded) {
      const value = this.#value(line);
      return read(value, limits, 0, value.length);
    }
    return read(this.#text, limits, start, end);
  }

  /** The first value of this known name. */
  first(id: number): string | undefined {
    const line = this.#find(id, 0);
    return line < 0 ? undefined : this.#value(line);
  }

  /** The first value of this name, in any case and either form. */
  get(name: string): string | undefined {
    const id = headerId(name);
    if (id !== UNKNOWN) return this.first(id);
    for (let line = 0; line < this.#lines.length; line += STRIDE) {
      if (this.#is(line, name)) return this.#value(line);
    }
    return undefined;
  }

  /** Every value of this known name, one for each line. */
  every(id: number): readonly string[] {
    const first = this.#find(id, 0);
    if (first < 0) return NOTHING;
    const values = [this.#value(first)];
    for (
      let line = this.#find(id, first + STRIDE);
      line >= 0;
      line = this.#find(id, line + STRIDE)
    ) {
      values.push(this.#value(line));
    }
    return values;
  }

  /** How many values of this known name there are, at least: commas in quotes are counted as well. */
  count(id: number): number {
    let count = 0;
    for (let line = this.#find(id, 0); line >= 0; line = this.#find(id, line + STRIDE)) {
      const end = this.#lines[line + 3] ?? 0;
      count += 1;
      let comma = this.#text.indexOf(',', this.#lines[line + 2]);
      while (comma >= 0 && comma < end) {
        count += 1;
        comma = this.#text.indexOf(',', comma + 1);
      }
    }
    return count;
  }

  /** Every value of this name, one for each line. */
  all(name: string): readonly string[] {
    const id = headerId(name);
    if (id !== UNKNOWN) return this.every(id);
    const values: string[] = [];
    for (let line = 0; line < this.#lines.length; line += STRIDE) {
      if (this.#is(line, name)) values.push(this.#value(line));
    }
    return values;
  }

  /** Name and value of each line, in order; names as they were written. */
  *[Symbol.iterator](): Generator<readonly [name: string, value: string]> {
    for (let line = 0; line < this.#lines.length; line += STRIDE) {
      yield [this.#name(line), this.#value(line)];
    }
  }

  #find(id: number, from: number): number {
    for (let line = from; line < this.#lines.length; line += STRIDE) {
      if (this.#lines[line] === id) return line;
    }
    return -1;
  }

  #is(line: number, name: string): boolean {
    return this.#lines[line] === UNKNOWN && this.#name(line).toLowerCase() === name.toLowerCase();
  }

  #name(line: number): string {
    const start = this.#lines[line + 1] ?? 0;
    return this.#text.slice(start, endOf(this.#text, TOKEN, start));
  }

  #value(line: number): string {
    const value = this.#text.slice(this.#lines[line + 2], this.#lines[line + 3]);
    return this.#folded && value.includes('\r') ? unfolded(value) : value;
  }
}

/**
 * Where the colon behind a name that is not among the known ones stands.
 * @param before how many header fields there are before it.
 */
function colonOf(text: string, start: number, before: number): number {
  const end = endOf(text, TOKEN, start);
  const colon = skipSpace(text, end);
  if (end > start && text.charCodeAt(colon) === COLON) return colon;
  throw violation(
    'bad-header',
    'a header field reads Name: value, which one does not',
    `number ${before + 1}`,
  );
}
