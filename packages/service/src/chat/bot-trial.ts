/** `usher chat --bot`: a house of one bot, with no network, and a conversation with it. */
import { type Face, Seat, visible } from '@usher/console';
import {
  type Activity,
  type Address,
  BadConfig,
  createHost,
  type Host,
  LocalProtocolError,
  type Plugin,
} from '@usher/core';
import type { Chance, Clock } from '@usher/core/adapter';
import type { Observable } from 'rxjs';

import { ConfigurationError, type Problem } from '../config/problem.js';
import { errorText } from '../log/activity-line.js';

/** What is tried, and by whom. */
export interface BotTrial {
  readonly plugin: Plugin;
  /** How the bot was written: for what is said of it. */
  readonly name: string;
  /** Undefined where none was given: many a bot takes none. */
  readonly config: unknown;
  readonly from?: Address;
  readonly target?: Address;
  readonly subject?: string;
  readonly face: Face;
  readonly clock: Clock;
  readonly chance: Chance;
  /** What failed outside of everything that anybody waits for, such as a promise that the bot let go of. */
  readonly strays: Observable<unknown>;
}

const ID = 'bot';

/**
 * Makes the house, invites the bot, and talks until one side leaves.
 * @returns whether the session ended well, and all was delivered.
 * @throws ConfigurationError where the bot cannot be made.
 */
export async function tryBot(trial: BotTrial): Promise<boolean> {
  const { face, clock, chance, strays, from, target, subject } = trial;
  const seat = new Seat({
    face,
    clock,
    chance,
    ...(from && { from }),
    ...(target && { target }),
    ...(subject !== undefined && { subject }),
  });
  const host = await houseOf(seat, trial);
  const watching = host.activity.subscribe((activity) => tell(activity, face));
  watching.add(
    strays.subscribe((error) => {
      face.trouble(`The bot let go of something that failed: ${errorText(error, 'told')}`);
    }),
  );
  try {
    await host.open();
    return await seat.visit();
  } finally {
    await host.close();
    watching.unsubscribe();
  }
}

async function houseOf(seat: Seat, trial: BotTrial): Promise<Host> {
  const { plugin, config, clock, chance, face } = trial;
  try {
    return await createHost({
      userAgents: [seat.userAgent],
      bots: [{ id: ID, plugin, order: 1, ...(config !== undefined && { config }) }],
      clock,
      chance,
    });
  } catch (error) {
    face.close();
    throw new ConfigurationError(problemsOf(error, trial.name));
  }
}

function problemsOf(error: unknown, name: string): Problem[] {
  const place = { file: name };
  if (error instanceof BadConfig) {
    return error.issues.map(({ path, message }) => {
      const [key] = path;
      if (key === undefined) return { code: 'bad-config', place, message };
      const advice = `write --config ${String(key)}=…, or --config FILE.yaml`;
      return { code: 'bad-config', place, message: `\`${path.join('.')}\`: ${message}; ${advice}` };
    });
  }
  const code = error instanceof LocalProtocolError ? error.code : 'plugin-failed';
  return [{ code, place, message: `the bot fails as it is made: ${errorText(error, 'told')}` }];
}

const WHERE = new Map([
  ['decide', 'as it decides'],
  ['conversation', 'in its conversation'],
]);

/** What whoever writes the bot wants to know; all else they see for themselves. */
function tell(activity: Activity, face: Face): void {
  if (activity.type === 'failed') {
    const where = WHERE.get(activity.what) ?? `(${activity.what})`;
    face.trouble(`The bot fails ${where}: ${errorText(activity.error, 'told')}`);
  } else if (activity.type === 'noted') {
    const text = `The bot notes: ${visible(activity.text)}`;
    if (activity.level === 'warn') face.trouble(text);
    else face.note(text);
  } else if (activity.type === 'decided' && activity.answer.type === 'reject') {
    for (const { outcome, why } of activity.steps) {
      if (outcome === 'pass') face.note(`The bot passes: ${visible(why)}.`);
      if (outcome === 'silent') face.trouble(`The bot did not decide: ${visible(why)}.`);
    }
  }
}
