/** What a doorkeeper works with. */
import type { Address } from '@usher/core';
import type { Chance, Clock, Door, Flow, MediaAnswerer } from '@usher/core/adapter';

import type { OutgoingRequest } from '../dialog/outgoing-request.js';
import type { EndpointCommand } from '../endpoint/endpoint-command.js';
import type { MessageEnd } from '../sdp/message-media.js';
import type { SdpVersion } from '../session/sdp-version.js';
import type { SipUri } from '../syntax/uri.js';
import type { JoiningDoorstep } from './join-conference.js';
import type { Reading } from './read-invite.js';

/** What a doorkeeper works with. */
export interface DoorkeeperOptions {
  readonly door: Door;
  readonly clock: Clock;
  readonly chance: Chance;
  /** The most octets of one message. */
  readonly limit: number;
  /** Octets that the proof of who we are takes in a head. */
  readonly proof: number;
  /** How long a pager session may be silent, in milliseconds, and how many there may be. */
  readonly pagers: { readonly idle: number; readonly most: number };
  /** Who answers for other media than messages. */
  readonly media: readonly MediaAnswerer[];
  execute(command: EndpointCommand): void;
  /** How INVITEs are read. */
  readonly reading: Reading;
  ours(uri: string, version: SdpVersion): MessageEnd;
  /** Who we are in what we send on our own account as this address, and which way that goes. */
  outbound(local: Address): ReturnType<JoiningDoorstep['outbound']>;
  locate(request: OutgoingRequest, uri: SipUri): void;
  disconnect(flow: Flow): void;
}
