/** How an endpoint is set up. */
import type { Chance } from '@usher/core/adapter';

import type { Authentication } from '../authentication/authentication.js';
import type { DigestClient } from '../authentication/digest-client.js';
import type { OverloadSettings } from '../overload/overload-options.js';
import type { SipLimits } from '../syntax/limits.js';
import type { TransactionLimits } from '../transaction/layer.js';
import type { TimingOptions } from '../transaction/timing.js';
import type { Binding } from '../registration/binding.js';
import type { Place } from './places.js';
import type { Trust } from './trust.js';

/** How an endpoint is set up. */
export interface EndpointOptions {
  readonly chance: Chance;
  /** The transports by which it can send: `udp`, `tcp`, `ws`, …. */
  readonly transports: readonly string[];
  /** Where we can be reached. */
  readonly places: readonly Place[];
  readonly limits?: SipLimits | undefined;
  readonly timing?: TimingOptions | undefined;
  readonly transactions?: TransactionLimits | undefined;
  /** Seconds after which a session that nobody refreshes is to be over (RFC 4028); 0, for no matter, unless given. */
  readonly interval?: number | undefined;
  /** How overload is controlled; it is not unless given. */
  readonly overload?: OverloadSettings | undefined;
  /** Media types of messages that are let in besides news of typing, wildcards allowed; any text unless given. */
  readonly messages?: readonly string[] | undefined;
  /** Content types of an INVITE that are let in besides `application/sdp`. */
  readonly applications?: readonly string[] | undefined;
  /** Whoever comes from outside any dialog proves who they are; nobody does unless given. */
  readonly authentication?: Authentication | undefined;
  /** By what we prove who we are to those who ask us; nobody is answered unless given. */
  readonly credentials?: DigestClient | undefined;
  /** What is registered, once `register` is executed. */
  readonly registrations?: readonly Binding[] | undefined;
  /** Which peers are trusted; nobody is unless given. */
  readonly trust?: Trust | undefined;
}
