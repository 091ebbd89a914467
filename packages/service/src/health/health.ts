/** How a house is doing, for whoever watches it from outside: pages on its life, its readiness and its numbers. */
import type { Host } from '@usher/core';
import type { Clock, Journal, UserAgent } from '@usher/core/adapter';

import { json, type Page, type Pages } from '../http/pages.js';
import type { Exposition } from '../metrics/exposition.js';
import type { MachineSources } from '../metrics/metrics-sources.js';
import { Tally } from '../metrics/tally.js';
import { Liveness } from './liveness.js';
import { Readiness } from './readiness.js';
import { Shedding } from './shedding.js';
import type { TimedJournal } from './timed-journal.js';

/** Whose health it is. */
export interface HealthParts {
  readonly host: Host;
  readonly userAgents: readonly UserAgent[];
  readonly clock: Clock;
  readonly version: string;
  readonly durability: Journal['durability'];
  /** Where there is a journal that anything survives. */
  readonly journal: TimedJournal | undefined;
  /** What this machine adds to the metrics. */
  readonly machine: MachineSources | undefined;
}

/** Watches a house from now on, until it is stopped. */
export class Health {
  readonly readiness: Readiness;
  readonly #parts: HealthParts;
  readonly #liveness: Liveness;
  readonly #metrics: Promise<Exposition>;
  readonly #watching: { unsubscribe(): void };

  constructor(parts: HealthParts) {
    const { host, userAgents, clock, version, durability, journal, machine } = parts;
    const shedding = new Shedding();
    const tally = new Tally(host.state.bots.keys());
    this.#parts = parts;
    this.#liveness = new Liveness(clock);
    this.readiness = new Readiness({ host, userAgents, clock, shedding, journal });
    this.#watching = host.activity.subscribe((activity) => {
      tally.activity(activity);
      shedding.activity(activity);
    });
    const ready = (): boolean => this.readiness.failing.size === 0;
    const commits = journal?.commits;
    const sources = { version, durability, tally, host, userAgents, commits, ready };
    // Only those who want metrics load what they are told with.
    this.#metrics = import('../metrics/metrics.js').then(async ({ metrics }) =>
      metrics(sources, machine),
    );
  }

  /** What there is to see, by path. */
  get pages(): Pages {
    return new Map<string, () => Page | Promise<Page>>([
      ['/livez', () => this.#livez()],
      ['/readyz', () => this.#readyz()],
      ['/metrics', () => this.#numbers()],
    ]);
  }

  stop(): void {
    this.#watching.unsubscribe();
    this.#liveness.stop();
  }

  #livez(): Page {
    const { alive, still } = this.#liveness;
    return json(alive ? 200 : 503, { alive, still: Math.round(still) });
  }

  #readyz(): Page {
    const { failing } = this.readiness;
    const { host, durability } = this.#parts;
    const ready = failing.size === 0;
    return json(ready ? 200 : 503, {
      ready,
      failing: Object.fromEntries(failing),
      sessions: host.sessions,
      durability,
    });
  }

  async #numbers(): Promise<Page> {
    const numbers = await this.#metrics;
    return { status: 200, type: numbers.type, body: await numbers.text() };
  }
}
