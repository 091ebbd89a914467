/** What a medium needs of the user agent around it. */
import type { Delivery } from '@usher/core';
import type { Chance, Clock } from '@usher/core/adapter';

import type { Answer } from '../dialog/core.js';
import type { InviteUsage } from '../dialog/invite-usage.js';
import type { EndpointCommand } from '../endpoint/endpoint-command.js';
import type { ServerTransaction } from '../transaction/server-transaction.js';

/** Whoever sends messages, and wants to know at once when the fate of one is known. */
export interface Sender {
  settled(): void;
}

/** What a medium needs of the user agent around it. */
export interface Post {
  readonly clock: Clock;
  readonly chance: Chance;
  /** The most octets of one message. */
  readonly limit: number;
  /** Octets that the proof of who we are takes in a head; 0 where we have nothing to prove ourselves by. */
  readonly proof: number;
  execute(command: EndpointCommand): void;
  /** Answers a message. */
  respond(transaction: ServerTransaction<InviteUsage>, answer: Answer): void;
  /**
   * Sends a message under a reference of its own; what became of it.
   * @param sender told first, at once, when that is known.
   */
  deliver(command: (reference: number) => EndpointCommand, sender?: Sender): Promise<Delivery>;
}
