/** A bot at its place in the house, with what its placement says in numbers. */
import type { BotScope } from '../injection/bot-scope.js';
import type { Gauge } from '../ports/user-agent.js';
import type { Bot } from '../words/bot.js';
import { milliseconds } from '../words/duration.js';
import { LocalProtocolError } from '../words/errors.js';
import type { Invitation } from '../words/invitation.js';
import type { Bounds } from './lifetime.js';
import type { Fallback, Placement } from './placement.js';

/** Ids appear on the wire in diagnostics, and in keys of the store. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** A bot of the house. */
export class PlacedBot {
  readonly id: string;
  readonly bot: Bot;
  readonly scope: BotScope;
  readonly match: ((invitation: Invitation) => boolean) | undefined;
  /** How long it may decide, in milliseconds. */
  readonly timeout: number;
  readonly onTimeout: Fallback;
  readonly onError: Fallback;
  readonly #politely: number;
  readonly bounds: Bounds;
  /** Whether a peer that comes anew to the same conversation goes on in the session that is there. */
  readonly replaces: boolean;
  /** How many messages of one session may wait to be read. */
  readonly mailbox: number;
  readonly #limit: number;
  /** How many sessions it holds, those about to begin included. */
  sessions = 0;

  constructor(placement: Placement, bot: Bot, scope: BotScope) {
    const { decide = {}, session = {} } = placement;
    this.id = placement.id;
    this.bot = bot;
    this.scope = scope;
    this.match = placement.match;
    this.timeout = milliseconds(decide.timeout ?? '20s');
    this.onTimeout = decide.onTimeout ?? 'unavailable';
    this.onError = decide.onError ?? 'unavailable';
    this.#politely = decide.politely === undefined ? 0 : milliseconds(decide.politely);
    this.bounds = {
      idle: session.idle === undefined ? undefined : milliseconds(session.idle),
      max: session.max === undefined ? undefined : milliseconds(session.max),
    };
    this.replaces = session.again === 'replace';
    this.mailbox = session.mailbox ?? 64;
    this.#limit = placement.limits?.sessions ?? Infinity;
  }

  /** How many sessions it holds, and may. */
  get gauge(): Gauge {
    return { used: this.sessions, ...(this.#limit !== Infinity && { limit: this.#limit }) };
  }

  /** How old an invitation has to be before it accepts it, in milliseconds. */
  politeness(invitation: Pick<Invitation, 'direct' | 'medium'>): number {
    if (this.#politely === 0) return 0;
    // RFC 3428, 7: a message outside any session is answered at once.
    return invitation.direct === true || invitation.medium === 'pager' ? 0 : this.#politely;
  }

  /** Whether it has no session left to give. */
  get full(): boolean {
    return this.sessions >= this.#limit;
  }
}

/**
 * Checks placements against each other, and puts them in the order in which the bots are asked.
 * @throws LocalProtocolError `bad-placement`, naming both bots where two are at odds.
 */
export function inOrder(placements: readonly Placement[]): readonly Placement[] {
  const ids = new Set<string>();
  const orders = new Map<number, string>();
  for (const { id, order, session } of placements) {
    if (!ID.test(id)) {
      throw bad(
        `${JSON.stringify(id)} cannot be the id of a bot: up to 64 letters, digits, dots, dashes and underscores`,
      );
    }
    if (ids.has(id)) throw bad(`two bots have the id "${id}"; ids are unique in a house`);
    ids.add(id);
    if (!Number.isFinite(order))
      throw bad(`the order of bot "${id}" is ${String(order)}; write a number`);
    const other = orders.get(order);
    if (other !== undefined) {
      throw bad(
        `bots "${other}" and "${id}" both have order ${order}; which one is asked first must be plain`,
      );
    }
    orders.set(order, id);
    if (session?.mailbox !== undefined && !(session.mailbox >= 1)) {
      throw bad(
        `the mailbox of bot "${id}" has ${String(session.mailbox)} places; it needs one at least`,
      );
    }
  }
  return placements.toSorted((a, b) => a.order - b.order);
}

function bad(message: string): LocalProtocolError {
  return new LocalProtocolError('bad-placement', message);
}
