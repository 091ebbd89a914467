/** Whom a certificate names, as SIP reads it (RFC 5922, 7.1 and 7.2). Whether the certificate is valid is asked elsewhere. */
import { numericAddress } from './numeric-address.js';

/** What a certificate says of its owner, as Node tells it. */
export interface Certified {
  /** The alternative names: `DNS:example.com, URI:sip:example.com, IP Address:192.0.2.1`. */
  readonly subjectaltname?: string | undefined;
  readonly subject: { readonly CN?: string | readonly string[] | undefined };
}

/** Whom a certificate names. */
export interface CertifiedNames {
  /** SIP domains, in lower case. */
  readonly domains: readonly string[];
  /** Addresses of users, such as `sip:alice@example.com`: they name nobody's domain. */
  readonly users: readonly string[];
  /** Numeric addresses. */
  readonly addresses: readonly string[];
}

/** Whom this certificate names. */
export function certifiedNames({ subjectaltname, subject }: Certified): CertifiedNames {
  const uris: string[] = [];
  const dns: string[] = [];
  const users: string[] = [];
  const addresses: string[] = [];
  for (const { type, value } of alternatives(subjectaltname ?? '')) {
    if (type === 'DNS') dns.push(value.toLowerCase());
    else if (type === 'IP Address') addresses.push(plainAddress(value));
    else if (type === 'URI' && value.slice(0, 4).toLowerCase() === 'sip:') {
      const rest = value.slice(4);
      if (rest.includes('@')) users.push(`sip:${rest}`);
      else uris.push(hostOf(rest));
    }
  }
  // RFC 5922, 7.1: a DNS name counts only where no SIP URI names a domain, and the common name only where there are no
  // alternative names at all.
  const domains =
    subjectaltname === undefined ? commonNames(subject.CN) : uris.length > 0 ? uris : dns;
  return { domains, users, addresses };
}

/**
 * Why whoever has this certificate is not the one who is wanted; undefined where it is.
 * @param wanted a domain, which is compared whole: no wildcard and no suffix matches (RFC 5922, 7.2). Or a numeric address,
 * which is no domain: there the certificate's own numeric addresses count (RFC 2818, 3.1).
 */
export function whyNot(wanted: string, certificate: Certified): string | undefined {
  const { domains, addresses } = certifiedNames(certificate);
  const address = numericAddress(wanted);
  const name = wanted.toLowerCase();
  const known = address === undefined ? domains : [...addresses, ...domains];
  if (known.includes(address === undefined ? name : plainAddress(address))) return undefined;
  const seen = known.length === 0 ? 'nobody' : known.slice(0, 5).join(', ').slice(0, 200);
  return `the certificate is not that of ${wanted}: it names ${seen}`;
}

/**
 * The SIP URIs that whoever has this certificate may speak for: its users, and its domains as `sip:example.com`. A common
 * name is nothing that we would answer for (RFC 5922, 7.1, lets clients look at it, and nobody else).
 */
export function spokenFor(certificate: Certified): readonly string[] {
  if (certificate.subjectaltname === undefined) return [];
  const { domains, users } = certifiedNames(certificate);
  return [...domains.map((domain) => `sip:${domain}`), ...users];
}

function commonNames(names: string | readonly string[] | undefined): readonly string[] {
  const all = typeof names === 'string' ? [names] : (names ?? []);
  // What is no name of a host is the name of a person, or of anything else.
  return all
    .filter((name) => /^[A-Za-z0-9.-]{1,253}$/.test(name))
    .map((name) => name.toLowerCase());
}

/** The host of a URI without user: up to its port, parameters or headers. */
function hostOf(rest: string): string {
  const end = rest.startsWith('[') ? rest.indexOf(']') + 1 : rest.search(/[:;?]|$/);
  const host = rest.slice(0, end).toLowerCase();
  return host.startsWith('[') ? plainAddress(host.slice(1, -1)) : host;
}

/** The type and value of each name. A value with odd characters stands in quotes, as JSON writes it. */
function alternatives(text: string): { readonly type: string; readonly value: string }[] {
  const found: { type: string; value: string }[] = [];
  for (let at = 0; at < text.length;) {
    const colon = text.indexOf(':', at);
    if (colon < 0) break;
    const type = text.slice(at, colon);
    const quoted = text[colon + 1] === '"';
    const end = quoted ? closingQuote(text, colon + 2) : orEnd(text, text.indexOf(', ', colon));
    const value = text.slice(colon + 1, end);
    found.push({ type, value: quoted ? unquoted(value) : value });
    at = end + 2;
  }
  return found;
}

/** Where a quoted value is over: behind its quote. */
function closingQuote(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return Math.min(at + 1, text.length);
}

function orEnd(text: string, at: number): number {
  return at < 0 ? text.length : at;
}

function unquoted(value: string): string {
  try {
    const read: unknown = JSON.parse(value);
    return typeof read === 'string' ? read : '';
  } catch {
    return '';
  }
}

/** An IPv6 address in one way of writing, whoever wrote it. */
function plainAddress(address: string): string {
  if (!address.includes(':')) return address;
  const url = `http://[${address}]/`;
  return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : address.toLowerCase();
}
