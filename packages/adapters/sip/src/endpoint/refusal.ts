/** Why a request is not let in, and the answer that says so (RFC 3261, 8.2). */
import { RemoteProtocolError } from '@usher/core';

import type { Field } from '../syntax/printer.js';

/** A request that is not let in. */
export class Refusal extends RemoteProtocolError {
  constructor(
    code: string,
    message: string,
    status: number,
    /** What the answer says besides. */
    readonly fields: readonly Field[] = [],
  ) {
    super(code, message, status);
  }
}
