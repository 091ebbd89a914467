/** Opens, where the house wants it, the place at which others look how it is doing. */
import type { Clock } from '@usher/core/adapter';

import { Health } from '../health/health.js';
import type { HttpListener, OpenHttp } from '../http/http-listener.js';
import type { MachineSources } from '../metrics/metrics-sources.js';
import type { Prepared } from './prepare.js';

/** What opening takes. */
export interface OpenHealthOptions {
  readonly http: OpenHttp;
  /** What this machine adds to the metrics, where it does. */
  readonly machine?: MachineSources;
  readonly version: string;
  readonly clock: Clock;
  /** Told of what could not be shown. */
  readonly failed: (error: unknown) => void;
}

/**
 * Opens it before anything else listens, so that whoever waits for the house sees it come up; it is closed last.
 * @throws LocalProtocolError as `OpenHttp` has it.
 */
export async function openHealth(
  { host, userAgent, configuration, durability, journal }: Prepared,
  { http, machine, version, clock, failed }: OpenHealthOptions,
): Promise<HttpListener | undefined> {
  const place = configuration.house.health;
  if (place === undefined) return undefined;
  const userAgents = [userAgent];
  const health = new Health({
    host,
    userAgents,
    clock,
    version,
    durability,
    journal,
    machine,
  });
  try {
    const listener = await http(place, health.pages, failed);
    return {
      ...listener,
      close: async () => {
        await listener.close();
        health.stop();
      },
    };
  } catch (error) {
    health.stop();
    throw error;
  }
}
