/** A seat at the terminal of this process. */
import { systemChance, systemClock } from '@usher/core/adapter';

import { Seat, type SeatOptions } from '../seat/seat.js';
import { processFace } from './process-face.js';
import { screenOf } from './screen-of.js';

/** A seat at standard input and output; where they are no terminal, each line is said and each reply printed. */
export function consoleSeat(options: Omit<SeatOptions, 'face' | 'clock' | 'chance'> = {}): Seat {
  const face = processFace(screenOf(process.stdout), screenOf(process.stderr), interrupted);
  return new Seat({ ...options, face, clock: systemClock, chance: systemChance });
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
