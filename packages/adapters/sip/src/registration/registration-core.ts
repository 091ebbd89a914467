/** What a registration needs of the endpoint around it. */
import type { Instant, RemoteProtocolError } from '@usher/core';
import type { Chance, Flow, RegistrationState } from '@usher/core/adapter';

import type { Alarm } from '../dialog/core.js';
import type { OutgoingRequest } from '../dialog/outgoing-request.js';

/** What a registration tells of. */
export type RegistrationEvent =
  /** How a binding stands has changed, or it was refreshed. */
  | {
      readonly type: 'registration';
      readonly state: RegistrationState;
      /** The flow that was registered on; undefined where there is none. */
      readonly flow: Flow | undefined;
      /** What our requests are to go by, in the registrar's words (RFC 3608). */
      readonly route: { readonly value: string; readonly uri: string } | undefined;
    }
  /** A connection is of no use any more: close it. */
  | { readonly type: 'unframed'; readonly flow: Flow };

/** What a registration needs of the endpoint around it. */
export interface RegistrationCore {
  /** The moment of the door that was last opened. */
  readonly now: Instant;
  readonly chance: Chance;
  tell(event: RegistrationEvent): void;
  /** A peer broke the protocol. */
  complain(error: RemoteProtocolError, flow: Flow): void;
  start(after: number, ring: () => void): Alarm;
  stop(alarm: Alarm | undefined): void;
  /** Sends a request: this way, or without one where its hop is found. */
  send(request: OutgoingRequest, way: Flow | undefined): void;
  /** Forgets a request: no outcome is told. */
  forget(request: OutgoingRequest): void;
  /** Sends bytes without a transaction. */
  transmit(bytes: Uint8Array, flow: Flow): void;
  /** Whether bytes can go this way. */
  alive(way: Flow): boolean;
  /** Where we can be reached by this way: the value of a Contact. */
  placeOf(way: Flow, user: string | undefined): string;
  /** Whoever is at the other end has said what only he was told. */
  prove(flow: Flow): void;
  /** Who is at the other end of this connection of ours is trusted for as long as it lasts; or is no longer. */
  rely(flow: Flow, relied: boolean): void;
}
