/** What overload control needs of the event loop that the sockets are read in. */
import type { Cancel, Clock } from '@usher/core/adapter';

/** The event loop that the sockets are read in. */
export interface EventLoop {
  /** Calls `task` once what the sockets have ready was read, and before they are read again; never before this call returned. */
  turn(task: () => void): void;
  /**
   * Tells once a second by how many milliseconds the loop was late, once in a hundred, during that second, and in what part of it
   * the loop did not wait for anything to do.
   */
  watch(tell: (delay: number, busy: number) => void): Cancel;
}

/** A loop in which nothing is done but the tasks of a clock. */
export function loopBy(clock: Clock): EventLoop {
  return {
    turn: (task) => void clock.at(clock.now(), task),
    watch: () => () => {},
  };
}
