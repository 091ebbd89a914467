/** A house whose numbers are made up, for the tests of metrics. */
import type { HostState } from '@usher/core';
import type { UserAgentState } from '@usher/core/adapter';

import { Durations } from '../../src/metrics/durations.js';
import type { MachineSources, MetricsSources } from '../../src/metrics/metrics-sources.js';
import { metrics } from '../../src/metrics/metrics.js';
import { Tally } from '../../src/metrics/tally.js';

/** Sources of made-up numbers. */
export function sources(more: Partial<MetricsSources> = {}): MetricsSources {
  const state: HostState = {
    door: 'open',
    sessions: { used: 7, limit: 100 },
    pending: { used: 2, limit: 50 },
    deferred: { used: 1, limit: 10 },
    bots: new Map([
      ['echo', { used: 5, limit: 10 }],
      ['desk', { used: 2 }],
    ]),
  };
  const edge: UserAgentState = {
    sheddingFor: 1_500,
    gauges: new Map([
      ['dialogs', { used: 7 }],
      ['connections', { used: 3, limit: 1_000 }],
    ]),
    counters: new Map([['refused-invitations', 4]]),
  };
  return {
    version: '1.2.3',
    durability: 'none',
    tally: new Tally(state.bots.keys()),
    host: { state },
    userAgents: [
      {
        name: 'sip',
        listening: [{ transport: 'udp', address: '127.0.0.1', port: 5060 }],
        state: edge,
      },
    ],
    commits: undefined,
    ready: () => true,
    ...more,
  };
}

/** A machine that tells of one UDP socket. */
export const MACHINE: MachineSources = {
  udpQueues: (listening) =>
    Promise.resolve(
      listening.map(({ address, port }) => ({ address, port, waiting: 512, dropped: 9 })),
    ),
  process: () => Promise.resolve(),
};

/** The lines of the metrics that are no comments. */
export async function samples(
  from: MetricsSources = sources(),
  machine?: MachineSources,
): Promise<string[]> {
  const text = await (await metrics(from, machine)).text();
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

/** The names of all metrics that a house can have. */
export async function names(): Promise<readonly string[]> {
  return (await metrics(sources({ commits: new Durations() }), MACHINE)).names;
}
