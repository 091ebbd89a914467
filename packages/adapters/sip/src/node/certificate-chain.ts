/** Whether a certificate comes from one of the authorities that are believed (RFC 5280, 6; RFC 8226, 8). */
import { X509Certificate } from 'node:crypto';

import type { Instant } from '@usher/core';

import { isStronglySigned } from '../passport/signer-certificate.js';

/** Certificates between the signer's and the authority's. */
const MOST_BETWEEN = 4;
const PEM = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;
/** Certificates of one document that are looked at. */
const MOST = 8;

/** A certificate that comes from an authority that is believed, and for how long it does. */
export interface Trusted {
  readonly certificate: X509Certificate;
  /** All certificates on the way hold from then on, and until then. */
  readonly from: Instant;
  readonly until: Instant;
}

/** The certificates of a document, in PEM or one in DER, in order; none where it is no such document. */
export function certificatesOf(document: Uint8Array, most = MOST): readonly X509Certificate[] {
  const text = Buffer.from(document).toString('latin1');
  const pem = text.match(PEM)?.slice(0, most);
  try {
    return (pem ?? [document]).map((one) => new X509Certificate(one));
  } catch {
    return [];
  }
}

/** The first certificate, where it comes from an authority by way of the others; or why it is not believed. */
export function trusted(
  [signer, ...between]: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): Trusted | string {
  if (signer === undefined) return 'there is no certificate';
  const key = signer.publicKey;
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    return 'its key is not of the curve P-256';
  }
  let from = -Infinity;
  let until = Infinity;
  let current = signer;
  for (let step = 0; step <= MOST_BETWEEN; step += 1) {
    if (!isStronglySigned(current.raw)) return 'it is signed by an algorithm that is too weak';
    from = Math.max(from, Date.parse(current.validFrom));
    until = Math.min(until, Date.parse(current.validTo));
    const issued = (issuer: X509Certificate): boolean => isIssuedBy(current, issuer);
    const authority = authorities.find(issued);
    if (authority !== undefined) {
      return {
        certificate: signer,
        from: Math.max(from, Date.parse(authority.validFrom)),
        until: Math.min(until, Date.parse(authority.validTo)),
      };
    }
    const next = between.find((one) => one !== current && issued(one));
    if (next === undefined) break;
    current = next;
  }
  return 'it comes from no authority that is believed';
}

/** RFC 5280, 4.2.1.3 and 4.2.1.9: only who may sign certificates has issued one. */
function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}
