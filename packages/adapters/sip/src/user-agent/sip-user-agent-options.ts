/** How a SIP user agent is set up. */
import type { Address, Duration } from '@usher/core';
import type { Chance, Clock, Network } from '@usher/core/adapter';

import type { DigestHash } from '../authentication/digest-hash.js';
import type { SipLimits } from '../syntax/limits.js';
import type { TimingOptions } from '../transaction/timing.js';
import type { Resolver } from '../transport/resolver.js';
import type { AuthenticationOptions } from './authentication-options.js';

/** How a SIP user agent is set up. */
export interface SipUserAgentOptions {
  readonly network: Network;
  /** The system's unless given, as is chance. */
  readonly clock?: Clock;
  readonly chance?: Chance;
  /** Looks up names; without one only numeric hosts can be reached. */
  readonly resolver?: Resolver;
  /** Unique in a house; `sip` unless given. */
  readonly name?: string;
  /** Who we are in what we send on our own account; `sip:usher@` and our host unless given. */
  readonly address?: string | Address;
  /** The host, or host and port, that peers are told to reach us at, where that is not the address we listen at. */
  readonly advertise?: string;
  /** The proxy that all we send outside a dialog goes by: `sip:proxy.example.com;transport=tcp` (RFC 3261, 8.1.2). */
  readonly proxy?: string;
  readonly limits?: Partial<SipLimits>;
  /** T1, T2 and T4 (RFC 3261, 17.1.1.1). */
  readonly timing?: TimingOptions;
  /** Media types of messages that are let in, such as a type, or `text` with a `*`; any text unless given. Others hear 415. */
  readonly messages?: readonly string[];
  /** Content types of an INVITE that bots judge as `application`; any but SDP hears 415 unless it is named here. */
  readonly applications?: readonly string[];
  /** Who may come in, and by which passwords; anybody may, and is nobody proven, unless given. */
  readonly authentication?: AuthenticationOptions;
  /** What authentication computes with: needed with it, and nowhere else. */
  readonly digestHash?: DigestHash;
  /** Sessions made of messages outside any dialog. */
  readonly pager?: {
    /** How long one may be silent before it ends; 30 minutes unless given. */
    readonly idle?: Duration;
    /** How many there may be; 10,000 unless given. */
    readonly sessions?: number;
  };
}
