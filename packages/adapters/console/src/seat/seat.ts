/** A seat at a terminal: the house is at one end, whoever sits there at the other, and no network between. */
import { Address } from '@usher/core';
import type { Chance, Clock, UserAgent } from '@usher/core/adapter';

import type { Face } from '../face/face.js';
import { Talk } from '../talk/talk.js';
import { visit } from '../talk/visit.js';
import { ConsoleUserAgent } from '../user-agent/console-user-agent.js';
import { SeatDoor } from './seat-door.js';

/** Who sits there, and whom they invite. */
export interface SeatOptions {
  readonly face: Face;
  readonly clock: Clock;
  readonly chance: Chance;
  /** `sip:you@localhost` unless given. */
  readonly from?: Address;
  /** `sip:bot@localhost` unless given. */
  readonly target?: Address;
  readonly subject?: string;
}

const YOU = Address.parse('sip:you@localhost');
const BOT = Address.parse('sip:bot@localhost');

/** A seat at a terminal. */
export class Seat {
  /** The house's end, to be given to the host. */
  readonly userAgent: UserAgent;
  readonly #options: SeatOptions;
  readonly #ours: ConsoleUserAgent;

  constructor(options: SeatOptions) {
    const { from = YOU, target = BOT, clock, chance } = options;
    const house = new ConsoleUserAgent({ address: target, clock, chance });
    this.#ours = new ConsoleUserAgent({ name: 'seat', address: from, clock, chance });
    ConsoleUserAgent.link(house, this.#ours);
    this.userAgent = house;
    this.#options = options;
  }

  /**
   * Invites the bot, once the house is open, and talks until one side leaves.
   * @returns whether it came to a session that ended well, in which all was delivered.
   */
  visit(): Promise<boolean> {
    const { face, clock, chance, from = YOU, target = BOT, subject } = this.#options;
    const talk = new Talk(target, face, clock, chance);
    return visit(target, talk, {
      userAgent: this.#ours,
      door: new SeatDoor(face, talk),
      face,
      clock,
      from,
      ...(subject !== undefined && { subject }),
      secure: false,
      // There is no network by which to go there.
      follow: 'never',
    });
  }
}
