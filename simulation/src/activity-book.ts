/** Reads what a house tells of itself: what it decided, which sessions began and ended, what it took, and what failed. */
import type { Activity } from '@usher/core';

import { latin1 } from './sip-text.js';
import type { World } from './world.js';

/** Failures that are not a bot's own, nor planned. */
const OURS = new Set(['answer', 'disposal', 'subscriber', 'user-agent', 'medium']);

/** How often a session began and ended. */
interface Course {
  began: number;
  ended: number;
}

/** What a house tells of itself. */
export class ActivityBook {
  /** How often it took each text. */
  readonly taken = new Map<string, number>();
  readonly #world: World;
  readonly #sessions = new Map<string, Course>();
  /** How often each invitation was decided. */
  readonly #decided = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
  }

  observe(activity: Activity): void {
    const world = this.#world;
    world.count(`house: ${activity.type}`);
    if (activity.type === 'decided') this.#decide(activity);
    else if (activity.type === 'received') this.#take(latin1(activity.message.body));
    else if (activity.type === 'started') this.#course(activity.session).began += 1;
    else if (activity.type === 'ended') {
      this.#course(activity.session).ended += 1;
      world.count(`ended: ${activity.end.by} ${activity.end.why}`);
    } else if (activity.type === 'violated') world.count(`violated: ${activity.code}`);
    else if (activity.type === 'failed' && OURS.has(activity.what))
      world.accuse(`house: failed ${activity.what}: ${String(activity.error)}`);
    world.note(`house: ${summary(activity)}`);
  }

  /** Each session that began has ended, once; each invitation was decided once at most. */
  check(accuse: (what: string) => void): void {
    for (const [id, { began, ended }] of this.#sessions) {
      if (began !== 1 || ended !== 1)
        accuse(`session ${id} began ${began} times and ended ${ended} times`);
    }
    for (const [id, times] of this.#decided) {
      if (times !== 1) accuse(`invitation ${id} was decided ${times} times`);
    }
  }

  #decide({ answer, steps, invitation }: Extract<Activity, { type: 'decided' }>): void {
    this.#world.count(`decided: ${answer.type === 'accept' ? 200 : answer.status}`);
    for (const { outcome } of steps) this.#world.count(`bot: ${outcome}`);
    this.#decided.set(invitation.id, (this.#decided.get(invitation.id) ?? 0) + 1);
  }

  #course(session: string): Course {
    let course = this.#sessions.get(session);
    if (course === undefined) this.#sessions.set(session, (course = { began: 0, ended: 0 }));
    return course;
  }

  #take(text: string): void {
    this.taken.set(text, (this.taken.get(text) ?? 0) + 1);
    this.#world.ledger.taken.add(text);
  }
}

/** An activity in a few words. */
function summary(activity: Activity): string {
  switch (activity.type) {
    case 'decided': {
      const { answer, bot = 'nobody' } = activity;
      return `decided ${answer.type === 'accept' ? 200 : answer.status} by ${bot}`;
    }
    case 'failed':
      return `failed ${activity.what}: ${String(activity.error)}`;
    case 'violated':
      return `violated ${activity.code}`;
    case 'ended':
      return `ended ${activity.session.slice(0, 6)}, ${activity.end.by} ${activity.end.why}`;
    case 'started':
    case 'received':
    case 'sent':
    case 'refused':
    case 'bridged':
    case 'moved':
    case 'handed-over':
      return `${activity.type} ${activity.session.slice(0, 6)}`;
    case 'listening':
    case 'inviting':
    case 'answered':
    case 'invited':
    case 'shed':
    case 'deferred':
    case 'cancelled':
    case 'noted':
    case 'registered':
    case 'draining':
    case 'closed':
      return activity.type;
  }
}
