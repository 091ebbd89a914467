/** The house: hosts bots, lays every invitation before them in order, and keeps the sessions that they accept. */
import type { ServiceIdentifier } from 'inversify';
import type { Observable } from 'rxjs';

import type { Chance, Clock } from '../ports/clock.js';
import type { Journal, Store } from '../ports/journal.js';
import type { Gauge, UserAgent } from '../ports/user-agent.js';
import type { Duration } from '../words/duration.js';
import type { Invitation } from '../words/invitation.js';
import type { Activity } from './activity.js';
import type { Placement } from './placement.js';

/** What a house is made of. */
export interface HostOptions {
  readonly userAgents: readonly UserAgent[];
  readonly bots: readonly Placement[];
  /** The system's clock unless given. */
  readonly clock?: Clock;
  /** The system's chance unless given. */
  readonly chance?: Chance;
  /** In memory unless given: then a message survives nothing. */
  readonly journal?: Journal;
  /** In memory unless given. */
  readonly store?: Store;
  /** Admission, counted before any bot is asked; beyond, an invitation is refused with 503. */
  readonly limits?: {
    /** Sessions at once, those about to begin included; 100,000 unless given. */
    readonly sessions?: number;
    /** Invitations that await their answer; 10,000 unless given. */
    readonly pending?: number;
  };
}

/** How the house is doing, as of now: for health and metrics. */
export interface HostState {
  /** `opening` until everybody may come in, `draining` from the first wish to close. */
  readonly door: 'opening' | 'open' | 'draining';
  readonly sessions: Gauge;
  /** Invitations that await their answer. */
  readonly pending: Gauge;
  /** The sessions of each bot by its id, in the order in which the bots are asked. */
  readonly bots: ReadonlyMap<string, Gauge>;
}

/** The house, opened, drained and closed as one. */
export interface Host {
  /** Every invitation that was let in, of all user agents. Whoever listens cannot disturb the decision. */
  readonly invitations: Observable<Invitation>;
  /** All that the host did, as data. It never carries secrets; message bodies only as `Message` or `Content`. */
  readonly activity: Observable<Activity>;
  /** How many sessions are in being. */
  readonly sessions: number;
  readonly state: HostState;
  /**
   * Opens the door: every user agent listens, or none does and this throws what the first one threw.
   * @throws LocalProtocolError `closed` once the house is draining.
   */
  open(): Promise<void>;
  /**
   * Refuses new invitations (503), and waits for the sessions to end. Those that have not after `within` are ended
   * politely (`{ by: 'host', why: 'drain' }`). A later, shorter wish counts.
   */
  drain(within: Duration): Promise<void>;
  /** Drains at once where nobody drained before, closes the user agents, and disposes all in reverse order of making. */
  close(): Promise<void>;
}
/** The house itself, to be injected. */
export const Host: ServiceIdentifier<Host> = Symbol.for('@usher/core:Host');
