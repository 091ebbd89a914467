/** Whom we believe to be who they are when we connect to others by TLS, and what we show them of ourselves. */
import {
  connect,
  createSecureContext,
  rootCertificates,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';

import type { SocketAddress, Violation } from '@usher/core/adapter';

import { numericAddress } from '../transport/numeric-address.js';
import { whyNot } from '../transport/certified-names.js';
import { readAuthority } from './authority.js';
import { KEEP_ALIVE } from './connection.js';
import type { Certificates } from './certificates.js';
import { peerOf } from './gate.js';
import { OLDEST } from './secured.js';

/** The error code of a certificate that is somebody else's. */
class NotWanted extends Error {
  readonly code = 'ERR_TLS_CERT_ALTNAME_INVALID';
}

/** Whom we believe, and by what. */
export class Assurance {
  readonly #authorities: readonly string[];
  readonly #violated: (violation: Violation) => void;
  #own: Certificates | undefined;
  #context: SecureContext | undefined;

  private constructor(authorities: readonly string[], violated: (violation: Violation) => void) {
    this.#authorities = authorities;
    this.#violated = violated;
  }

  /**
   * @param files of authorities that are trusted besides the usual ones.
   * @param violated told of peers whose certificate does not hold.
   * @throws LocalProtocolError `bad-certificate`, which names the file.
   */
  static async open(
    files: readonly string[],
    violated: (violation: Violation) => void,
  ): Promise<Assurance> {
    return new Assurance(await Promise.all(files.map(readAuthority)), violated);
  }

  /** Shows this certificate to whoever asks for one (RFC 3261, 26.3.1); again, where it was renewed. */
  show(own: Certificates): void {
    this.#own = own;
    this.#context = undefined;
  }

  /**
   * Connects by TLS.
   * @param transport what TLS is spoken for, `tls` or `wss`.
   * @param wanted the domain, or the numeric address, whose certificate the peer must have: else there is no connection.
   */
  connect(transport: string, remote: SocketAddress, wanted: string): TLSSocket {
    const socket = connect({
      host: remote.address,
      port: remote.port,
      secureContext: (this.#context ??= this.#make()),
      rejectUnauthorized: true,
      // RFC 6066, 3: numeric addresses are no server names.
      servername: numericAddress(wanted) === undefined ? wanted : '',
      checkServerIdentity: (_host, certificate) => {
        const why = whyNot(wanted, certificate);
        return why === undefined ? undefined : new NotWanted(why);
      },
    });
    socket.once('error', ({ message: why }) => {
      // Node sets it where the certificate is what the connection came to nothing for, whatever its types say.
      const distrusted: unknown = socket.authorizationError;
      if (distrusted === null || distrusted === undefined) return;
      const message = `a certificate that does not hold: ${why}`;
      const peer = peerOf(transport, remote);
      this.#violated({ code: 'untrusted-certificate', message, peer });
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
