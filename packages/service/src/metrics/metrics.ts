/** All metrics of one house. */
import { datagramMetrics, userAgentMetrics } from './edge-metrics.js';
import { Exposition } from './exposition.js';
import { houseMetrics } from './house-metrics.js';
import type { MachineSources, MetricsSources } from './metrics-sources.js';

/** The metrics of a house; `machine` adds those of the process and its sockets. */
export async function metrics(
  sources: MetricsSources,
  machine?: MachineSources,
): Promise<Exposition> {
  const exposition = new Exposition();
  houseMetrics(exposition, sources);
  userAgentMetrics(exposition, sources);
  if (machine !== undefined) {
    datagramMetrics(exposition, sources, machine);
    await machine.process(exposition.registry);
  }
  return exposition;
}
