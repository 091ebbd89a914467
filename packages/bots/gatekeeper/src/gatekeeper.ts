/** A bot that judges who may come in, and leaves what they come for to the bots after it. */
import {
  type Address,
  type AddressPattern,
  bot,
  type Bot,
  Clock,
  Config,
  type Decision,
  type Invitation,
  Log,
  pass,
  reject,
  type RejectReason,
} from '@usher/core';

import { GatekeeperConfig } from './gatekeeper-config.js';
import { RateLimit } from './rate-limit.js';

/** Turns away who is blocked, not allowed, not identified or too fast; everybody else goes on to the next bot. */
@bot({ name: 'gatekeeper', config: GatekeeperConfig, inject: [Config, Clock, Log] })
export class Gatekeeper implements Bot {
  readonly #config: GatekeeperConfig;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #limit: RateLimit | undefined;

  constructor(config: GatekeeperConfig, clock: Clock, log: Log) {
    const { rate } = config;
    this.#config = config;
    this.#clock = clock;
    this.#log = log;
    this.#limit = rate && new RateLimit(rate.invitations, rate.per, rate.inviters);
  }

  decide(invitation: Invitation): Decision {
    const { allow, block, identified, reasons } = this.#config;
    const { address: claimed, identity } = invitation.inviter;
    // What was proven counts for more than what was said; but a blocked name does not become welcome by proof of another.
    const address = identity.address ?? claimed;
    const blockedBy = firstMatch(block, address) ?? firstMatch(block, claimed);
    if (blockedBy !== undefined)
      return this.#turnAway(invitation, reasons.blocked, `blocked by ${blockedBy.text}`);
    // A PASSporT may say where somebody came in, and not who it is.
    if (identified && identity.address === undefined) {
      return this.#turnAway(invitation, reasons.unidentified, 'has not proven who it is');
    }
    const allowedBy = firstMatch(allow, address);
    if (allow.length > 0 && allowedBy === undefined) {
      return this.#turnAway(
        invitation,
        reasons.notAllowed,
        'not on the list of those who are allowed',
      );
    }
    const wait = this.#limit?.visit(keyOf(address), this.#clock.now()) ?? 0;
    if (wait > 0) return this.#turnAway(invitation, reasons.tooFast, 'comes too often', wait);
    const who = identity.address === undefined ? 'says to be' : `is by ${identity.how}`;
    return pass(
      allowedBy === undefined
        ? `may come in: not blocked`
        : `may come in: ${who} ${allowedBy.text}`,
    );
  }

  /** The inviter hears the reason only; why it is one is for those who run the house. */
  #turnAway(invitation: Invitation, reason: RejectReason, why: string, wait?: number): Decision {
    this.#log.info(`turned away: ${why}`, {
      invitation: invitation.id,
      inviter: invitation.inviter.userAtHost,
    });
    return reject(reason, wait === undefined ? {} : { retryAfter: wait });
  }
}

function firstMatch(
  patterns: readonly AddressPattern[],
  address: Address,
): AddressPattern | undefined {
  return patterns.find((pattern) => pattern.matches(address));
}

/** Ports and the difference of sip and sips do not make another inviter. */
function keyOf(address: Address): string {
  return address.host === '' ? address.toString() : address.userAtHost;
}
