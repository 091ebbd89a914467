/** How things stand, as metrics and the health answer tell it. */
import type { Instant } from '@usher/core';

/** How things stand. */
export interface OverloadState {
  /** How many messages of each class wait, the most urgent first. */
  readonly waiting: readonly number[];
  /** The part of the time that may be spent on something new: 1 when all is well, never zero. */
  readonly admission: number;
  /** The part of what was asked for in the last second that was refused: 0 to 1. */
  readonly shed: number;
  /** Since when something was refused in every second; undefined where nothing was in the last. */
  readonly sheddingSince: Instant | undefined;
  /** How many messages there were, ever, that had to wait; that were refused; and that were dropped without an answer. */
  readonly waited: number;
  readonly refused: number;
  readonly dropped: number;
}
