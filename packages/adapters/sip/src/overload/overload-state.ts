/** How things stand, as metrics and the health answer tell it. */
import type { Instant } from '@usher/core';

/** How things stand. */
export interface OverloadState {
  /** How many messages of each class wait, the most urgent first; and how many may, as long as each costs what it does. */
  readonly waiting: readonly number[];
  readonly places: readonly number[];
  /** The part of the time that may be spent on something new: 1 when all is well, never zero. */
  readonly admission: number;
  /**
   * The part of what was asked for in the last second that was refused for want of capacity: 0 to 1. Those who have never proved
   * to be there, and those who ask for more than their part beside others, do not count: nobody is to make us look full alone.
   */
  readonly shed: number;
  /** Since when that was above zero in every second; undefined where it is not now. */
  readonly sheddingSince: Instant | undefined;
  /** How many messages there were, ever, that had to wait; and that were dropped without an answer. */
  readonly waited: number;
  readonly dropped: number;
  /** How many of each class were refused, ever, the most urgent first. */
  readonly refused: readonly number[];
}
