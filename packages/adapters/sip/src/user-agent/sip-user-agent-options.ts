/** How a SIP user agent is set up. */
import type { Address, Duration } from '@usher/core';
import type { Chance, Clock, MediaAnswerer, Network } from '@usher/core/adapter';

import type { Account } from '../authentication/account.js';
import type { ApplicationType } from '../body/application-types.js';
import type { DialectRule } from '../dialect/dialect.js';
import type { DigestHash } from '../authentication/digest-hash.js';
import type { TrustOptions } from '../endpoint/trust.js';
import type { EventLoop } from '../overload/event-loop.js';
import type { OverloadSettings } from '../overload/overload-options.js';
import type { SipLimits } from '../syntax/limits.js';
import type { TransactionLimits } from '../transaction/layer.js';
import type { TimingOptions } from '../transaction/timing.js';
import type { Resolver } from '../transport/resolver.js';
import type { AuthenticationOptions } from './authentication-options.js';
import type { PassportOptions } from './passport-options.js';
import type { RegistrationOptions } from './registration-options.js';

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
  /** The addresses of ours that are to be registered, as long as it is open and not draining (RFC 3261, 10). */
  readonly registrations?: readonly RegistrationOptions[];
  /** Who we are to registrars, however often we are started (RFC 5626, 4.1): a `urn:uuid:`; one of chance unless given. */
  readonly instance?: string;
  /** The transports by which we send; all that there are unless given. */
  readonly transports?: readonly ('udp' | 'tcp' | 'tls' | 'ws' | 'wss')[];
  readonly limits?: Partial<SipLimits>;
  /** How overload is controlled, where not as it is by default; `off`: all that comes is dealt with at once. */
  readonly overload?: OverloadSettings | 'off';
  /** The loop that the network is read in; one without any but the clock unless given. */
  readonly eventLoop?: EventLoop;
  /** T1, T2 and T4 (RFC 3261, 17.1.1.1). */
  readonly timing?: TimingOptions;
  /** How many server transactions there may be. */
  readonly transactions?: TransactionLimits;
  /** Media types of messages that are let in, such as a type, or `text` with a `*`; any text unless given. Others hear 415. */
  readonly messages?: readonly string[];
  /**
   * Content types of an INVITE that bots judge as `application`, with what else has to hold of the content; any but SDP hears 415
   * unless it is claimed here.
   */
  readonly applications?: readonly (string | ApplicationType)[];
  /** Who is taken to speak a dialect of SIP: whoever shows it, unless given. */
  readonly dialects?: { readonly microsoft?: DialectRule };
  /**
   * Which peers are trusted: they need not prove anything, and what they say of others counts (RFC 3325). Others prove who they
   * are where there is `authentication`, and stay outside where there is none. Nobody is trusted unless given.
   */
  readonly trust?: TrustOptions & {
    /** By whose signatures inviters are known whom no peer of ours knows (RFC 8224); none is looked at unless given. */
    readonly passports?: PassportOptions;
  };
  /** Who may come in, and by which passwords; anybody may, and is nobody proven, unless given. */
  readonly authentication?: AuthenticationOptions;
  /** Who we are to those who ask us for a password, by realm (RFC 3261, 22.2, 22.3); nobody is answered unless given. */
  readonly credentials?: readonly Account[];
  /** What authentication and credentials compute with: needed with them, and nowhere else. */
  readonly digestHash?: DigestHash;
  /** Who answers for other media than messages, in the order in which they are asked; nobody does (488) unless given. */
  readonly media?: readonly MediaAnswerer[];
  /**
   * After how long a session in which nothing shows that the peer is there is over (RFC 4028): it is refreshed at half that
   * time. 30 minutes unless given, 90 seconds at least; `off`: only peers that want it have their sessions timed.
   */
  readonly sessionTimer?: Duration | 'off';
  /** Sessions made of messages outside any dialog. */
  readonly pager?: {
    /** How long one may be silent before it ends; 30 minutes unless given. */
    readonly idle?: Duration;
    /** How many there may be; 10,000 unless given. */
    readonly sessions?: number;
  };
}
