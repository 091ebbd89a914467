/** How an endpoint is doing. */
import type { Gauge } from '@usher/core/adapter';

import type { OverloadState } from '../overload/overload-state.js';

/** How much there is of everything: all zero at rest, but for connections that are open. */
export interface EndpointCounts {
  readonly dialogs: number;
  readonly pending: number;
  readonly connections: number;
  readonly server: number;
  readonly client: number;
}

/** How an endpoint is doing. */
export interface EndpointState {
  readonly counts: EndpointCounts;
  /** Server transactions that wait for our final answer, and those that linger after it. */
  readonly transactions: { readonly open: Gauge; readonly lingering: Gauge };
  /** Milliseconds for which something new has been refused for want of capacity; 0 while nothing is. */
  readonly sheddingFor: number;
  /** Undefined where overload is not controlled. */
  readonly overload: OverloadState | undefined;
}
