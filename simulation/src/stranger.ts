/** A peer written by hand that keeps to few rules: it forgets, repeats itself, answers late or never, and breaks things. */
import type { Flow, Network } from '@usher/core/adapter';
import { LocalClock, type SeededChance } from '@usher/core/testing';

import { HandMadeDialog } from './hand-made-dialog.js';
import { HandMadePage } from './hand-made-page.js';
import { HOUSE } from './places.js';
import { answerTo, Pieces, readSip, type SipText } from './sip-text.js';
import { vandalise } from './vandalism.js';
import type { World } from './world.js';

/** How a stranger is set up. */
export interface StrangerPlan {
  readonly name: string;
  readonly address: string;
  readonly transport: 'udp' | 'tcp';
  /** How many dialogs it begins, how many messages it sends outside any, and how many other things. */
  readonly dialogs: number;
  readonly pages: number;
  readonly vandalism: number;
  /** When the last of them begins, at the latest. */
  readonly until: number;
}

/** A peer written by hand. */
export class Stranger {
  readonly clock: LocalClock;
  readonly network: Network;
  readonly chance: SeededChance;
  readonly plan: StrangerPlan;
  readonly world: World;
  alive = true;
  readonly #dialogs = new Map<string, HandMadeDialog | HandMadePage>();
  readonly #heard = new Set<string>();
  readonly #to: Flow;
  #pieces = new Pieces();
  #count = 0;

  constructor(world: World, plan: StrangerPlan) {
    const { transport, address, name } = plan;
    this.world = world;
    this.plan = plan;
    this.clock = new LocalClock(world.clock);
    this.chance = world.chance(name);
    this.network = world.wire.network([{ transport, address, port: 5060 }]);
    this.#to = { transport, remote: { address: HOUSE, port: 5060 } };
    world.ladder.name(address, name);
    if (plan.vandalism > 0) world.vandals.add(address);
  }

  /** Opens its socket, and does what it does. */
  async open(): Promise<void> {
    await this.network.open({
      receive: (bytes, flow) => this.#receive(bytes, flow),
      closed: () => {
        this.#pieces = new Pieces();
      },
      failed: () => {},
    });
    const { dialogs, pages, vandalism, until } = this.plan;
    for (let count = 0; count < dialogs; count += 1) {
      this.later(this.chance.integer(until), () => this.#begin());
    }
    for (let count = 0; count < pages; count += 1) {
      this.later(this.chance.integer(until), () => this.#page());
    }
    for (let count = 0; count < vandalism; count += 1) {
      this.later(this.chance.integer(until), () => vandalise(this));
    }
  }

  /** Begins some dialogs at once. */
  burst(count: number): void {
    for (let begun = 0; begun < count && this.alive; begun += 1) this.#begin();
  }

  crash(silently: boolean): void {
    if (!this.alive) return;
    this.alive = false;
    this.world.note(`${this.plan.name}: dies`);
    this.clock.stop();
    this.world.wire.crash(this.network, silently);
  }

  /** What must hold when nothing happens any more: nothing, but that its own alarms are through. */
  checkRest(): void {
    if (this.alive && this.clock.waiting > 0)
      this.world.accuse(`${this.plan.name}: ${this.clock.waiting} alarms at rest`);
  }

  async close(): Promise<void> {
    if (this.alive) await this.network.close();
  }

  later(ms: number, act: () => void): void {
    this.clock.at(this.clock.now() + ms, act);
  }

  /** A word that was never said before. */
  fresh(what: string): string {
    this.#count += 1;
    return `${what}${this.plan.name}${this.#count}`;
  }

  send(bytes: Uint8Array, to: Flow = this.#to): void {
    if (this.alive) this.network.transmit(bytes, to);
  }

  /** Hears what is said outside any dialog: once, by its Call-ID and CSeq. */
  #hear(message: SipText, flow: Flow): void {
    const number = `${message.callId} ${message.sequence}`;
    if (!this.#heard.has(number)) this.world.ledger.see(message.body);
    this.#heard.add(number);
    if (this.chance.chance(0.8)) this.send(answerTo(message, 200, 'OK'), flow);
  }

  #begin(): void {
    const dialog = new HandMadeDialog(this, this.fresh('call-'));
    this.#dialogs.set(dialog.callId, dialog);
    dialog.begin();
  }

  #page(): void {
    const page = new HandMadePage(this, this.fresh('page-'));
    this.#dialogs.set(page.callId, page);
    page.begin();
  }

  #receive(bytes: Uint8Array, flow: Flow): void {
    if (flow.transport === 'udp') return this.#read(bytes, flow);
    for (const whole of this.#pieces.push(bytes)) this.#read(whole, flow);
  }

  #read(bytes: Uint8Array, flow: Flow): void {
    const message: SipText | undefined = readSip(bytes);
    if (message === undefined) return;
    const dialog = this.#dialogs.get(message.callId);
    const { status, method } = message;
    if (status !== undefined) dialog?.response(message, status);
    else if (dialog instanceof HandMadeDialog) dialog.request(message, flow);
    // What a bot says to somebody outside any dialog has a Call-ID of its own.
    else if (method === 'MESSAGE') this.#hear(message, flow);
  }
}
