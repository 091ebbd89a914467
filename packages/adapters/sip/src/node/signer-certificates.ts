/** The certificates of those who sign PASSporTs, fetched from where these say, and kept for a while (RFC 8224, 7). */
import type { X509Certificate } from 'node:crypto';

import { type Instant, LocalProtocolError, RemoteProtocolError } from '@usher/core';

import { unacquired, unsupported } from '../passport/passport-faults.js';
import { certificatesOf, trusted, type Trusted } from './certificate-chain.js';
import { type Fetch, httpsFetch } from './https-fetch.js';

/** From whom signers' certificates are taken. */
export interface SignerCertificatesOptions {
  /** The certificates, in PEM, of the authorities that are believed. */
  readonly authorities: string;
  /** The hosts that are asked: `cert.example.org`, `cert.example.org:8443`, or `*.example.org`. */
  readonly hosts: readonly string[];
  readonly fetch?: Fetch;
  /** How long a fetch may take in all, in milliseconds; 3000 unless given. */
  readonly timeout?: number;
}

/** A document has at most so many octets. */
const LARGEST = 32 * 1024;
const TIMEOUT = 3_000;
/** So often a server may send us elsewhere. */
const REDIRECTS = 3;
/** So many are fetched at a time, and so many kept. */
const FETCHING = 32;
const KEPT = 1_000;
/** Milliseconds for which one is kept, and for which nothing is asked again that came to nothing. */
const LIFETIME = 3_600_000;
const PAUSE = 30_000;
const MOST_AUTHORITIES = 500;

type Outcome = Trusted | RemoteProtocolError;

/** The certificates of those who sign PASSporTs. */
export class SignerCertificates {
  readonly #authorities: readonly X509Certificate[];
  readonly #hosts: ReadonlySet<string>;
  readonly #fetch: Fetch;
  readonly #timeout: number;
  /** The one first that was asked for longest ago. */
  readonly #kept = new Map<string, { readonly outcome: Outcome; readonly until: Instant }>();
  readonly #fetching = new Map<string, Promise<Outcome>>();

  /** @throws LocalProtocolError `bad-passports` where there is no authority, or no host. */
  constructor({ authorities, hosts, fetch, timeout = TIMEOUT }: SignerCertificatesOptions) {
    this.#authorities = certificatesOf(new TextEncoder().encode(authorities), MOST_AUTHORITIES);
    this.#hosts = new Set(hosts.map((host) => host.toLowerCase()));
    this.#fetch = fetch ?? httpsFetch();
    this.#timeout = timeout;
    if (this.#authorities.length === 0 || !this.#authorities.every(({ ca }) => ca)) {
      throw bad('the authorities are certificates in PEM of those who may sign others');
    }
    if (hosts.length === 0) {
      throw bad('`hosts` names where certificates may be fetched; write one like cert.example.org');
    }
  }

  /** The certificate that is there, where it comes from an authority and holds now; or why there is none to be believed. */
  async get(place: string, now: Instant): Promise<Outcome> {
    const url = this.#urlOf(place);
    if (url instanceof RemoteProtocolError) return url;
    const outcome = await this.#acquire(url, now);
    if (outcome instanceof RemoteProtocolError) return outcome;
    if (now >= outcome.from && now <= outcome.until) return outcome;
    return unsupported('a certificate on the way to its authority has expired, or is yet to hold');
  }

  #acquire(url: URL, now: Instant): Promise<Outcome> | Outcome {
    const { href } = url;
    const kept = this.#kept.get(href);
    if (kept !== undefined && kept.until > now) return kept.outcome;
    const fetching = this.#fetching.get(href);
    if (fetching !== undefined) return fetching;
    if (this.#fetching.size >= FETCHING) return unacquired('too many are fetched at the moment');
    const outcome = this.#load(url).then((loaded) => {
      this.#fetching.delete(href);
      this.#keep(href, loaded, now);
      return loaded;
    });
    this.#fetching.set(href, outcome);
    return outcome;
  }

  #keep(href: string, outcome: Outcome, now: Instant): void {
    this.#kept.delete(href);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size < KEPT) break;
      this.#kept.delete(oldest);
    }
    const lifetime = outcome instanceof RemoteProtocolError ? PAUSE : LIFETIME;
    this.#kept.set(href, { outcome, until: now + lifetime });
  }

  async #load(from: URL): Promise<Outcome> {
    const signal = AbortSignal.timeout(this.#timeout);
    let url = from;
    try {
      for (let hop = 0; hop <= REDIRECTS; hop += 1) {
        // oxlint-disable-next-line no-await-in-loop -- each says where the next one is
        const { status, location, body } = await this.#fetch(url, LARGEST, signal);
        if (status === 200) return this.#read(body);
        if (status < 300 || status > 399 || location === undefined) {
          return unacquired(`the server of the certificate answers ${status}`);
        }
        const next = this.#urlOf(new URL(location, url).href);
        if (next instanceof RemoteProtocolError) return next;
        url = next;
      }
      return unacquired('the server of the certificate sends us in a circle');
    } catch (error) {
      const why = signal.aborted ? 'not in time' : reasonOf(error);
      return unacquired(`the certificate cannot be fetched: ${why}`);
    }
  }

  #read(document: Uint8Array): Outcome {
    const found = trusted(certificatesOf(document), this.#authorities);
    return typeof found === 'string' ? unsupported(found) : found;
  }

  /** Nobody sends us to where the operator does not let us go. */
  #urlOf(place: string): URL | RemoteProtocolError {
    if (!URL.canParse(place)) return unacquired('`info` is no URI');
    const url = new URL(place);
    if (url.protocol !== 'https:' || url.username !== '' || url.password !== '') {
      return unacquired('certificates are fetched by https alone, and as nobody');
    }
    url.hash = '';
    const { host, hostname } = url;
    const parent = `*${hostname.slice(Math.max(hostname.indexOf('.'), 0))}`;
    const isListed = this.#hosts.has(host) || (host === hostname && this.#hosts.has(parent));
    return isListed ? url : unacquired('its certificate is at a host that is not among `hosts`');
  }
}

/** What the system says; what a peer says is not to be repeated. */
function reasonOf(error: unknown): string {
  const isObject = typeof error === 'object' && error !== null;
  const code = isObject && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'it broke off';
}

function bad(why: string): LocalProtocolError {
  return new LocalProtocolError('bad-passports', why);
}
