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
    const { type } = activity;
    world.count(`house: ${type}`);
    switch (type) {
      case 'decided': {
        const { answer, bot = 'nobody', steps, invitation } = activity;
        const status = answer.type === 'accept' ? 200 : answer.status;
        world.note(`house: decided ${status} by ${bot}`);
        world.count(`decided: ${status}`);
        for (const { outcome } of steps) world.count(`bot: ${outcome}`);
        this.#decided.set(invitation.id, (this.#decided.get(invitation.id) ?? 0) + 1);
        return;
      }
      case 'started':
        this.#course(activity.session).began += 1;
        break;
      case 'ended':
        this.#course(activity.session).ended += 1;
        world.count(`ended: ${activity.end.by} ${activity.end.why}`);
        break;
      case 'received':
        this.#take(latin1(activity.message.body));
        return;
      case 'failed':
        if (OURS.has(activity.what))
          world.accuse(`house: failed ${activity.what}: ${String(activity.error)}`);
        break;
      case 'violated':
        world.count(`violated: ${activity.code}`);
        break;
      default:
    }
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

function summary(activity: Activity): string {
  const { type } = activity;
  if (type === 'failed') return `failed ${activity.what}: ${String(activity.error)}`;
  if (type === 'violated') return `violated ${activity.code}`;
  if (type === 'ended') return `ended ${activity.session.slice(0, 6)}, ${activity.end.why}`;
  return 'session' in activity && activity.session !== undefined
    ? `${type} ${activity.session.slice(0, 6)}`
    : type;
}
