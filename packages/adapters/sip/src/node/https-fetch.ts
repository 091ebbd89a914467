/** Fetches a small document by HTTPS, with bounds on its size and time, and without following anything. */
import { request } from 'node:https';

/** What an HTTPS server answers. */
export interface Fetched {
  readonly status: number;
  /** Where else it says to look. */
  readonly location: string | undefined;
  readonly body: Uint8Array;
}

/** Fetches a document; rejects where there is no whole answer of at most so many octets before it is told to stop. */
export type Fetch = (url: URL, most: number, signal: AbortSignal) => Promise<Fetched>;

/**
 * Fetches by HTTPS.
 * @param ca authorities, in PEM, that the server's certificate must come from; those that this system trusts unless given.
 */
export function httpsFetch(ca?: string): Fetch {
  return (url, most, signal) =>
    new Promise((resolve, reject) => {
      const asking = request(url, {
        signal,
        // Nothing stays open for a server that will not be asked again for long.
        agent: false,
        headers: { accept: 'application/pem-certificate-chain, application/pkix-cert' },
        ...(ca !== undefined && { ca }),
      });
      asking.on('error', reject);
      asking.on('response', (response) => {
        const pieces: Buffer[] = [];
        let length = 0;
        response.on('error', reject);
        response.on('data', (piece: Buffer) => {
          length += piece.length;
          if (length > most) asking.destroy(new Error(`more than ${most} octets`));
          else pieces.push(piece);
        });
        response.on('end', () => {
          const { statusCode = 0, headers } = response;
          const body = new Uint8Array(Buffer.concat(pieces));
          resolve({ status: statusCode, location: headers.location, body });
        });
      });
      asking.end();
    });
}
