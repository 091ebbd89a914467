/** What arrived but is no message: why not, and what an answer to it would need. */
import type { RemoteProtocolError } from '@usher/core';

/** The header fields that an answer copies, as far as they could be found (RFC 3261, 8.2.6.2). */
export interface Echo {
  /** Each Via line's value, in order. */
  readonly via: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly callId?: string;
  readonly cseq?: string;
}

/** What arrived but is no message. */
export class Malformed {
  readonly type = 'malformed';
  constructor(
    /** Why; its status answers a request. */
    readonly error: RemoteProtocolError,
    /** Whether it was meant as a request; otherwise it is discarded (RFC 3261, 18.1.2). */
    readonly isRequest: boolean,
    /** The method, where one could be read. */
    readonly method: string | undefined,
    readonly echo: Echo,
  ) {}

  /** Whether an answer is due and possible: a request but no ACK, of which a Via was found. */
  get answerable(): boolean {
    return this.isRequest && this.method !== 'ACK' && this.echo.via.length > 0;
  }
}
