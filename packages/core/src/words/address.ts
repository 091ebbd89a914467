/** Who somebody is: an address-of-record, such as `sip:alice@example.com` (RFC 3261, 10). */
import { LocalProtocolError } from './errors.js';

const LIMIT = 1024;

/** Schemes whose addresses have a host that is compared without regard to case (RFC 3261, 19.1.4). */
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]{0,31}$/;

/** An address-of-record: scheme, user and host, without parameters, headers or password. */
export class Address {
  private constructor(
    /** `sip`, `sips`, `tel` or another scheme, in lower case. */
    readonly scheme: string,
    /** The user part as written (escapes kept); empty where there is none. */
    readonly user: string,
    /** Host in lower case, IPv6 in brackets; empty for a scheme without hosts such as `tel`. */
    readonly host: string,
    /** The port, where the address names one. */
    readonly port: number | undefined,
  ) {}

  /** The address that a text names, or undefined where it names none. Parameters and headers are left out. */
  static from(text: string): Address | undefined {
    if (text.length > LIMIT) return undefined;
    const colon = text.indexOf(':');
    const scheme = schemeOf(text, Math.max(colon, 0));
    if (!SCHEME.test(scheme)) return undefined;
    let rest = text.slice(colon + 1);
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    if (rest === '' || /[\u0000-\u0020\u007f<>"]/.test(rest)) return undefined;
    if (scheme !== 'sip' && scheme !== 'sips') {
      const end = rest.indexOf(';');
      const user = end < 0 ? rest : rest.slice(0, end);
      return user === '' ? undefined : new Address(scheme, user, '', undefined);
    }
    const at = rest.lastIndexOf('@');
    const userinfo = at < 0 ? '' : rest.slice(0, at);
    rest = rest.slice(at + 1);
    const password = userinfo.indexOf(':');
    const user = password < 0 ? userinfo : userinfo.slice(0, password);
    if (at >= 0 && user === '') return undefined;
    const parts = /^(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::(\d{1,5}))?(?:[;?]|$)/.exec(
      rest,
    );
    if (parts === null) return undefined;
    const port = parts[2] === undefined ? undefined : Number(parts[2]);
    if (port !== undefined && (port === 0 || port > 65_535)) return undefined;
    return new Address(scheme, user, (parts[1] ?? '').toLowerCase(), port);
  }

  /**
   * The address that a text names.
   * @throws LocalProtocolError `bad-address` where it names none.
   */
  static parse(text: string): Address {
    const address = Address.from(text);
    if (address !== undefined) return address;
    throw new LocalProtocolError(
      'bad-address',
      `${JSON.stringify(text.slice(0, 80))} is no address; write one like sip:alice@example.com`,
    );
  }

  /** `alice@example.com`: what to show a person. */
  get userAtHost(): string {
    if (this.host === '') return this.user;
    return this.user === '' ? this.host : `${this.user}@${this.host}`;
  }

  /** Whether both name the same: the user compared exactly, the host without case; a port counts where both have one. */
  equals(other: Address): boolean {
    return (
      this.user === other.user &&
      this.host === other.host &&
      (this.scheme === other.scheme || (isSip(this) && isSip(other))) &&
      (this.port === undefined || other.port === undefined || this.port === other.port)
    );
  }

  toString(): string {
    const port = this.port === undefined ? '' : `:${this.port}`;
    return `${this.scheme}:${this.userAtHost}${port}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

/** In lower case; the usual one as the one string that all of its addresses share. */
function schemeOf(text: string, end: number): string {
  return end === 3 && text.startsWith('sip') ? 'sip' : text.slice(0, end).toLowerCase();
}

function isSip(address: Address): boolean {
  return address.scheme === 'sip' || address.scheme === 'sips';
}
