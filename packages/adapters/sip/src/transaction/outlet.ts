/** Where transactions put what is to be sent. */
import type { Output } from '@usher/core/adapter';

/** Takes what is to be transmitted: an array of a machine's outputs is one. */
export interface Outlet {
  push(output: Extract<Output<never>, { type: 'transmit' }>): unknown;
}
