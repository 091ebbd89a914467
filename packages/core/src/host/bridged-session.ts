/** Two peers who talk through the house: as long as both are there, what one says is carried to the other. */
import type { Medium, Receiver } from '../ports/medium.js';
import type { Address } from '../words/address.js';
import type { Delivery, Message } from '../words/message.js';
import type { SessionEnd } from '../words/session.js';
import { AskedInvitation, type Facts } from './asked-invitation.js';
import { Chronicle, type ChronicleSubject } from './chronicle.js';
import type { Household, Underway } from './household.js';
import { Lifetime } from './lifetime.js';
import type { PlacedBot } from './placed-bot.js';
import { Relay, type RelayOwner } from './relay.js';

/** Whom the inviter is bridged to. */
export interface Reached {
  readonly medium: Medium;
  readonly address: Address;
  /** The id of the invitation of ours that reached them. */
  readonly by: string;
}

/**
 * A bridge in being. It bears the id of the inviter's invitation, and counts as one session: of the bot that forwarded, and
 * of the house. `offered`: no target has been reached, or the inviter does not know it yet.
 */
export class BridgedSession implements Underway, RelayOwner, ChronicleSubject {
  readonly id: string;
  readonly #household: Household;
  readonly #bot: PlacedBot;
  readonly #facts: Facts;
  readonly #chronicle: Chronicle;
  /** From the inviter to the target, and back. */
  readonly #forth = new Relay(this);
  #back = new Relay(this);
  #inviter: Medium | undefined;
  #reached: Reached | undefined;
  #state: 'offered' | 'open' | 'over' | 'closed' = 'offered';
  /** The end that came before the inviter knew of the beginning. */
  #early: { readonly relay: Relay; readonly end: SessionEnd } | undefined;
  #lifetime: Lifetime | undefined;
  readonly #sentAt = new Map<string, number>();
  #token: string | undefined;
  #said = 0;

  /** Counts as a session from now on. */
  constructor(household: Household, bot: PlacedBot, facts: Facts) {
    this.id = facts.id;
    this.#household = household;
    this.#bot = bot;
    this.#facts = facts;
    this.#chronicle = new Chronicle(household, this);
    bot.sessions += 1;
    household.admission.sessions += 1;
    household.underway.add(this);
  }

  get holder(): string {
    return this.#bot.id;
  }

  /** What the inviter says comes here. */
  get receiver(): Relay {
    return this.#forth;
  }

  /** What the next target says comes here; nothing that the last one said goes anywhere. */
  attempt(): Receiver {
    this.#back.abandon();
    this.#early = undefined;
    return (this.#back = new Relay(this));
  }

  /** A target has accepted. */
  reach(reached: Reached): void {
    this.#reached = reached;
    this.#forth.attach(reached.medium);
  }

  /** The inviter has been told: they talk. */
  open(inviter: Medium): void {
    const reached = this.#reached;
    if (reached === undefined || this.#state !== 'offered') return;
    const { clock, feed } = this.#household;
    const { bounds } = this.#bot;
    this.#state = 'open';
    this.#inviter = inviter;
    const invitation = AskedInvitation.ask(this.#facts, clock.now());
    this.#chronicle.started(invitation, inviter.name);
    const { address: to, by } = reached;
    feed.tell({ type: 'bridged', session: this.id, bot: this.#bot.id, to, by });
    if (bounds.idle !== undefined || bounds.max !== undefined) {
      this.#lifetime = new Lifetime(clock, bounds, (why) => this.#finish({ by: 'host', why }));
    }
    this.#back.attach(inviter);
    const early = this.#early;
    if (early !== undefined) this.left(early.relay, early.end);
  }

  /** No session comes of it; whoever was reached is left. */
  gone(): void {
    if (this.#state !== 'offered') return;
    this.#state = 'over';
    const reached = this.#early?.relay === this.#back ? undefined : this.#reached;
    this.#forth.abandon();
    this.#back.abandon();
    if (reached === undefined) this.#closed();
    else this.#leave([reached.medium], { by: 'peer', why: 'hung-up' }, () => this.#closed());
  }

  /** The house closes. Whoever is still being invited is taken back elsewhere. */
  cut(): void {
    this.#finish({ by: 'host', why: 'drain' });
  }

  // What the relays say.

  /** One of the two has left: what they said before still goes over, and then the other one is told. */
  left(relay: Relay, end: SessionEnd): void {
    if (relay !== this.#forth && relay !== this.#back) return;
    if (this.#state === 'offered') this.#early ??= { relay, end };
    if (this.#state !== 'open') return;
    this.#state = 'over';
    this.#lifetime?.stop();
    const [from, other, medium] =
      relay === this.#forth
        ? [this.#forth, this.#back, this.#reached?.medium]
        : [this.#back, this.#forth, this.#inviter];
    other.abandon();
    from.close(() => this.#leave([medium], end, () => this.#closed(end)));
  }

  identify(): string {
    this.#token ??= this.#household.chance.token();
    this.#said += 1;
    return `${this.#token}.${this.#said.toString(36)}`;
  }

  received(message: Message): void {
    this.#lifetime?.touch();
    this.#chronicle.received(message);
  }

  sending({ contentType, body }: Message, id: string): void {
    this.#sentAt.set(id, this.#household.clock.now());
    this.#chronicle.sending({ contentType, body }, id);
  }

  sent({ contentType, body }: Message, id: string, delivery: Delivery, error?: unknown): void {
    const now = this.#household.clock.now();
    const took = now - (this.#sentAt.get(id) ?? now);
    this.#sentAt.delete(id);
    if (error !== undefined) this.#chronicle.failed('medium', error);
    this.#chronicle.sent({ contentType, body }, id, delivery, took);
  }

  /** Ends both. */
  #finish(end: SessionEnd): void {
    if (this.#state !== 'open') return;
    this.#state = 'over';
    this.#lifetime?.stop();
    this.#forth.abandon();
    this.#back.abandon();
    this.#leave([this.#inviter, this.#reached?.medium], end, () => this.#closed(end));
  }

  #leave(media: readonly (Medium | undefined)[], end: SessionEnd, then: () => void): void {
    const farewells = media.map(async (medium) => {
      try {
        await medium?.end(end);
      } catch (error) {
        this.#chronicle.failed('medium', error);
      }
    });
    void Promise.all(farewells).then(then);
  }

  #closed(end?: SessionEnd): void {
    if (this.#state === 'closed') return;
    const { admission, underway } = this.#household;
    this.#state = 'closed';
    admission.sessions -= 1;
    this.#bot.sessions -= 1;
    underway.delete(this);
    if (end !== undefined) this.#chronicle.ended(end);
    this.#household.left();
  }
}
