/** Where the numbers of metrics come from. */
import type { Host } from '@usher/core';
import type { Listening, UserAgent } from '@usher/core/adapter';
import type { Registry } from 'prom-client';

import type { Durations } from './durations.js';
import type { Tally } from './tally.js';
import type { UdpQueue } from './udp-queue.js';

/** What the house knows. */
export interface MetricsSources {
  readonly version: string;
  readonly durability: string;
  readonly tally: Tally;
  readonly host: Pick<Host, 'state'>;
  readonly userAgents: readonly Pick<UserAgent, 'name' | 'listening' | 'state'>[];
  /** How long the commits of the journal took, where there is one that anything survives. */
  readonly commits: Durations | undefined;
  /** Whether new invitations should come here. */
  readonly ready: () => boolean;
}

/** What this machine adds. */
export interface MachineSources {
  /** What the system knows of the UDP sockets among these places. */
  readonly udpQueues: (listening: readonly Listening[]) => Promise<readonly UdpQueue[]>;
  /** Adds what is to be told of the process. */
  process(registry: Registry): Promise<void>;
}
