/** What TLS asks of peers that come to us (RFC 3261, 26.2; RFC 5922, 7.4). */
import { constants } from 'node:crypto';
import type { TlsOptions, TLSSocket } from 'node:tls';

import type { FlowIdentity } from '@usher/core/adapter';

import { spokenFor } from '../transport/certified-names.js';
import type { CertificateFiles, Pem } from './certificates.js';

/** Whether peers that come to us must show a certificate, are asked for one, or are not asked; not unless given. */
export type Clients = 'required' | 'asked' | 'none';

/** What a secure place to listen needs. */
export interface Secured extends CertificateFiles {
  readonly clients?: Clients;
}

/** The oldest version that is spoken: RFC 8996. */
export const OLDEST = 'TLSv1.2';

/** How a server speaks TLS with this certificate. */
export function securedBy(pem: Pem, clients: Clients = 'none'): TlsOptions {
  return {
    ...pem,
    minVersion: OLDEST,
    requestCert: clients !== 'none',
    rejectUnauthorized: clients === 'required',
    // A resumed session skips the certificate: whoever is no longer trusted would be let in by it.
    ...(clients !== 'none' && { secureOptions: constants.SSL_OP_NO_TICKET }),
  };
}

/** Whom the peer of this connection may speak for; undefined where it has shown no certificate that holds. */
export function identityOf(socket: TLSSocket): FlowIdentity | undefined {
  if (!socket.authorized) return undefined;
  const certificate = socket.getPeerCertificate();
  // Without one, the object is empty.
  // oxlint-disable-next-line typescript/no-unnecessary-condition -- the types do not say so
  if (certificate.subject === undefined) return undefined;
  return { how: 'tls', names: spokenFor(certificate) };
}

/** Why the certificate that this peer has shown does not hold; undefined where it has shown none, or one that holds. */
export function whyUntrusted(socket: TLSSocket): string | undefined {
  const shown = socket.getPeerX509Certificate() !== undefined;
  return shown && !socket.authorized ? String(socket.authorizationError) : undefined;
}
