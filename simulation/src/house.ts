/** The house under test, from its opening to its end: whole, behind a real SIP user agent, watched from all sides. */
import { createHost, type Host } from '@usher/core';
import { LocalClock } from '@usher/core/testing';
import { SipUserAgent } from '@usher/sip';

import { ActivityBook } from './activity-book.js';
import { botsOf } from './bots.js';
import { busyLoop } from './busy-loop.js';
import { HouseWatcher } from './house-watcher.js';
import { type JournalPlan, type Shelf, SimulatedJournal } from './journal.js';
import { HOUSE_PLACES } from './places.js';
import { guarded } from './security.js';
import { Talks } from './talks.js';
import { Visits } from './visits.js';
import { WatchedNetwork } from './watched-network.js';
import type { World } from './world.js';

/** A session that was told to end is waited for so long, and so long a user agent says farewell. */
const PATIENCE = 35_000 + 2_000;

/** So long something may wait for its turn. */
const LONGEST_TURN = 4_000;

/** All that has a limit is looked at in one of so many steps. */
const GAUGED = 16;

/** How a house is set up. */
export interface HousePlan {
  readonly limits: { readonly sessions: number; readonly pending: number };
  readonly pager: { readonly idle: number; readonly sessions: number };
  readonly journal: JournalPlan;
  /** Whether callers have to prove who they are, and strangers stay outside. */
  readonly guarded: boolean;
  readonly overload: 'default' | 'tight' | 'off';
  /** How long each turn of its event loop takes, in milliseconds. */
  readonly busy: number;
}

/** Overload control that is felt by a handful of peers. */
const TIGHT = {
  source: { perSecond: 2, burst: 4 },
  identity: { perSecond: 1, burst: 2 },
  invitations: { places: 4 },
  pages: { places: 2 },
} as const;

/** One house. */
export class House {
  readonly clock: LocalClock;
  readonly network: WatchedNetwork;
  readonly watcher: HouseWatcher;
  readonly talks: Talks;
  readonly book: ActivityBook;
  state: 'opening' | 'open' | 'draining' | 'closed' | 'dead' = 'opening';
  /** Told when it dies. */
  onDeath: () => void = () => {};
  readonly #world: World;
  readonly #plan: HousePlan;
  readonly #shelf: Shelf;
  readonly #name: string;
  /** What bots and journal go by: the same time, but alarms of their own. */
  readonly #guests: LocalClock;
  readonly #userAgent: SipUserAgent;
  readonly #visits = new Visits();
  #host: Host | undefined;
  #steps = 0;
  #stalledUntil = 0;

  /** @param number which house of the run it is. */
  constructor(world: World, plan: HousePlan, shelf: Shelf, number: number) {
    this.#world = world;
    this.#plan = plan;
    this.#shelf = shelf;
    this.#name = `house ${number}`;
    this.clock = new LocalClock(world.clock);
    this.#guests = new LocalClock(this.clock);
    this.talks = new Talks(world, () => this.alive);
    this.book = new ActivityBook(world);
    this.watcher = new HouseWatcher(world, this, shelf);
    this.network = new WatchedNetwork(world.wire.network(HOUSE_PLACES), this.watcher);
    this.#userAgent = new SipUserAgent({
      network: this.network,
      clock: this.clock,
      chance: world.chance(`${this.#name} sip`),
      pager: plan.pager,
      eventLoop: busyLoop(this.clock, plan.busy),
      ...(plan.overload !== 'default' && { overload: plan.overload === 'off' ? 'off' : TIGHT }),
      ...(plan.guarded && guarded(world.accounts)),
    });
    const open = this.#userAgent.open.bind(this.#userAgent);
    this.#userAgent.open = (door) =>
      open(this.#visits.watch(door, () => this.state === 'draining'));
  }

  /** By how much its timers may be late: its clock was set, its processor taken away, or what has come waits for its turn. */
  get late(): number {
    return this.clock.delayed + (this.#plan.busy > 0 ? LONGEST_TURN : 0);
  }

  get guarded(): boolean {
    return this.#plan.guarded;
  }

  get slow(): boolean {
    return this.#plan.journal.delay > 30_000;
  }

  get alive(): boolean {
    return this.state !== 'dead';
  }

  /** Makes the house and opens it. */
  async open(): Promise<void> {
    const world = this.#world;
    const clock = this.#guests;
    const { talks } = this;
    const host = await createHost({
      userAgents: [this.#userAgent],
      bots: botsOf({ clock, talks, chance: world.chance(`${this.#name} bots`) }),
      clock: this.clock,
      chance: world.chance(this.#name),
      journal: new SimulatedJournal(this.#shelf, this.#plan.journal, {
        clock,
        chance: world.chance(`${this.#name} journal`),
        happened: (what) => world.count(`fault: ${what}`),
        crashes: () => this.watcher.crashes('journal'),
      }),
      limits: this.#plan.limits,
    });
    this.#host = host;
    host.activity.subscribe((activity) => {
      if (this.alive) this.book.observe(activity);
    });
    await host.open();
    if (this.state === 'opening') this.state = 'open';
    world.note('house: open');
  }

  /** Drains, and closes; that has to come to an end in its time. */
  async close(within: number): Promise<void> {
    const host = this.#host;
    if (host === undefined || this.state !== 'open') return;
    this.state = 'draining';
    this.#world.note(`house: drains within ${within} ms`);
    const since = this.clock.now() - this.clock.delayed;
    await host.drain(within);
    if (this.alive && host.sessions > 0) this.#world.count('house: drained without its sessions');
    await host.close();
    if (!this.alive) return;
    this.state = 'closed';
    this.#world.note('house: closed');
    const took = this.clock.now() - this.clock.delayed - since;
    if (took > within + PATIENCE) this.#accuse(`closing within ${within} ms took ${took}`);
    // A turn that was arranged finds out by itself that it comes too late.
    await this.#world.wait(this.#plan.busy);
    const alarms = this.clock.waiting - this.#guests.waiting;
    if (alarms > 0) this.#accuse(`${alarms} alarms after it was closed`);
  }

  /** Dies at once; all memory is gone. */
  crash(silently: boolean): void {
    if (this.state === 'dead' || this.state === 'closed') return;
    this.state = 'dead';
    this.#world.note(`house: dies${silently ? ' silently' : ''}`);
    this.#world.count('fault: house died');
    this.clock.stop();
    this.#world.wire.crash(this.network.inner, silently);
    this.onDeath();
  }

  /** Gets no processor for so long. */
  stall(ms: number): void {
    if (!this.alive) return;
    const { clock } = this.#world;
    const until = clock.now() + ms;
    this.#stalledUntil = Math.max(this.#stalledUntil, until);
    this.clock.stall(ms);
    this.network.stall();
    clock.at(until, () => {
      if (this.alive && this.#stalledUntil === until) this.network.resume();
    });
  }

  /** What is cheap enough to be looked at in every step: nothing is more than it may be. */
  check(): void {
    const host = this.#host;
    if (host === undefined || !this.alive) return;
    const { limits, pager } = this.#plan;
    if (host.sessions > limits.sessions)
      this.#accuse(`${host.sessions} sessions where ${limits.sessions} are the most`);
    const pagers = this.#userAgent.counts?.pagers ?? 0;
    if (pagers > pager.sessions)
      this.#accuse(`${pagers} pager sessions where ${pager.sessions} are the most`);
    this.#steps += 1;
    if (this.#steps % GAUGED === 0) this.#checkGauges(host);
  }

  /** What must hold when nothing happens any more. */
  checkRest(): void {
    if (!this.alive) return;
    const accuse = (what: string): void => this.#accuse(what);
    for (const [what, count] of Object.entries(this.#userAgent.counts ?? {})) {
      if (count > 0 && what !== 'connections') accuse(`${count} ${what} at rest`);
    }
    const sessions = this.#host?.sessions ?? 0;
    if (sessions > 0) accuse(`${sessions} sessions at rest`);
    if (this.clock.waiting > 0) accuse(`${this.clock.waiting} alarms at rest`);
    this.#visits.check(accuse);
    this.book.check(accuse);
    this.talks.check(accuse);
    // What it had no time to answer, being told to close at once, its peer says again to the next house.
    if (this.state !== 'closed') this.watcher.checkRest();
    this.watcher.checkOctets();
  }

  /** Nothing that has a limit is above it. */
  #checkGauges(host: Host): void {
    const { sessions, pending, bots } = host.state;
    const gauges = [
      ...(this.#userAgent.state?.gauges ?? []),
      ...bots,
      ['sessions', sessions] as const,
      ['pending', pending] as const,
    ];
    for (const [what, { used, limit }] of gauges) {
      // How many may wait depends on how long they take, and sinks while they wait.
      if (what.startsWith('waiting-')) continue;
      if (used < 0 || used > (limit ?? Infinity))
        this.#accuse(`${used} ${what} of ${limit ?? 'any number'}`);
    }
  }

  #accuse(what: string): void {
    this.#world.accuse(`house: ${what}`);
  }
}
