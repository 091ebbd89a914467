/** What this machine adds to the metrics of a house. */
import type { Registry } from 'prom-client';

import type { MachineSources } from '../metrics-sources.js';
import { udpQueues } from './udp-queues.js';

/** What this machine adds: what Prometheus usually knows of a process of Node, and what the system knows of UDP. */
export const machine: MachineSources = {
  udpQueues,
  /** Once in a process: what watches its event loop and its garbage is never stopped. */
  async process(registry: Registry) {
    // Here and not above: only those who want metrics load it.
    const { collectDefaultMetrics } = await import('prom-client');
    collectDefaultMetrics({ register: registry });
  },
};
