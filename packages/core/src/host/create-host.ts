/** Builds a house. */
import { BotScope } from '../injection/bot-scope.js';
import { PrefixedStore } from '../injection/prefixed-store.js';
import { Scope } from '../injection/scope.js';
import { Clock, Log, Store } from '../injection/tokens.js';
import { systemChance, systemClock } from '../node/system-clock.js';
import type { UserAgent } from '../ports/user-agent.js';
import { LocalProtocolError } from '../words/errors.js';
import { ActivityFeed } from './activity-feed.js';
import { Admission } from './admission.js';
import { Guards } from './guards.js';
import { Host, type HostOptions } from './host.js';
import { House } from './house.js';
import { memoryJournal } from './memory-journal.js';
import { MemoryStore } from './memory-store.js';
import { Outgoing } from './outgoing.js';
import { inOrder, PlacedBot } from './placed-bot.js';
import { WaitingRoom } from './waiting-room.js';

/** How many sessions there may be, invitations that await their answer, and those of them that a bot deferred, unless limits are given. */
const SESSIONS = 100_000;
const PENDING = 10_000;
const DEFERRED = 1_000;

/**
 * Builds a house: checks bots, orders and configurations, makes containers and bots. It does not listen yet: `open` does.
 * @throws BadConfig where a bot's schema refuses its configuration; LocalProtocolError `bad-placement`, `bad-user-agent`,
 * `bad-duration`, `bad-forwarding`, `no-bot`, `bad-plugin`, `captive-dependency`, `circular-dependency`, `unknown-service`; and what a
 * plugin throws. What was made until then is disposed.
 */
export async function createHost(options: HostOptions): Promise<Host> {
  const {
    clock = systemClock,
    chance = systemChance,
    journal = memoryJournal,
    store = new MemoryStore(),
  } = options;
  const placements = inOrder(options.bots);
  checkNames(options.userAgents);
  const scope = new Scope('house');
  const feed = new ActivityFeed(clock);
  const { sessions = SESSIONS, pending = PENDING, deferred = DEFERRED } = options.limits ?? {};
  const admission = new Admission({ sessions, pending });
  const { userAgents, outgoing: hook } = options;
  const guards = new Guards(options.forwarding, userAgents);
  const outgoing = new Outgoing({ userAgents, guards, hook, feed, clock, chance });
  const house = new House({
    clock,
    chance,
    journal,
    feed,
    admission,
    guards,
    outgoing,
    waiting: new WaitingRoom(deferred),
    scope,
    userAgents,
  });
  scope.bind(Host, house);
  scope.bind(Clock, clock);
  scope.bind(Log, logOf(feed));
  scope.bind(Store, new PrefixedStore(store, 'house:'));
  const bots: PlacedBot[] = [];
  const made: BotScope[] = [];
  try {
    for (const placement of placements) {
      const { id, plugin, config } = placement;
      const botScope = new BotScope(scope);
      made.push(botScope);
      // oxlint-disable-next-line no-await-in-loop -- made one after the other, disposed in reverse
      const bot = await botScope.make(id, plugin, config, (own) => {
        own.bind(Log, logOf(feed, id));
        own.bind(Store, new PrefixedStore(store, `bot:${id}:`));
      });
      bots.push(new PlacedBot(placement, bot, botScope));
    }
  } catch (error) {
    // What failed first is what is told.
    // oxlint-disable-next-line no-await-in-loop -- the last made first
    for (const one of made.toReversed()) await one.dispose(() => undefined);
    await scope.dispose(() => undefined);
    throw error;
  }
  house.furnish(bots);
  return house;
}

function logOf(feed: ActivityFeed, bot?: string): Log {
  const note =
    (level: 'info' | 'warn') =>
    (text: string, data?: Readonly<Record<string, unknown>>): void =>
      feed.tell({
        type: 'noted',
        level,
        text,
        ...(data !== undefined && { data }),
        ...(bot !== undefined && { bot }),
      });
  return { info: note('info'), warn: note('warn') };
}

function checkNames(userAgents: readonly UserAgent[]): void {
  const names = new Set<string>();
  for (const { name } of userAgents) {
    if (names.has(name)) {
      throw new LocalProtocolError(
        'bad-user-agent',
        `two user agents are called "${name}"; names are unique in a house`,
      );
    }
    names.add(name);
  }
}
