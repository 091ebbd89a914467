/** Prepares a house as its configuration wants it: everything is read, loaded, checked and built, and nothing listens yet. */
import { createHost, type Host, type Placement } from '@usher/core';
import type { Clock, Journal, UserAgent } from '@usher/core/adapter';

import {
  type BotSetting,
  type Configuration,
  type HouseSetting,
  readConfiguration,
} from '../config/configuration.js';
import type { Environment } from '../config/environment.js';
import type { Listen } from '../config/listen.js';
import { ConfigurationError, inReadingOrder, type Place, type Problem } from '../config/problem.js';
import { placeAt } from '../config/tree.js';
import type { Sources } from '../config/source.js';
import { TimedJournal } from '../health/timed-journal.js';
import { matcher } from '../match/matching.js';
import { type Loaded, loadPlugin } from '../plugins/load-plugin.js';
import type { Modules } from '../plugins/modules.js';
import { scrubber } from '../text/scrub.js';
import { botProblems, listenProblem } from './host-problems.js';

/** In what is wrong with a configuration, a secret is looked for even where it is a short word. */
const SHORTEST_SECRET = 3;

/** What a house is made from besides its configuration. */
export interface Surroundings {
  readonly environment: Environment;
  readonly modules: Modules;
  readonly clock: Clock;
  /** In memory unless given. */
  readonly journal?: Journal;
  /** Reads the files that a place with TLS names; what is wrong with them, where something is. */
  certificateFault?(
    listen: Listen,
  ): Promise<{ readonly part: 'certificate' | 'key' | 'ca'; readonly message: string } | undefined>;
  /** Reads the files of authorities that the house names; what is wrong with each of them. */
  authorityFaults?(house: HouseSetting): Promise<readonly Problem[]>;
  /** Makes the user agent that is to listen where the house says. */
  userAgent(house: HouseSetting): UserAgent;
}

/** A house that is ready to be opened. */
export interface Prepared {
  readonly configuration: Configuration;
  readonly userAgent: UserAgent;
  readonly host: Host;
  readonly durability: Journal['durability'];
  /** Where one was given. */
  readonly journal: TimedJournal | undefined;
}

/**
 * Prepares the house of one run.
 * @throws ConfigurationError with all that can be found wrong at once.
 */
export async function prepare(sources: Sources, surroundings: Surroundings): Promise<Prepared> {
  const configuration = readConfiguration(sources, surroundings.environment);
  const { modules } = surroundings;
  const scrub = scrubber(configuration.secrets, SHORTEST_SECRET);
  const placed = await Promise.all(configuration.bots.map((bot) => place(bot, modules)));
  const doubtful = await Promise.all(
    configuration.doubtful.map((one) => loadPlugin(one.plugin, one.place.file, modules)),
  );
  const certificates = await Promise.all(
    configuration.house.listen.map(async (one) => certificateProblem(one, surroundings)),
  );
  const problems = [
    ...configuration.problems,
    ...certificates.flat(),
    ...((await surroundings.authorityFaults?.(configuration.house)) ?? []),
    ...placed.flatMap((one) => one.problems),
    ...doubtful.flatMap((one, index) => failureAt(one, configuration.doubtful[index]?.place)),
  ];
  const placements = placed.flatMap((one) => one.placement ?? []);
  const fail = (found: readonly Problem[]): never => {
    // A bot may say in its errors what it was given.
    throw new ConfigurationError(
      inReadingOrder(found).map(({ code, place: at, message }) => ({
        code,
        place: at,
        message: scrub(message),
      })),
    );
  };
  if (problems.length > 0) {
    return fail([...problems, ...(await eachByItself(placements, configuration))]);
  }

  const { clock } = surroundings;
  const journal = surroundings.journal && new TimedJournal(surroundings.journal, clock);
  let userAgent: UserAgent;
  try {
    userAgent = surroundings.userAgent(configuration.house);
  } catch (error) {
    return fail([listenProblem(error, configuration)]);
  }
  try {
    const { forwarding } = configuration.house;
    const host = await createHost({
      userAgents: [userAgent],
      bots: placements,
      clock,
      ...(journal && { journal }),
      ...(forwarding && { forwarding }),
      limits: configuration.house.limits,
    });
    const durability = journal?.durability ?? 'none';
    return { configuration, userAgent, host, durability, journal };
  } catch (error) {
    const found = await eachByItself(placements, configuration);
    if (found.length > 0) return fail(found);
    throw error;
  }
}

async function certificateProblem(listen: Listen, surroundings: Surroundings): Promise<Problem[]> {
  const fault = await surroundings.certificateFault?.(listen);
  if (fault === undefined) return [];
  const { part, message } = fault;
  return [{ code: 'bad-certificate', place: listen.filePlaces?.[part] ?? listen.place, message }];
}

/** Builds a house for each bot alone, so that what is wrong with every one of them is seen at once. */
async function eachByItself(
  placements: readonly Placement[],
  { bots }: Configuration,
): Promise<Problem[]> {
  const alone = async (placement: Placement): Promise<Problem[]> => {
    try {
      const host = await createHost({ userAgents: [], bots: [placement] });
      await host.close();
      return [];
    } catch (error) {
      const bot = bots.find((one) => one.id === placement.id);
      if (bot === undefined) throw error;
      return botProblems(error, bot);
    }
  };
  return (await Promise.all(placements.map(alone))).flat();
}

function failureAt(loaded: Loaded, at: Place | undefined): Problem[] {
  if (loaded.type === 'loaded') return [];
  return [{ code: loaded.code, place: at, message: loaded.message }];
}

async function place(
  bot: BotSetting,
  modules: Modules,
): Promise<{ readonly placement?: Placement; readonly problems: readonly Problem[] }> {
  const at = placeAt(bot.tree, ['plugin']);
  const loaded = await loadPlugin(bot.plugin, at.file, modules);
  if (loaded.type === 'failed') return { problems: failureAt(loaded, at) };
  const { id, order, decide, session, limits, config } = bot;
  const match = bot.match && matcher(bot.match);
  const placement: Placement = {
    id,
    order,
    plugin: loaded.plugin,
    ...(match && { match }),
    ...(decide && { decide }),
    ...(session && { session }),
    ...(limits && { limits }),
    ...(config !== undefined && { config }),
  };
  return { placement, problems: [] };
}
