/** All that happens in a house, in numbers: what it costs is a few additions. */
import type { Activity } from '@usher/core';

import { BotTally } from './bot-tally.js';
import { Counts } from './counts.js';

/** Whom what is counted that is nobody's: what no bot decided, and what failed in the house itself. */
const NOBODY = '';

/** All that happened in a house. */
export class Tally {
  readonly bots = new Map<string, BotTally>();
  /** Invitations by user agent. */
  readonly invited = new Counts();
  /** Invitations that were turned away at the door, by what was in the way. */
  readonly shed = new Counts(['sessions', 'pending', 'opening', 'draining']);
  readonly cancelled = new Counts(['cancelled', 'elsewhere', 'lost']);
  /** Invitations of our own, by what became of them. */
  readonly answered = new Counts(['accepted', 'rejected', 'forwarded']);
  /** What peers did wrong, by code. */
  readonly violated = new Counts();

  /** @param bots by their ids: they are there from the beginning. */
  constructor(bots: Iterable<string>) {
    for (const bot of bots) this.#of(bot);
  }

  /** Something happened. */
  activity(activity: Activity): void {
    switch (activity.type) {
      case 'received':
        this.#of(activity.bot).received += 1;
        return;
      case 'sent':
        this.#sent(activity);
        return;
      case 'invited':
        return this.invited.add(activity.userAgent);
      case 'decided':
        return this.#decided(activity);
      case 'started':
        this.#of(activity.bot).started += 1;
        return;
      case 'ended':
        return this.#of(activity.bot).ended.add(activity.end.by);
      case 'handed-over':
        this.#of(activity.bot).handedOver += 1;
        return;
      case 'moved':
        return this.#of(activity.bot).moved.add(activity.why);
      case 'refused':
        return this.#of(activity.bot).refused.add(activity.why);
      case 'shed':
        return this.shed.add(activity.why);
      case 'answered':
        return this.answered.add(activity.answer.type);
      case 'cancelled':
        return this.cancelled.add(activity.why);
      case 'violated':
        return this.violated.add(activity.code);
      case 'failed':
        return this.#of(activity.bot ?? NOBODY).failed.add(activity.what);
      case 'inviting':
      case 'bridged':
      case 'listening':
      case 'registered':
      case 'deferred':
      case 'noted':
      case 'draining':
      case 'closed':
    }
  }

  #sent({ bot, delivery }: Extract<Activity, { readonly type: 'sent' }>): void {
    const tally = this.#of(bot);
    if (delivery.type === 'delivered') tally.delivered += 1;
    else tally.undelivered.add(delivery.status);
  }

  #decided({ bot, answer, steps, took }: Extract<Activity, { readonly type: 'decided' }>): void {
    for (const step of steps) this.#of(step.bot).verdicts.add(step.outcome);
    const tally = this.#of(bot ?? NOBODY);
    tally.deciding.observe(took);
    if (answer.type === 'accept') tally.accepted += 1;
    else if (answer.type === 'reject') tally.rejected.add(answer.status);
    else tally.forwarded.add(answer.status);
  }

  #of(bot: string): BotTally {
    const known = this.bots.get(bot);
    if (known !== undefined) return known;
    const tally = new BotTally();
    this.bots.set(bot, tally);
    return tally;
  }
}
