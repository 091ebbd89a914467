/** The files of a certificate that a configuration names, as seen from the file that names them. */
import { dirname, resolve } from 'node:path';

import { type CertificateFault, readCertificate, type Secured } from '@usher/sip';

import type { Listen } from '../listen.js';

/** The files where they are; undefined for a place without TLS. */
export function certificateFiles({ certificate, place }: Listen): Secured | undefined {
  if (certificate === undefined) return undefined;
  const folder = place === undefined ? '.' : dirname(place.file);
  const { ca, clients } = certificate;
  return {
    certificate: resolve(folder, certificate.certificate),
    key: resolve(folder, certificate.key),
    ...(ca !== undefined && { ca: resolve(folder, ca) }),
    ...(clients !== undefined && { clients }),
  };
}

/** Reads them; what is wrong with them, where something is. */
export async function certificateFault(listen: Listen): Promise<CertificateFault | undefined> {
  const files = certificateFiles(listen);
  if (files === undefined) return undefined;
  const read = await readCertificate(files);
  return 'part' in read ? read : undefined;
}
