/** The journal of a house that was given none: it remembers nothing. */
import type { Journal } from '../ports/journal.js';

/** Keeps nothing, so that memory cannot grow; each session by itself recognises a message that comes twice. */
export const memoryJournal: Journal = {
  durability: 'none',
  record() {
    // Nothing survives this process: there is nothing to wait for.
  },
};
