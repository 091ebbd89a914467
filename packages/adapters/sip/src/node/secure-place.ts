/** A place that listens by TLS: its certificate, which may be renewed while it listens, and what its peers prove. */
import type { Server, TlsOptions, TLSSocket } from 'node:tls';

import type { FlowIdentity, SocketAddress, Violation } from '@usher/core/adapter';

import { Certificates } from './certificates.js';
import { peerOf } from './gate.js';
import { identityOf, type Secured, securedBy, whyUntrusted } from './secured.js';

/** A place that listens by TLS. */
export class SecurePlace {
  readonly certificates: Certificates;
  readonly #secured: Secured;
  readonly #violated: (violation: Violation) => void;
  #server: Server | undefined;

  private constructor(
    secured: Secured,
    certificates: Certificates,
    violated: (violation: Violation) => void,
  ) {
    this.certificates = certificates;
    this.#secured = secured;
    this.#violated = violated;
  }

  /** @throws LocalProtocolError `bad-certificate`. */
  static async open(
    secured: Secured,
    violated: (violation: Violation) => void,
  ): Promise<SecurePlace> {
    return new SecurePlace(secured, await Certificates.open(secured), violated);
  }

  get options(): TlsOptions {
    return securedBy(this.certificates.pem, this.#secured.clients);
  }

  /** Keeps this server at the certificate that is in use, and tells of peers that TLS comes to nothing with. */
  keep(server: Server, transport: string): void {
    this.#server = server;
    server.on('tlsClientError', (error, socket) => {
      const { remoteAddress: address, remotePort: port, authorizationError } = socket;
      const remote = address === undefined || port === undefined ? undefined : { address, port };
      // Whoever is turned away for its certificate is told of as if it had hung up. Node does not set the error otherwise,
      // whatever its types say; and whoever just goes away again has broken nothing.
      const why: unknown = authorizationError;
      const hungUp = 'code' in error && error.code === 'ECONNRESET';
      if (typeof why === 'string') this.#distrust(why, transport, remote);
      else if (!hungUp) {
        this.#tell('tls-failed', `TLS came to nothing: ${error.message}`, transport, remote);
      }
    });
  }

  /** Reads the files anew, for connections to come; those that there are go on. True where there is another certificate now. */
  async reload(): Promise<boolean> {
    const read = await this.certificates.reload();
    if (read === 'same') return false;
    if (read === 'changed') {
      this.#server?.setSecureContext(this.options);
      return true;
    }
    const message = `${read.message}; the certificate that was read before stays in use`;
    this.#violated({ code: 'bad-certificate', message });
    return false;
  }

  /** What this peer has proved of itself. A certificate that does not hold proves nothing, and that is told. */
  identityOf(
    socket: TLSSocket,
    transport: string,
    remote: SocketAddress,
  ): FlowIdentity | undefined {
    const why = whyUntrusted(socket);
    if (why !== undefined) this.#distrust(why, transport, remote);
    return identityOf(socket);
  }

  #distrust(why: string, transport: string, remote: SocketAddress | undefined): void {
    const message = `a certificate that does not hold: ${why}`;
    this.#tell('untrusted-certificate', message, transport, remote);
  }

  #tell(code: string, message: string, transport: string, remote: SocketAddress | undefined): void {
    const peer = remote === undefined ? transport : peerOf(transport, remote);
    this.#violated({ code, message, peer });
  }
}
