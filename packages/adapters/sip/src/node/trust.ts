/** Whom we trust when we connect to others by TLS, and what we show them of ourselves. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  connect,
  createSecureContext,
  rootCertificates,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';

import { LocalProtocolError } from '@usher/core';

import { numericAddress } from '../transport/numeric-address.js';
import { whyNot } from '../transport/certified-names.js';
import { KEEP_ALIVE } from './connection.js';
import type { Certificates } from './certificates.js';
import { OLDEST } from './secured.js';

/** The error code of a certificate that is somebody else's. */
class NotWanted extends Error {
  readonly code = 'ERR_TLS_CERT_ALTNAME_INVALID';
}

/** Whom we trust. */
export class Trust {
  readonly #authorities: readonly string[];
  #own: Certificates | undefined;
  #context: SecureContext | undefined;

  private constructor(authorities: readonly string[]) {
    this.#authorities = authorities;
  }

  /**
   * @param files of authorities that are trusted besides the usual ones.
   * @throws LocalProtocolError `bad-certificate`, which names the file.
   */
  static async open(files: readonly string[]): Promise<Trust> {
    return new Trust(await Promise.all(files.map(authority)));
  }

  /** Shows this certificate to whoever asks for one (RFC 3261, 26.3.1); again, where it was renewed. */
  show(own: Certificates): void {
    this.#own = own;
    this.#context = undefined;
  }

  /**
   * Connects by TLS.
   * @param wanted the domain, or the numeric address, whose certificate the peer must have: else there is no connection.
   */
  connect(address: string, port: number, wanted: string): TLSSocket {
    const socket = connect({
      host: address,
      port,
      secureContext: (this.#context ??= this.#make()),
      rejectUnauthorized: true,
      // RFC 6066, 3: numeric addresses are no server names.
      servername: numericAddress(wanted) === undefined ? wanted : '',
      checkServerIdentity: (_host, certificate) => {
        const why = whyNot(wanted, certificate);
        return why === undefined ? undefined : new NotWanted(why);
      },
    });
    socket.setKeepAlive(KEEP_ALIVE.keepAlive, KEEP_ALIVE.keepAliveInitialDelay);
    return socket.setNoDelay();
  }

  #make(): SecureContext {
    const own = this.#own?.pem;
    return createSecureContext({
      minVersion: OLDEST,
      ...(own !== undefined && { cert: own.cert, key: own.key }),
      ...(this.#authorities.length > 0 && { ca: [...rootCertificates, ...this.#authorities] }),
    });
  }
}

async function authority(file: string): Promise<string> {
  try {
    const text = await readFile(file, 'utf8');
    const read = new X509Certificate(text);
    // What is read in vain is found here, and not when somebody connects.
    if (!read.ca) throw new Error('it is that of no authority');
    return text;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new LocalProtocolError(
      'bad-certificate',
      `${file} holds no certificate in PEM: ${said}`,
      {
        cause: error,
      },
    );
  }
}
