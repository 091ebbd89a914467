/** One run: sets up what its plan says, lets time pass until nobody wants anything any more, and looks at what is left. */
import { Caller } from './caller.js';
import { House } from './house.js';
import { checkDeliveries } from './deliveries.js';
import { strike } from './faults.js';
import { Shelf } from './journal.js';
import { HOUSE } from './places.js';
import { CALM, type Plan } from './plan.js';
import { Stranger } from './stranger.js';
import { World } from './world.js';

/** So long a run may take until nothing happens any more: a day. */
const LONGEST = 24 * 60 * 60_000;
/** So many steps, and it never comes to rest. */
const MOST_STEPS = 400_000;

/** One run. */
export class Run {
  readonly world: World;
  readonly plan: Plan;
  readonly #shelf = new Shelf();
  readonly #houses: House[] = [];
  readonly callers: readonly Caller[];
  readonly strangers: readonly Stranger[];
  #steps = 0;

  constructor(plan: Plan, traced: boolean) {
    this.plan = plan;
    this.world = new World(plan.seed, traced);
    this.world.ladder.name(HOUSE, 'house');
    this.callers = plan.callers.map((caller) => new Caller(this.world, caller));
    this.strangers = plan.strangers.map((stranger) => new Stranger(this.world, stranger));
  }

  /** The house that stands there now. */
  get house(): House {
    const house = this.#houses.at(-1);
    if (house === undefined) throw new Error('there is no house yet');
    return house;
  }

  /** All of it. */
  async all(): Promise<void> {
    const { world } = this;
    try {
      world.wire.change(this.plan.weather);
      // Who asks for more than his part, where that is small.
      if (this.plan.house.overload === 'tight') world.trouble.push(480);
      this.rebuild();
      for (const peer of this.#peers) await peer.open();
      for (const fault of this.plan.faults) {
        world.clock.at(world.since + fault.at, () => strike(this, fault));
      }
      world.clock.at(world.since + this.plan.calm, () => this.#calm());
      await this.#rest();
      for (const house of this.#houses) house.checkRest();
      for (const peer of this.#peers) peer.checkRest();
      checkDeliveries(world, this.#houses);
      await this.#closeAll();
    } catch (error) {
      world.accuse(
        `the run itself failed: ${error instanceof Error ? error.stack : String(error)}`,
      );
    }
  }

  /** Builds a house where there is none. */
  rebuild(): void {
    const last = this.#houses.at(-1);
    if (last !== undefined && last.state !== 'dead' && last.state !== 'closed') return;
    const house = new House(this.world, this.plan.house, this.#shelf, this.#houses.length);
    this.#houses.push(house);
    // A house that comes after another one does not know what that one asked to be proven.
    if (this.#houses.length > 1 && this.plan.house.guarded) this.world.trouble.push(401);
    void house.open();
  }

  get #peers(): readonly (Caller | Stranger)[] {
    return [...this.callers, ...this.strangers];
  }

  /** From now on nothing goes wrong. */
  #calm(): void {
    const { wire } = this.world;
    this.world.note('** calm');
    this.house.watcher.crashPoint = undefined;
    wire.change(CALM);
    wire.heal();
  }

  async #closeAll(): Promise<void> {
    const { world } = this;
    const closing = Promise.all([
      ...this.#peers.map(async (peer) => peer.close()),
      ...this.#houses.map(async (house) => house.close(0)),
    ]);
    const over = { yes: false };
    void closing.then(() => (over.yes = true));
    await this.#rest();
    if (!over.yes) world.accuse('closing never came to an end');
    if (world.clock.waiting > 0) world.accuse(`${world.clock.waiting} alarms after all was closed`);
  }

  /** Until nobody wants to be woken any more. */
  #rest(): Promise<void> {
    const { world } = this;
    return world.clock.run(world.since + LONGEST, () => {
      this.#steps += 1;
      world.watchWire();
      this.#houses.at(-1)?.check();
      if (this.#steps > MOST_STEPS) throw new Error('it never comes to rest');
    });
  }
}
