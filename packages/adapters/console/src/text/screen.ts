/** Where a command writes. */
import type { Paint } from './paint.js';

/** Standard output or standard error. */
export interface Screen {
  readonly write: (text: string) => void;
  /** Whether a person reads it, rather than a file or a program. */
  readonly isTerminal: boolean;
  readonly paint: Paint;
}
