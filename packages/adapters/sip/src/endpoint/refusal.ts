/** Why a request is not let in, and the answer that says so (RFC 3261, 8.2). */
import { RemoteProtocolError } from '@usher/core';

import type { Field } from '../syntax/printer.js';

/** A request that is not let in. It is no error: to note where one came about costs more than the request and its answer. */
export class Refusal {
  constructor(
    readonly code: string,
    readonly message: string,
    readonly status: number,
    /** What the answer says besides. */
    readonly fields: readonly Field[] = [],
  ) {}

  /**
   * The refusal that an error of the peer's stands for.
   * @throws whatever is none.
   */
  static of(error: unknown): Refusal {
    if (!(error instanceof RemoteProtocolError)) throw error;
    const { code, message, status } = error;
    return new Refusal(code, message, status);
  }
}
