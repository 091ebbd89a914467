/** A certificate with its key, out of files that may be replaced while it is in use. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';

import { LocalProtocolError } from '@usher/core';

import { whyUnread } from './why-unread.js';

/** The files of a certificate, in PEM. */
export interface CertificateFiles {
  /** The certificate, and behind it those of the authorities between it and the root. */
  readonly certificate: string;
  readonly key: string;
  /** The authorities that the certificates of peers must come from; those that this system trusts unless given. */
  readonly ca?: string;
}

/** What is wrong with one of the files. */
export interface CertificateFault {
  readonly part: keyof CertificateFiles;
  readonly message: string;
}

/** What the files hold. */
export interface Pem {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
}

/** Reads the files of a certificate; or says what is wrong with the first that is of no use. */
export async function readCertificate(files: CertificateFiles): Promise<Pem | CertificateFault> {
  const [cert, key, ca] = await Promise.all([
    textOf(files.certificate),
    textOf(files.key),
    files.ca === undefined ? undefined : textOf(files.ca),
  ]);
  if ('why' in cert) return unread('certificate', files, cert.why);
  if ('why' in key) return unread('key', files, key.why);
  if (ca !== undefined && 'why' in ca) return unread('ca', files, ca.why);
  const pem = { cert: cert.text, key: key.text, ...(ca !== undefined && { ca: ca.text }) };
  const fault = faultOf(pem);
  return fault === undefined
    ? pem
    : { part: fault.part, message: `${files[fault.part]} ${fault.message}` };
}

/** A certificate in use. */
export class Certificates {
  readonly #files: CertificateFiles;
  #pem: Pem;
  /** What was found wrong last, which is not told again and again. */
  #fault: string | undefined;

  private constructor(files: CertificateFiles, pem: Pem) {
    this.#files = files;
    this.#pem = pem;
  }

  /** @throws LocalProtocolError `bad-certificate`, which names the file and says what is wrong with it. */
  static async open(files: CertificateFiles): Promise<Certificates> {
    const read = await readCertificate(files);
    if ('part' in read) throw new LocalProtocolError('bad-certificate', read.message);
    return new Certificates(files, read);
  }

  /** What is in use. */
  get pem(): Pem {
    return this.#pem;
  }

  /**
   * Reads the files anew. What is of no use is not taken: the last that was stays.
   * @returns `changed`, `same`, or what is wrong; that again is `same` until the files change.
   */
  async reload(): Promise<'changed' | 'same' | CertificateFault> {
    const read = await readCertificate(this.#files);
    if ('part' in read) {
      if (read.message === this.#fault) return 'same';
      this.#fault = read.message;
      return read;
    }
    this.#fault = undefined;
    const { cert, key, ca } = this.#pem;
    if (read.cert === cert && read.key === key && read.ca === ca) return 'same';
    this.#pem = read;
    return 'changed';
  }
}

async function textOf(file: string): Promise<{ readonly text: string } | { readonly why: string }> {
  try {
    return { text: await readFile(file, 'utf8') };
  } catch (error) {
    return { why: whyUnread(error) };
  }
}

function unread(
  part: keyof CertificateFiles,
  files: CertificateFiles,
  why: string,
): CertificateFault {
  return { part, message: `${files[part]} cannot be read: ${why}` };
}

function faultOf({ cert, key, ca }: Pem): CertificateFault | undefined {
  const certificate = orUndefined(() => new X509Certificate(cert));
  if (certificate === undefined)
    return { part: 'certificate', message: 'holds no certificate in PEM' };
  const secret = orUndefined(() => createPrivateKey(key));
  if (secret === undefined) {
    const why = key.includes('ENCRYPTED')
      ? 'is encrypted; a key must be given without a pass phrase'
      : '';
    return { part: 'key', message: why === '' ? 'holds no private key in PEM' : why };
  }
  if (!certificate.checkPrivateKey(secret)) {
    return { part: 'key', message: 'is not the key of that certificate' };
  }
  if (ca !== undefined && orUndefined(() => new X509Certificate(ca)) === undefined) {
    return { part: 'ca', message: 'holds no certificate in PEM' };
  }
  try {
    createSecureContext({ cert, key, ...(ca !== undefined && { ca }) });
    return undefined;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return { part: 'certificate', message: `is of no use for TLS: ${said}` };
  }
}

function orUndefined<Value>(make: () => Value): Value | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
