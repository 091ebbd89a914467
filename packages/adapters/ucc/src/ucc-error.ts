/** What an operation of UCC throws: an HRESULT as an exception. */
import { LocalProtocolError } from '@usher/core';

import { HRESULT, hresultOf, sipStatusOf } from './hresult.js';

/** An HRESULT as an exception; `message` says what was asked and why it cannot be. */
export class UccError extends LocalProtocolError {
  constructor(
    /** Unsigned: `0x80EE002A` as the documents print it. */
    readonly hresult: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super('ucc', `${message} (0x${hresult.toString(16).toUpperCase().padStart(8, '0')})`, options);
  }

  /** A status of the peer's as an error. */
  static ofStatus(status: number, text: string): UccError {
    return new UccError(hresultOf(status), `the peer answered ${status} ${text}`);
  }

  /** An argument that cannot be. */
  static badArgument(message: string): UccError {
    return new UccError(HRESULT.E_INVALIDARG, message);
  }

  /** Too late, or too early. */
  static badState(message: string): UccError {
    return new UccError(HRESULT.UCC_E_INVALID_SESSION_STATE, message);
  }

  /** The SIP status that it is about, where it is about one. */
  get sipStatus(): number | undefined {
    return sipStatusOf(this.hresult);
  }
}
