/** Which addresses are meant, as operators write it: `sip:alice@example.com`, `*@example.com`, `alice`, `sip:*`, `tel:+49*`. */
import type { Address } from './address.js';
import { LocalProtocolError } from './errors.js';
import { glob, type Glob } from './glob.js';

const LIMIT = 256;
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]{0,31}):/;
const HOST = /^(\[[0-9A-Fa-f:.*]{1,45}\]|[A-Za-z0-9._*-]{1,253})(?::(\d{1,5}))?$/;

/** A pattern of addresses; `*` stands for any text within the user, the host or the number. */
export class AddressPattern {
  readonly #matches: (address: Address) => boolean;

  private constructor(
    /** As it was written. */
    readonly text: string,
    matches: (address: Address) => boolean,
  ) {
    this.#matches = matches;
  }

  /**
   * The pattern that a text names, or undefined where it names none. Without a scheme it means SIP addresses; `sip` and `sips`
   * are the same. A word alone is the user part at any host; a scheme with `*` alone is every address of that scheme.
   */
  static from(text: string): AddressPattern | undefined {
    if (text === '' || text.length > LIMIT || /[\s<>";?]/.test(text)) return undefined;
    const scheme = SCHEME.exec(text)?.[1]?.toLowerCase() ?? '';
    const rest = scheme === '' ? text : text.slice(scheme.length + 1);
    if (rest === '') return undefined;
    if (scheme !== '' && scheme !== 'sip' && scheme !== 'sips') {
      const number = glob(rest);
      return new AddressPattern(
        text,
        (address) => address.scheme === scheme && number(address.user),
      );
    }
    const at = rest.lastIndexOf('@');
    if (at === 0) return undefined;
    if (at < 0 && rest === '*') return new AddressPattern(text, isSip);
    if (at < 0 && scheme === '') {
      if (!/^[^:@[\]]+$/.test(rest)) return undefined;
      const user = userGlob(rest);
      return new AddressPattern(text, (address) => isSip(address) && user(address.user));
    }
    const matches = userAtHost(at < 0 ? undefined : rest.slice(0, at), rest.slice(at + 1));
    return matches && new AddressPattern(text, matches);
  }

  /**
   * The pattern that a text names.
   * @throws LocalProtocolError `bad-pattern` where it names none.
   */
  static parse(text: string): AddressPattern {
    const pattern = AddressPattern.from(text);
    if (pattern !== undefined) return pattern;
    throw new LocalProtocolError(
      'bad-pattern',
      `${JSON.stringify(text.slice(0, 80))} is no pattern of addresses; write one like sip:alice@example.com, *@example.com or sip:*`,
    );
  }

  /** Whether this address is among those that are meant; takes time linear in its length. */
  matches(address: Address): boolean {
    return this.#matches(address);
  }
}

/** @param user undefined where an address without a user is meant. */
function userAtHost(
  user: string | undefined,
  written: string,
): ((address: Address) => boolean) | undefined {
  const parts = HOST.exec(written);
  if (parts === null) return undefined;
  const isUser: Glob = user === undefined ? (name) => name === '' : userGlob(user);
  const isHost = glob(withoutRoot((parts[1] ?? '').toLowerCase()));
  const port = parts[2] === undefined ? undefined : Number(parts[2]);
  return (address) =>
    isSip(address) &&
    isHost(withoutRoot(address.host)) &&
    isUser(address.user) &&
    (port === undefined || address.port === undefined || port === address.port);
}

/** RFC 3261, 19.1.4: an escaped character equals itself, so that nobody gets past a pattern by writing `%61lice`. */
function userGlob(pattern: string): Glob {
  const matches = glob(unescaped(pattern));
  return (user) => matches(unescaped(user));
}

function unescaped(user: string): string {
  if (!user.includes('%')) return user;
  try {
    return decodeURIComponent(user);
  } catch {
    return user;
  }
}

/** RFC 1034, 3.1: `example.com.` is `example.com`, named from the root. */
function withoutRoot(host: string): string {
  return host.endsWith('.') ? host.slice(0, -1) : host;
}

function isSip(address: Address): boolean {
  return address.scheme === 'sip' || address.scheme === 'sips';
}
