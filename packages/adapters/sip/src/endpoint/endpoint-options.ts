/** How an endpoint is set up. */
import type { Chance } from '@usher/core/adapter';

import type { Authentication } from '../authentication/authentication.js';
import type { SipLimits } from '../syntax/limits.js';
import type { TimingOptions } from '../transaction/timing.js';
import type { Place } from './places.js';

/** How an endpoint is set up. */
export interface EndpointOptions {
  readonly chance: Chance;
  /** The transports by which it can send: `udp`, `tcp`, `ws`, …. */
  readonly transports: readonly string[];
  /** Where we can be reached. */
  readonly places: readonly Place[];
  readonly limits?: SipLimits | undefined;
  readonly timing?: TimingOptions | undefined;
  /** Media types of messages that are let in besides news of typing, wildcards allowed; any text unless given. */
  readonly messages?: readonly string[] | undefined;
  /** Content types of an INVITE that are let in besides `application/sdp`. */
  readonly applications?: readonly string[] | undefined;
  /** Whoever comes from outside any dialog proves who they are; nobody does unless given. */
  readonly authentication?: Authentication | undefined;
}
