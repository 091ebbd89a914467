/** The house: opens the door, keeps count of who is in, and closes it again. */
import { type Observable, Subject } from 'rxjs';

import type { Scope } from '../injection/scope.js';
import type { Cancel, Chance, Clock } from '../ports/clock.js';
import type { Introduction } from '../ports/introduction.js';
import type { Journal } from '../ports/journal.js';
import type { Door, Knock, UserAgent } from '../ports/user-agent.js';
import type { Address } from '../words/address.js';
import type { ConversationClass, Converse, Decision } from '../words/decision.js';
import { type Duration, type Instant, milliseconds } from '../words/duration.js';
import { LocalProtocolError } from '../words/errors.js';
import type { Invitation, Party } from '../words/invitation.js';
import type { Session } from '../words/session.js';
import type { Activity } from './activity.js';
import type { ActivityFeed } from './activity-feed.js';
import type { Admission } from './admission.js';
import { continuedBy } from './continued.js';
import { Conversations } from './conversations.js';
import { Dispatch } from './dispatch.js';
import type { Guards } from './guards.js';
import type { Host, HostState } from './host.js';
import { hostInvite } from './host-invite.js';
import type { Household, Underway } from './household.js';
import type { PendingInvitation } from './pending-invitation.js';
import type { Inviting, InviteResult } from './inviting.js';
import type { Outgoing } from './outgoing.js';
import type { PlacedBot } from './placed-bot.js';
import type { WaitingRoom } from './waiting-room.js';

/** What a house is built from. */
export interface Building {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly journal: Journal;
  readonly feed: ActivityFeed;
  readonly admission: Admission;
  readonly guards: Guards;
  readonly outgoing: Outgoing;
  readonly waiting: WaitingRoom;
  readonly userAgents: readonly UserAgent[];
  readonly scope: Scope;
}

/** How long a session that was told to end is waited for: as long as a SIP transaction may take (RFC 3261, 17: 64 T1), and a little. */
const PATIENCE = 35_000;

/** The one implementation of `Host`. */
export class House implements Host, Household {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly journal: Journal;
  readonly feed: ActivityFeed;
  readonly admission: Admission;
  readonly guards: Guards;
  readonly outgoing: Outgoing;
  readonly waiting: WaitingRoom;
  readonly conversations = new Conversations();
  readonly underway = new Set<Underway>();
  readonly #userAgents: readonly UserAgent[];
  readonly #scope: Scope;
  readonly #invitations = new Subject<Invitation>();
  readonly #disposals = new Set<Promise<void>>();
  /** The user agents that listen, the last opened first. */
  readonly #opened: UserAgent[] = [];
  bots: readonly PlacedBot[] = [];
  #opening: Promise<void> | undefined;
  #drained: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
  #cutsAt: Instant = Infinity;
  #cutting: Cancel | undefined;
  #closing: Promise<void> | undefined;

  readonly invitations: Observable<Invitation>;
  readonly activity: Observable<Activity>;

  constructor(building: Building) {
    this.clock = building.clock;
    this.chance = building.chance;
    this.journal = building.journal;
    this.feed = building.feed;
    this.admission = building.admission;
    this.guards = building.guards;
    this.outgoing = building.outgoing;
    this.waiting = building.waiting;
    this.#userAgents = building.userAgents;
    this.#scope = building.scope;
    this.invitations = this.feed.guard(this.#invitations);
    this.activity = this.feed.activity;
  }

  get sessions(): number {
    return this.admission.sessions;
  }

  get pending(): ReadonlyMap<string, PendingInvitation> {
    return this.waiting.pending;
  }

  get state(): HostState {
    const bots = new Map(this.bots.map(({ id, gauge }) => [id, gauge]));
    return { ...this.admission.state, deferred: this.waiting.gauge, bots };
  }

  /** Puts the bots into the house, in the order in which they are asked. */
  furnish(bots: readonly PlacedBot[]): void {
    this.bots = bots;
  }

  find(conversationId: string, party: Party): Session | undefined {
    return this.conversations.find(conversationId, party)?.view;
  }

  decide(invitation: string, decision: Decision): Promise<void> {
    const done = this.waiting.decide(invitation, decision);
    // Whoever ignores this must not bring the process down.
    done.catch(() => undefined);
    return done;
  }

  open(): Promise<void> {
    if (this.#drained !== undefined) return Promise.reject(closed());
    return (this.#opening ??= this.#open());
  }

  invite(
    target: string | Address,
    conversation: Converse | ConversationClass,
    inviting: Inviting = {},
    introduction?: Introduction,
  ): Promise<InviteResult> {
    return hostInvite(this, target, conversation, inviting, introduction);
  }

  drain(within: Duration): Promise<void> {
    const time = milliseconds(within);
    if (this.#drained === undefined) {
      this.#drained = deferred();
      this.admission.drain();
      for (const userAgent of this.#opened) this.#attempt(() => userAgent.drain());
      this.feed.tell({ type: 'draining', sessions: this.sessions });
    }
    const at = this.clock.now() + time;
    if (at < this.#cutsAt) {
      this.#cutsAt = at;
      this.#cutting?.();
      if (time === 0) this.#cut();
      else this.#cutting = this.clock.at(at, () => this.#cut());
    }
    this.left();
    return this.#drained.promise;
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  left(): void {
    if (this.#drained === undefined || this.underway.size > 0) return;
    this.#cutting?.();
    this.#drained.resolve();
  }

  disposing(disposal: Promise<void>): void {
    this.#disposals.add(disposal);
    void disposal.then(() => this.#disposals.delete(disposal));
  }

  async #open(): Promise<void> {
    try {
      for (const userAgent of this.#userAgents) {
        if (this.#isDraining()) throw closed();
        // oxlint-disable-next-line no-await-in-loop -- where one fails, the next ones never begin
        await userAgent.open(this.#door(userAgent.name));
        this.#opened.unshift(userAgent);
      }
    } catch (error) {
      this.#opening = undefined;
      await this.#closeUserAgents();
      throw error;
    }
    this.admission.open();
    for (const { name, listening } of this.#userAgents) {
      for (const place of listening)
        this.feed.tell({ type: 'listening', userAgent: name, listening: place });
    }
  }

  /** Asked anew after each pause. */
  #isDraining(): boolean {
    return this.#drained !== undefined;
  }

  #door(userAgent: string): Door {
    return {
      knock: (knock) => this.#knock(userAgent, knock),
      violated: (violation) => this.feed.tell({ ...violation, type: 'violated', userAgent }),
      registered: (state) => this.feed.tell({ ...state, type: 'registered', userAgent }),
    };
  }

  #knock(userAgent: string, knock: Knock): { readonly status: number } | undefined {
    const found = continuedBy(this.conversations, knock.invitation);
    const continued = found === 'foreign' ? undefined : found;
    const why = this.admission.admit(continued === undefined);
    if (why !== undefined) {
      // Without Retry-After: it would stop every other invitation that comes the same way (RFC 7339, 5.10.2).
      this.feed.tell({
        type: 'shed',
        userAgent,
        invitation: knock.invitation.id,
        status: 503,
        why,
      });
      return { status: 503 };
    }
    const dispatch = new Dispatch(this, userAgent, knock, continued);
    if (found === 'foreign') this.#foreign(knock.invitation.id);
    if (this.#invitations.observed) this.#invitations.next(dispatch.invitation);
    if (this.feed.observed)
      this.feed.tell({ type: 'invited', userAgent, invitation: dispatch.invitation });
    dispatch.run();
    return undefined;
  }

  /** Somebody names a conversation in which others take part. */
  #foreign(invitation: string): void {
    const text =
      'an invitation to a conference names a conversation of somebody else; nothing ends by it';
    this.feed.tell({ type: 'noted', level: 'warn', text, invitation });
  }

  /** Ends what has not ended by itself. */
  #cut(): void {
    for (const one of this.underway) one.cut();
    if (this.underway.size === 0) return;
    this.#cutting = this.clock.at(this.clock.now() + PATIENCE, () => {
      const text = `${this.underway.size} sessions did not end in time; the house closes without them`;
      this.feed.tell({ type: 'noted', level: 'warn', text });
      this.#drained?.resolve();
    });
  }

  async #close(): Promise<void> {
    // A house that is still opening finishes that first; that it failed was told to whoever opened it.
    await this.#opening?.catch(() => undefined);
    await this.drain(0);
    await this.#closeUserAgents();
    await Promise.all(this.#disposals);
    for (const { id, scope } of this.bots.toReversed()) {
      // oxlint-disable-next-line no-await-in-loop -- the last made first, one after the other
      await scope.dispose((error) =>
        this.feed.tell({ type: 'failed', what: 'disposal', bot: id, error }),
      );
    }
    await this.#scope.dispose((error) =>
      this.feed.tell({ type: 'failed', what: 'disposal', error }),
    );
    this.feed.tell({ type: 'closed' });
    this.#invitations.complete();
    this.feed.complete();
  }

  /** Closes those that were opened, the last first. */
  async #closeUserAgents(): Promise<void> {
    for (const userAgent of this.#opened.splice(0)) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await userAgent.close();
      } catch (error) {
        this.feed.tell({ type: 'failed', what: 'user-agent', error });
      }
    }
  }

  #attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.feed.tell({ type: 'failed', what: 'user-agent', error });
    }
  }
}

function closed(): LocalProtocolError {
  return new LocalProtocolError('closed', 'the house is closed, or about to be');
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
