/** Configuration files as they were read. */
import type { Problem } from './problem.js';

/** One file's text. */
export interface Source {
  /** The name as the operator gave it. */
  readonly file: string;
  readonly text: string;
}

/** The files that could be read, and what was wrong with the others. */
export interface Sources {
  readonly sources: readonly Source[];
  readonly problems: readonly Problem[];
}
