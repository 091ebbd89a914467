/** What the system knows of one UDP socket. */
export interface UdpQueue {
  readonly address: string;
  readonly port: number;
  /** Octets that wait to be read. */
  readonly waiting: number;
  /** How many datagrams were dropped because too much waited already. */
  readonly dropped: number;
}
