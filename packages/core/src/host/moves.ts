/** The moves of one session from medium to medium, one at a time: nothing that is said is lost on the way, and nothing said twice. */
import type { Cancel } from '../ports/clock.js';
import type { Medium } from '../ports/medium.js';
import { LocalProtocolError } from '../words/errors.js';
import type { SessionEnd } from '../words/session.js';
import type { Facts } from './asked-invitation.js';
import type { Chronicle } from './chronicle.js';
import { farewell } from './farewell.js';
import type { Household } from './household.js';
import { inviteAnew } from './invite-anew.js';
import type { Outbox } from './outbox.js';
import { type MoveReason, Passage, type PassageOwner, type Traveller } from './passage.js';

/** How long a message on its way is waited for: a little longer than a transaction takes to give up (RFC 3261, 17.1.2.2: 64 T1). */
const IN_FLIGHT = 33_000;
/** How long a session whose medium is gone waits for the next one; longer than an INVITE that nobody answers takes. */
const BETWEEN = 60_000;

/** A session that can move. */
export interface Mover extends Traveller {
  readonly holder: string;
  readonly outbox: Outbox;
  /** Whether the bot has still something to hear, or to say. */
  readonly alive: boolean;
  /** What carries it. */
  readonly carrier: Medium | undefined;
  /** From now on that carries it. */
  carry(medium: Medium): void;
  /** It is over. */
  conclude(end: SessionEnd): void;
}

/** How a session came to be, by which its peer can be invited anew. */
export interface Origin {
  readonly facts: Facts;
  /** The name of the user agent that it is held by. */
  readonly userAgent: string;
}

const LEFT: SessionEnd = { by: 'host', why: 'moved' };

/** The moves of one session. */
export class Moves implements PassageOwner {
  readonly #household: Household;
  readonly #session: Mover;
  readonly #chronicle: Chronicle;
  readonly #origin: Origin;
  /** The receiver of what carries the session; undefined while that is the session itself. */
  #current: Passage | undefined;
  #next: Passage | undefined;
  /** How the medium ended that carries the session, where that was while it is about to move. */
  #end: SessionEnd | undefined;
  #timer: Cancel | undefined;
  /** How many messages had found their fate when it moved last since its medium was dead. */
  #resumedAt = -1;

  constructor(household: Household, session: Mover, chronicle: Chronicle, origin: Origin) {
    this.#household = household;
    this.#session = session;
    this.#chronicle = chronicle;
    this.#origin = origin;
  }

  /**
   * Begins to move.
   * @throws LocalProtocolError `not-movable` where it does already.
   */
  begin(by: string, why: MoveReason): Passage {
    if (this.#next !== undefined) throw notMovable('it is about to move already');
    this.#next = new Passage(this.#session, this, by, why);
    return this.#next;
  }

  /** The medium of that receiver has ended. Returns whether the session has, too. */
  over(receiver: Passage | undefined, end: SessionEnd): boolean {
    if (receiver !== this.#current) return false;
    if (this.#next === undefined) return !(end.by === 'network' && this.#resume(end));
    this.#bereave(end);
    return false;
  }

  /** A message has failed as where what carries the session is dead. Returns whether it is to wait for what carries it next. */
  lost(status: number): boolean {
    return this.#next !== undefined || this.#resume({ by: 'network', why: 'lost', status });
  }

  /**
   * What carries the session is dead: invites the peer anew, where the medium says that this may be. Returns whether it does: not
   * again before anything was said that way.
   */
  #resume(end: SessionEnd): boolean {
    const { carrier, outbox, holder } = this.#session;
    if (carrier?.resumable !== true || outbox.settled === this.#resumedAt) return false;
    const { facts, userAgent } = this.#origin;
    const prepared = inviteAnew(this.#household, facts, userAgent, holder);
    if (prepared === undefined) return false;
    const { invitation } = prepared;
    const passage = this.begin(invitation.id, 'lost');
    passage.abandoned = () => invitation.cancel();
    this.#bereave(end);
    this.#leave(carrier);
    prepared.send(passage).then(
      (invited) => {
        if (invited.type === 'accepted') passage.open(invited.medium);
        else passage.gone('lost');
      },
      () => passage.gone('lost'),
    );
    return true;
  }

  /** What carries the session is dead: nothing goes there any more, and the session waits for the next one. */
  #bereave(end: SessionEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    const { clock } = this.#household;
    // Where the next one is there already, whatever is on its way is waited for as before.
    if (this.#next?.medium !== undefined) return;
    this.#session.outbox.pause();
    this.#timer = clock.at(clock.now() + BETWEEN, () => this.#giveUp());
  }

  arrived(passage: Passage, medium: Medium): void {
    const { alive, outbox } = this.#session;
    const { clock } = this.#household;
    if (passage !== this.#next || !alive) return this.#leave(medium);
    this.#timer?.();
    this.#timer = clock.at(clock.now() + IN_FLIGHT, () => outbox.forsake());
    outbox.pause(() => {
      if (this.#next === passage) this.#change(passage, medium);
    });
    // Whoever comes anew knows nothing any more of what was before.
    if (passage.why === 'again') outbox.forsake();
  }

  failed(passage: Passage): void {
    if (passage !== this.#next) return;
    this.#giveUp();
  }

  ended(passage: Passage, end: SessionEnd): void {
    if (passage === this.#next) {
      // It was hardly there.
      this.#end &&= end;
      this.#giveUp();
    } else if (this.over(passage, end)) this.#session.conclude(end);
  }

  /** The session is over: who is on the way is not waited for. */
  stop(): void {
    const next = this.#next;
    this.#next = undefined;
    this.#timer?.();
    next?.abandoned();
    if (next?.medium !== undefined) this.#leave(next.medium);
  }

  /** What was said before has arrived there, or goes first here. */
  #change(passage: Passage, medium: Medium): void {
    const session = this.#session;
    const { carrier } = session;
    const end = this.#end;
    this.#timer?.();
    this.#current = passage;
    this.#next = undefined;
    this.#end = undefined;
    if (passage.why === 'lost') this.#resumedAt = session.outbox.settled;
    this.#chronicle.moved(passage.by, passage.why, medium.name);
    session.carry(medium);
    if (end === undefined && carrier !== undefined) this.#leave(carrier);
  }

  /** It does not move. */
  #giveUp(): void {
    const [passage, end] = [this.#next, this.#end];
    this.#next = undefined;
    this.#end = undefined;
    this.#timer?.();
    if (passage === undefined) return;
    passage.abandoned();
    const { outbox, carrier } = this.#session;
    if (end !== undefined) return this.#session.conclude(end);
    this.#chronicle.stays(passage.by);
    outbox.release();
    if (carrier !== undefined) outbox.attach(carrier);
  }

  #leave(medium: Medium): void {
    void farewell(medium, LEFT, (error) => this.#chronicle.failed('medium', error));
  }
}

/** The error of whoever would move what does not. */
export function notMovable(why: string): LocalProtocolError {
  return new LocalProtocolError('not-movable', `the session does not go elsewhere: ${why}`);
}
