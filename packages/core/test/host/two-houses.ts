/** Two houses, back to back: what leaves the one arrives at the other, by whatever address. */
import type { Activity, Host, HostOptions, Placement } from '../../src/index.js';
import { createHost } from '../../src/index.js';
import { ScriptedCaller, SeededChance, VirtualClock } from '../../src/testing/index.js';

/** Two houses, back to back. */
export class TwoHouses {
  readonly clock = new VirtualClock(1_000);
  readonly near: ScriptedCaller;
  readonly far: ScriptedCaller;
  readonly activity: Activity[] = [];
  host!: Host;
  other!: Host;

  private constructor(delay: number) {
    const { clock } = this;
    const made = (name: string, seed: number): ScriptedCaller =>
      new ScriptedCaller({ clock, name, delay, chance: new SeededChance(seed) });
    this.near = made('near', 5);
    this.far = made('far', 6);
    ScriptedCaller.link(this.near, this.far);
  }

  /** @param others who is at the other end. */
  static async open(
    bots: readonly Placement[],
    others: readonly Placement[],
    options: Partial<HostOptions> = {},
    delay = 0,
  ): Promise<TwoHouses> {
    const two = new TwoHouses(delay);
    const { clock } = two;
    const base = { clock, chance: new SeededChance(7) };
    two.host = await createHost({ ...base, userAgents: [two.near], bots, ...options });
    two.other = await createHost({ clock, userAgents: [two.far], bots: others });
    two.host.activity.subscribe((activity) => two.activity.push(activity));
    await two.host.open();
    await two.other.open();
    return two;
  }

  /** All activity of one type in the near house. */
  told<Type extends Activity['type']>(type: Type): Extract<Activity, { type: Type }>[] {
    return this.activity.filter(
      (one): one is Extract<Activity, { type: Type }> => one.type === type,
    );
  }
}
