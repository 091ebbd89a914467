/** How a SIP user agent is doing, in numbers that health and metrics tell. */
import type { Gauge, MediaAnswerer, UserAgentState } from '@usher/core/adapter';

import type { EndpointState } from '../endpoint/endpoint-state.js';
import type { Doorkeeper } from './doorkeeper.js';

/** What each class of messages is called, the most urgent first (see `Priority`). */
const CLASSES = ['concluding', 'talk', 'invitations', 'pages', 'others'] as const;

/** What the numbers of a user agent come from. */
export interface SipStateParts {
  readonly endpoint: EndpointState;
  readonly doorkeeper: Doorkeeper['counts'];
  /** What conferences have told of: one for each message of ours, and each who has not got it. */
  readonly undelivered: number;
  /** Where the network tells. */
  readonly connections: Gauge | undefined;
  /** What is registered, of how much that is to be; undefined where nothing is to be. */
  readonly registrations?:
    | { readonly used: number; readonly limit: number; readonly failures: number }
    | undefined;
  /** How many pager sessions there may be. */
  readonly mostPagers: number;
  /** Who answers for other media than messages. */
  readonly media: readonly MediaAnswerer[];
}

/** How a SIP user agent is doing. */
export function sipState({
  endpoint: { counts, transactions, sheddingFor, overload },
  doorkeeper,
  undelivered,
  connections,
  registrations,
  mostPagers,
  media,
}: SipStateParts): UserAgentState {
  const gauges = new Map<string, Gauge>([
    ['dialogs', { used: counts.dialogs }],
    ['pending', { used: counts.pending }],
    ['open-transactions', transactions.open],
    ['lingering-transactions', transactions.lingering],
    ['client-transactions', { used: counts.client }],
    ['connections', connections ?? { used: counts.connections }],
    ['pager-sessions', { used: doorkeeper.pagers, limit: mostPagers }],
    ['deliveries', { used: doorkeeper.deliveries }],
  ]);
  for (const { name, places } of media) if (places) gauges.set(`${name}-sessions`, places);
  const counters = new Map<string, number>([['undelivered', undelivered]]);
  if (registrations !== undefined) {
    const { used, limit, failures } = registrations;
    gauges.set('registrations', { used, limit });
    counters.set('failed-registrations', failures);
  }
  if (overload !== undefined) {
    const { waiting, places, admission, shed, waited, dropped, refused } = overload;
    for (const [index, name] of CLASSES.entries()) {
      const used = waiting[index] ?? 0;
      gauges.set(`waiting-${name}`, { used, limit: places[index] ?? used });
      counters.set(`refused-${name}`, refused[index] ?? 0);
    }
    gauges.set('admission', { used: admission, limit: 1 });
    gauges.set('shed', { used: shed, limit: 1 });
    counters.set('waited', waited);
    counters.set('dropped', dropped);
  }
  return { sheddingFor, gauges, counters };
}
