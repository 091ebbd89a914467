/** Verifies the signatures of PASSporTs (RFC 8224, 6.2; RFC 8226). */
import { Address, type Instant, RemoteProtocolError } from '@usher/core';
import { compactVerify } from 'jose';

import { toBase64url } from '../passport/base64url.js';
import type { Claimed } from '../passport/claimed.js';
import { invalid, unsupported } from '../passport/passport-faults.js';
import type { PassportVerifier } from '../passport/passport-verifier.js';
import type { Passport } from '../passport/passport.js';
import { authorizedNumbersOf, isFor } from '../passport/signer-certificate.js';
import { canonicalNumber } from '../passport/telephone-number.js';
import { spokenFor } from '../transport/certified-names.js';
import { SignerCertificates, type SignerCertificatesOptions } from './signer-certificates.js';

/** Verifies the signatures of PASSporTs. */
export class NodePassportVerifier implements PassportVerifier {
  readonly #certificates: SignerCertificates;

  /** @throws LocalProtocolError `bad-passports`. */
  constructor(options: SignerCertificatesOptions) {
    this.#certificates = new SignerCertificates(options);
  }

  async verify(
    { input, signature, info, orig }: Pick<Passport, 'input' | 'signature' | 'info' | 'orig'>,
    now: Instant,
  ): Promise<RemoteProtocolError | undefined> {
    const found = await this.#certificates.get(info, now);
    if (found instanceof RemoteProtocolError) return found;
    const { certificate } = found;
    const { raw, subjectAltName } = certificate;
    const names = spokenFor({ subjectaltname: subjectAltName, subject: {} });
    if (!maySpeakFor(orig, raw, names)) {
      return unsupported('its certificate is not for the origin that it names');
    }
    try {
      const token = `${input}.${toBase64url(signature)}`;
      await compactVerify(token, certificate.publicKey, { algorithms: ['ES256'] });
      return undefined;
    } catch {
      return invalid('its signature does not hold');
    }
  }
}

/** RFC 8224, 7.1; RFC 8226, 9: a number is signed for by who has it, and a URI by who has its domain (RFC 5922, 7.1). */
function maySpeakFor(orig: Claimed, certificate: Uint8Array, names: readonly string[]): boolean {
  if ('uri' in orig) {
    const address = Address.from(orig.uri);
    return address !== undefined && names.some((name) => speaksFor(name, address));
  }
  const numbers = authorizedNumbersOf(certificate);
  // Whoever is certified for a domain alone has no say about numbers.
  if (numbers === 'none') return names.length === 0;
  const number = canonicalNumber(orig.tn);
  return numbers !== undefined && number !== undefined && isFor(numbers, number);
}

function speaksFor(name: string, { user, host }: Address): boolean {
  const named = Address.from(name);
  return named?.host === host && (named.user === '' || named.user === user);
}
