/** What a transaction's state machine looks like as data: rows of states, columns of events, a step in each cell. */
import type { TimerName } from './timing.js';

/** The states of all four transactions; `initial` is left before anybody sees it. */
export type State =
  | 'initial'
  | 'calling'
  | 'trying'
  | 'proceeding'
  | 'accepted'
  | 'completed'
  | 'confirmed'
  | 'terminated';

/** What can happen to a transaction. `request` is the same request once more; the rest are responses, ours or the peer's. */
export type Event =
  | 'begin'
  | 'request'
  | 'ack'
  | '1xx'
  | '2xx'
  | '200-699'
  | '300-699'
  | 'failed'
  | TimerName;

/** What a transaction's user gets to hear. */
export type Telling =
  | 'response'
  | 'ack'
  | 'timeout'
  | 'unreachable'
  | 'unacknowledged'
  | 'unanswered';

/** What happens at one event in one state, in this order: timers stop, something is sent, the state changes, timers start. */
export interface Step {
  readonly stop?: readonly TimerName[];
  /** `response` is the last one of our user; `response or 100` is 100 where there is none yet. */
  readonly send?: 'request' | 'ack' | 'response' | 'response or 100' | '100';
  readonly next?: State;
  readonly start?: readonly TimerName[];
  readonly tell?: Telling;
}

/** A state machine. An event without a step in the present state is ignored; `terminated` has none, and stops all timers. */
export type Table = { readonly [S in State]?: { readonly [E in Event]?: Step } };
