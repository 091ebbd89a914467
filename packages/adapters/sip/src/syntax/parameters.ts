/** The `;name=value` parameters behind a header field's value, or of a URI (RFC 3261, 25.1, generic-param). */
import { endOf, isIn, lowerCase, TOKEN } from './characters.js';
import { CommonWords } from './common-words.js';
import { DEFAULT_LIMITS } from './limits.js';
import { endOfQuoted, unquoted } from './quoted-string.js';
import { violation } from './violation.js';
import { skipSpace } from './white-space.js';

/** Parameters by name in lower case; a value is unquoted, and undefined where the parameter has none. */
export type Parameters = ReadonlyMap<string, string | undefined>;

/** The names of those that are met in most messages. */
const NAMES = new CommonWords([
  'tag',
  'branch',
  'rport',
  'received',
  'lr',
  'transport',
  'expires',
  'handling',
]);

/**
 * A map of the few parameters that a value has. They are looked for one by one, which up to the limit takes less time than
 * to build a table of them, and no peer can turn it into an object's inherited property.
 */
export class FewParameters implements Parameters {
  /** The first, which most often is the only one. */
  #name: string | undefined;
  #value: string | undefined;
  /** Of all others a name, its value, the next name, …. */
  #others: (string | undefined)[] | undefined;

  get size(): number {
    if (this.#name === undefined) return 0;
    return this.#others === undefined ? 1 : 1 + this.#others.length / 2;
  }

  /** Adds one; returns whether it was not there yet. */
  add(name: string, value: string | undefined): boolean {
    if (this.#name === undefined) {
      this.#name = name;
      this.#value = value;
    } else if (this.has(name)) return false;
    else if (this.#others === undefined) this.#others = [name, value];
    else this.#others.push(name, value);
    return true;
  }

  get(name: string): string | undefined {
    if (this.#name === name) return this.#value;
    const others = this.#others;
    if (others === undefined) return undefined;
    for (let at = 0; at < others.length; at += 2) if (others[at] === name) return others[at + 1];
    return undefined;
  }

  has(name: string): boolean {
    if (this.#name === name) return true;
    const others = this.#others;
    if (others === undefined) return false;
    for (let at = 0; at < others.length; at += 2) if (others[at] === name) return true;
    return false;
  }

  forEach(visit: (value: string | undefined, name: string, map: Parameters) => void): void {
    for (const [name, value] of this) visit(value, name, this);
  }

  *entries(): MapIterator<[string, string | undefined]> {
    if (this.#name === undefined) return;
    yield [this.#name, this.#value];
    const others = this.#others ?? [];
    for (let at = 0; at < others.length; at += 2) yield [others[at] ?? '', others[at + 1]];
  }

  *keys(): MapIterator<string> {
    for (const [name] of this) yield name;
  }

  *values(): MapIterator<string | undefined> {
    for (const [, value] of this) yield value;
  }

  [Symbol.iterator](): MapIterator<[string, string | undefined]> {
    return this.entries();
  }
}

/** No parameters at all. */
export const NO_PARAMETERS: Parameters = new FewParameters();

/**
 * The parameters that fill the text from `from` to `end`.
 * @throws RemoteProtocolError `bad-parameter` where they do not, or a name comes twice; `too-many-parameters`.
 */
export function parseParameters(
  text: string,
  limit = DEFAULT_LIMITS.params,
  from = 0,
  end = text.length,
): Parameters {
  let at = skipSpace(text, from, end);
  if (at === end) return NO_PARAMETERS;
  const parameters = new FewParameters();
  while (at < end) {
    if (text.charCodeAt(at) !== 0x3b) throw bad('a semicolon was expected', text, at, end);
    const start = skipSpace(text, at + 1, end);
    const stop = endOf(text, TOKEN, start, end);
    if (stop === start) throw bad('a parameter needs a name', text, at, end);
    let value: string | undefined;
    at = skipSpace(text, stop, end);
    if (at < end && text.charCodeAt(at) === 0x3d) {
      const begin = skipSpace(text, at + 1, end);
      at = endOfValue(text, begin, end);
      if (at <= begin) throw bad('a parameter needs a value behind its "="', text, start, end);
      value = unquoted(text.slice(begin, at));
      at = skipSpace(text, at, end);
    }
    if (parameters.size === limit) {
      throw violation('too-many-parameters', `at most ${limit} parameters are taken`);
    }
    // RFC 3261, 7.3.1: any given parameter name MUST NOT appear more than once.
    const name = NAMES.at(text, start, stop) ?? lowerCase(text.slice(start, stop));
    if (!parameters.add(name, value)) {
      throw bad('a parameter came twice', text, start, end);
    }
  }
  return parameters;
}

/** A parameter's value is a token, a host (an IPv6 address may come with or without brackets) or a quoted string. */
function endOfValue(text: string, from: number, end: number): number {
  if (from < end && text.charCodeAt(from) === 0x22) return endOfQuoted(text, from, end);
  let at = from;
  while (at < end && isValue(text.charCodeAt(at))) at += 1;
  return at;
}

/** Wider than the grammar, as clients are: `/`, `=`, `:`, `@` and the like stand unquoted in real messages. */
function isValue(code: number): boolean {
  return (
    isIn(code, TOKEN) ||
    (code > 0x23 && code !== 0x2c && code !== 0x3b && code !== 0x3c && code !== 0x3e)
  );
}

function bad(expected: string, text: string, from: number, end: number): Error {
  return violation('bad-parameter', expected, text.slice(from, end));
}
