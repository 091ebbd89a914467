/** Finds out by which of our addresses somebody is reached, and early whether nobody is there at all. */
import { createSocket } from 'node:dgram';

/** What was found out. */
export interface Probe {
  /** Our address on the way there. */
  readonly local: string;
  /** Settles, with the reason, when the other machine says that nobody listens there; else never. */
  readonly refused: Promise<string>;
  close(): void;
}

/** Ignored by every SIP element: what keeps a binding of a NAT alive (RFC 5626, 3.5.1). */
const KEEP_ALIVE = '\r\n\r\n';

/**
 * Asks the operating system for the way to a host, by UDP, which sends nothing by itself; and with `knock`, sends one
 * datagram that means nothing, because only a connected socket is told when nobody listens there (RFC 1122, 4.1.3.3).
 * @throws when the host has no address.
 */
export function probe(host: string, port: number, knock: boolean): Promise<Probe> {
  const bare = host.replace(/^\[|\]$/g, '');
  const socket = createSocket(bare.includes(':') ? 'udp6' : 'udp4');
  return new Promise((resolve, reject) => {
    socket.connect(port, bare, (error?: Error) => {
      if (error !== undefined) {
        socket.close();
        reject(error);
        return;
      }
      const refused = new Promise<string>((settle) => {
        socket.on('error', (told: NodeJS.ErrnoException) => {
          if (told.code === 'ECONNREFUSED') settle('nothing listens there');
        });
      });
      if (knock) socket.send(KEEP_ALIVE);
      socket.unref();
      resolve({ local: socket.address().address, refused, close: () => void socket.close() });
    });
  });
}
