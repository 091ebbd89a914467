/** The metrics of where bytes come in: user agents, and what waits in the system. */
import type { UserAgentState } from '@usher/core/adapter';

import { each } from './each.js';
import type { Exposition, Labelled } from './exposition.js';
import type { MachineSources, MetricsSources } from './metrics-sources.js';
import type { UdpQueue } from './udp-queue.js';

/** Adds what user agents tell of themselves. */
export function userAgentMetrics(exposition: Exposition, { userAgents }: MetricsSources): void {
  const states = function* <Value>(
    part: (state: UserAgentState) => Iterable<Labelled<Value>>,
  ): Iterable<Labelled<Value>> {
    for (const { name, state } of userAgents) {
      if (state !== undefined)
        for (const [labels, value] of part(state)) yield [[name, ...labels], value];
    }
  };
  exposition.level(
    {
      name: 'usher_user_agent_resources',
      help: 'What a user agent holds: dialogs, transactions, connections and the like',
      labelNames: ['user_agent', 'resource'],
    },
    'How much of it a user agent may hold',
    () => states(({ gauges }) => each(gauges)),
  );
  exposition.counter(
    {
      name: 'usher_user_agent_events_total',
      help: 'What happened at a user agent, such as what it turned away of each class',
      labelNames: ['user_agent', 'event'],
    },
    () => states(({ counters }) => each(counters)),
  );
  exposition.gauge(
    {
      name: 'usher_user_agent_shedding_seconds',
      help: 'For how long a user agent has been turning invitations away for want of capacity',
      labelNames: ['user_agent'],
    },
    () => states(({ sheddingFor }) => [[[], sheddingFor / 1_000]]),
  );
}

/** Adds what the system tells of their sockets. */
export function datagramMetrics(
  exposition: Exposition,
  { userAgents }: MetricsSources,
  { udpQueues }: MachineSources,
): void {
  const labelNames = ['address', 'port'];
  const queues = async (number: (queue: UdpQueue) => number): Promise<Labelled<number>[]> => {
    const found = await udpQueues(userAgents.flatMap(({ listening }) => listening));
    return found.map((one) => [[one.address, String(one.port)], number(one)]);
  };
  exposition.counter(
    {
      name: 'usher_udp_dropped_total',
      help: 'Datagrams that the system dropped because too much waited to be read',
      labelNames,
    },
    () => queues(({ dropped }) => dropped),
  );
  exposition.gauge(
    { name: 'usher_udp_waiting_bytes', help: 'What waits in the system to be read', labelNames },
    () => queues(({ waiting }) => waiting),
  );
}
