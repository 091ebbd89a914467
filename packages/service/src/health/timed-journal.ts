/** A journal whose commits are timed. */
import type { Instant } from '@usher/core';
import type { Clock, Entry, Journal } from '@usher/core/adapter';

import { Durations } from '../metrics/durations.js';

/** How long a slow or failed commit is remembered, in milliseconds: with nobody coming in, there may be no next one to show that all is well. */
const REMEMBERED = 10_000;

/** A commit under way. */
interface Commit {
  readonly since: Instant;
}

/** A journal whose commits are timed; all else is the journal's own. */
export class TimedJournal implements Journal {
  readonly commits = new Durations();
  readonly #journal: Journal;
  readonly #clock: Clock;
  /** The oldest first. */
  readonly #underway = new Set<Commit>();
  #last: { readonly at: Instant; readonly took: number; readonly failed: boolean } | undefined;

  constructor(journal: Journal, clock: Clock) {
    this.#journal = journal;
    this.#clock = clock;
  }

  get durability(): Journal['durability'] {
    return this.#journal.durability;
  }

  /** Whether the last commit came to nothing, and that is not long ago. */
  get failing(): boolean {
    return this.#recent?.failed === true;
  }

  /** Milliseconds that a commit takes at the moment: that the oldest one under way has taken, or the last one took. */
  get delay(): number {
    const [oldest] = this.#underway;
    const waited = oldest === undefined ? 0 : this.#clock.now() - oldest.since;
    return Math.max(waited, this.#recent?.took ?? 0);
  }

  record(entry: Entry): Promise<void> | void {
    const commit: Commit = { since: this.#clock.now() };
    let recording: Promise<void> | void;
    try {
      recording = this.#journal.record(entry);
    } catch (error) {
      this.#done(commit, true);
      throw error;
    }
    if (recording === undefined) return this.#done(commit, false);
    this.#underway.add(commit);
    recording.then(
      () => this.#done(commit, false),
      () => this.#done(commit, true),
    );
    return recording;
  }

  #done(commit: Commit, failed: boolean): void {
    const at = this.#clock.now();
    const took = at - commit.since;
    this.#underway.delete(commit);
    this.#last = { at, took, failed };
    this.commits.observe(took);
  }

  get #recent(): { readonly took: number; readonly failed: boolean } | undefined {
    const last = this.#last;
    return last !== undefined && this.#clock.now() - last.at < REMEMBERED ? last : undefined;
  }
}
