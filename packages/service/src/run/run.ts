/** `usher run`: opens the house, tells what happens in it, and closes it politely when asked to stop. */
import type { Screen } from '@usher/console';
import { type Instant, milliseconds } from '@usher/core';
import { firstValueFrom, map, type Observable } from 'rxjs';

import { hostAndPort } from '../config/listen.js';
import { ConfigurationError } from '../config/problem.js';
import type { Sources } from '../config/source.js';
import type { HttpListener, OpenHttp } from '../http/http-listener.js';
import { span } from '../log/activity-line.js';
import { Log, type LogWriter } from '../log/log.js';
import type { Level } from '../log/record.js';
import type { MachineSources } from '../metrics/metrics-sources.js';
import { scrubber } from '../text/scrub.js';
import { listenProblem } from './host-problems.js';
import { openHealth } from './open-health.js';
import { prepare, type Prepared, type Surroundings } from './prepare.js';
import { asked, startPage } from './start-page.js';

/** What a run needs besides what its house is made from. */
export interface RunOptions {
  readonly surroundings: Surroundings;
  readonly http: OpenHttp;
  /** What this machine adds to the metrics, where it does. */
  readonly machine?: MachineSources;
  readonly out: Screen;
  readonly level: Level;
  readonly version: string;
  /** What begins a conversation: `usher chat`, or `npm run chat --`. */
  readonly command: string;
  /** Each is a wish to stop; the second is an urgent one. Replayed to whoever subscribes late, and never completes. */
  readonly stops: Observable<unknown>;
  /** What failed outside of everything that anybody waits for, such as a promise that a bot let go of. */
  readonly strays: Observable<unknown>;
  /** Makes the writer of the log; secrets are struck out of each line by `scrub`. */
  writer(scrub: (text: string) => string): LogWriter;
}

/** How long sessions may take to end after the second wish to stop. */
const URGENT = 5_000;

/**
 * Runs a house until it is asked to stop.
 * @returns whether it was closed in order; false when that had to be cut short.
 * @throws ConfigurationError when something is wrong before anything listens, or with a place to listen.
 */
export async function run(sources: Sources, options: RunOptions): Promise<boolean> {
  const prepared = await Promise.race([
    prepare(sources, options.surroundings),
    // A plugin may take for ever to load; nothing stands yet that would have to be closed.
    firstValueFrom(options.stops.pipe(map(() => undefined))),
  ]);
  if (prepared === undefined) return true;
  const { host, configuration } = prepared;
  const { clock } = options.surroundings;
  const scrub = scrubber(configuration.secrets);
  const log = new Log(options.writer(scrub), options.level, clock);
  const note = (event: string, fields: Record<string, unknown>, level: Level = 'info'): void =>
    log.event({ event, level, at: clock.now(), fields });

  const watching = host.activity.subscribe((activity) => {
    // The start page tells where the house listens; for machines, each place is a line.
    if (activity.type !== 'listening' || !options.out.isTerminal) log.activity(activity);
  });
  const stray = (error: unknown): void => note('stray', { error }, 'error');
  watching.add(options.strays.subscribe(stray));
  let health: HttpListener | undefined;
  try {
    health = await openHealth(prepared, { ...options, clock, failed: stray });
    await host.open();
  } catch (error) {
    watching.unsubscribe();
    await health?.close();
    await host.close();
    throw new ConfigurationError([listenProblem(error, configuration)]);
  }
  if (options.out.isTerminal) options.out.write(scrub(page(prepared, health, options)));
  else tellMachines(prepared, health, note, options.version);

  const ended = await closing(prepared, options, note);
  // The last to go: until then, whoever looks sees that the house is closing.
  await health?.close();
  watching.unsubscribe();
  log.close();
  return ended;
}

/** Waits for the wish to stop, and closes the house. */
function closing(
  { host, configuration }: Prepared,
  { stops, out, surroundings: { clock } }: RunOptions,
  note: (event: string, fields: Record<string, unknown>) => void,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let wishes = 0;
    let spare: (() => void) | undefined;
    const close = async (within: number): Promise<void> => {
      await host.drain(within);
      await host.close();
      spare?.();
      listening.unsubscribe();
      resolve(true);
    };
    const listening = stops.subscribe(() => {
      wishes += 1;
      // Over the ^C that the terminal has written.
      if (out.isTerminal) out.write('\r');
      if (wishes === 1) {
        const within = milliseconds(configuration.house.drain);
        if (host.sessions > 0) {
          note('stopping', {
            text: `sessions have ${span(within)} to end; stop again to end them now`,
            sessions: host.sessions,
          });
        }
        close(within).catch(reject);
      } else if (wishes === 2) {
        const at: Instant = clock.now() + URGENT;
        spare = clock.at(at, () => {
          note('cut-short', {
            text: `${host.sessions} sessions could not be ended in time`,
            sessions: host.sessions,
          });
          listening.unsubscribe();
          resolve(false);
        });
        host.drain(0).catch(reject);
      }
    });
  });
}

function page(
  { userAgent, configuration, durability }: Prepared,
  health: HttpListener | undefined,
  { version, command, out }: RunOptions,
): string {
  const { bots, house } = configuration;
  const facts = {
    version,
    listening: userAgent.listening,
    ...(userAgent.registrations && { registrations: userAgent.registrations }),
    health: health && hostAndPort(health),
    bots,
    durability,
    drain: house.drain,
  };
  return startPage(facts, command, out.paint);
}

/** The facts of the start page as records. */
function tellMachines(
  { configuration, durability, userAgent }: Prepared,
  health: HttpListener | undefined,
  note: (event: string, fields: Record<string, unknown>) => void,
  version: string,
): void {
  if (health !== undefined) {
    note('listening', { transport: 'http', address: health.host, port: health.port });
  }
  for (const bot of configuration.bots.toSorted((a, b) => a.order - b.order)) {
    note('bot', { bot: bot.id, order: bot.order, plugin: bot.plugin.text, asked: asked(bot) });
  }
  note('ready', {
    version,
    durability,
    drain: milliseconds(configuration.house.drain),
    listening: userAgent.listening,
  });
}
