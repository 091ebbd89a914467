/** `usher check`: everything that `usher run` does before it listens, and what it would do then. */
import { type Screen, visible } from '@usher/console';
import { milliseconds } from '@usher/core';

import { hostAndPort } from '../config/listen.js';
import type { Sources } from '../config/source.js';
import { span } from '../log/activity-line.js';
import { scrubber } from '../text/scrub.js';
import { prepare, type Surroundings } from './prepare.js';
import { factLines } from './start-page.js';

/**
 * Checks a configuration without listening, and shows what would run.
 * @throws ConfigurationError with all that can be found wrong at once.
 */
export async function check(
  sources: Sources,
  surroundings: Surroundings,
  out: Screen,
): Promise<void> {
  const { host, configuration, durability } = await prepare(sources, surroundings);
  await host.close();
  const { house, bots } = configuration;
  const listening = house.listen.map(({ transport, host: address, port }) => ({
    transport,
    address,
    port,
  }));
  const health = house.health && hostAndPort(house.health);
  const facts = { listening, health, bots, durability, drain: house.drain };
  const page = [
    `Nothing wrong was found in ${sources.sources.map(({ file }) => visible(file)).join(', ')}. This would run:`,
    '',
    ...factLines(facts, out.paint),
    `  ${out.paint.faint('Closing'.padEnd(9))} sessions have ${span(milliseconds(house.drain))} to end`,
    '',
  ].join('\n');
  out.write(scrubber(configuration.secrets)(page));
}
