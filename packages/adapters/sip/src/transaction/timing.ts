/** How long each timer of a transaction runs (RFC 3261, table 4; RFC 6026, 7). */

/** The timers by their letters in RFC 3261 and 6026, and three that have none. */
export type TimerName =
  | 'A'
  | 'B'
  | 'D'
  | 'E'
  | 'F'
  | 'G'
  | 'H'
  | 'I'
  | 'J'
  | 'K'
  | 'L'
  | 'M'
  /** An INVITE had no answer for 200 ms: 100 is due (RFC 3261, 17.2.1). */
  | '100'
  /** Another request had no answer until its timer E reached T2: 100 is due (RFC 4320, 4.1). */
  | 'late'
  /** Another request had no answer within 64*T1: nobody waits for one any more (RFC 4320, 4.2). */
  | 'end';

/** What the lengths are made of, in milliseconds (RFC 3261, 17.1.1.1 and 17.1.2.2). */
export interface TimingOptions {
  /** An estimate of the round-trip time; 500 unless given. */
  readonly t1?: number;
  /** The longest wait between retransmissions; 4000 unless given. */
  readonly t2?: number;
  /** How long a message stays in the network; 5000 unless given. */
  readonly t4?: number;
}

/** RFC 3261, 17.1.1.2: timer D is at least 32 seconds on an unreliable transport, however short T1 is. */
const SHORTEST_D = 32_000;

/** How long each timer runs, in milliseconds. */
export class Timing {
  readonly t2: number;
  readonly #datagram: ReadonlyMap<TimerName, number>;
  readonly #stream: ReadonlyMap<TimerName, number>;

  constructor({ t1 = 500, t2 = 4_000, t4 = 5_000 }: TimingOptions = {}) {
    this.t2 = t2;
    const patience = 64 * t1;
    let late = 0;
    for (let interval = t1; interval < t2 && late < patience; interval *= 2) late += interval;
    const always: readonly (readonly [TimerName, number])[] = [
      ['B', patience],
      ['F', patience],
      ['H', patience],
      ['L', patience],
      ['M', patience],
      ['100', 200],
      ['late', late],
      ['end', patience - late],
    ];
    this.#datagram = new Map([
      ...always,
      ['A', t1],
      ['E', t1],
      ['G', t1],
      ['D', Math.max(patience, SHORTEST_D)],
      ['I', t4],
      ['J', patience],
      ['K', t4],
    ]);
    this.#stream = new Map([...always, ['D', 0], ['I', 0], ['J', 0], ['K', 0]]);
  }

  /** How long this timer runs; 0: it fires at once; undefined: it is not used on a reliable transport. */
  length(name: TimerName, reliable: boolean): number | undefined {
    return (reliable ? this.#stream : this.#datagram).get(name);
  }
}
