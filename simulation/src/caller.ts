/** A peer that keeps to the rules: a real SIP user agent, and a person behind it who invites, talks, changes their mind and leaves. */
/* oxlint-disable no-await-in-loop -- a talk is one thing after the other */
import { Address, type Delivery, plainText } from '@usher/core';
import type { Door, Invited, Medium, Receiver } from '@usher/core/adapter';
import { LocalClock, type SeededChance } from '@usher/core/testing';
import { SipUserAgent } from '@usher/sip';

import { ANSWERS, NAMES } from './bots.js';
import { HOUSE } from './places.js';
import { Referee } from './referee.js';
import { accountOf } from './security.js';
import { latin1, readSip } from './sip-text.js';
import { WatchedNetwork } from './watched-network.js';
import type { World } from './world.js';

/** How a caller is set up. */
export interface CallerPlan {
  readonly name: string;
  readonly address: string;
  readonly transport: 'udp' | 'tcp' | 'ws';
  readonly talks: number;
  /** When the last talk begins, at the latest, in milliseconds. */
  readonly until: number;
}

/** What an invitation may come to, besides what its bot says: no answer, no house, or one that is full. */
const TROUBLE = [408, 503];

/** So long it may ring. */
const LONGEST_RINGING = 180_000;

/** What is heard in one session. */
interface Heard extends Receiver {
  readonly texts: string[];
  over: boolean;
}

/** A peer that keeps to the rules. */
export class Caller {
  readonly clock: LocalClock;
  readonly network: WatchedNetwork;
  readonly userAgent: SipUserAgent;
  readonly referee: Referee;
  alive = true;
  /** Talks that have not come to an end. */
  talking = 0;
  readonly #world: World;
  readonly #plan: CallerPlan;
  readonly #chance: SeededChance;
  #talks = 0;

  constructor(world: World, plan: CallerPlan) {
    const { name, address, transport } = plan;
    this.#world = world;
    this.#plan = plan;
    this.clock = new LocalClock(world.clock);
    this.#chance = world.chance(name);
    this.referee = new Referee(name, world, () => this.clock.delayed, false);
    const places = transport === 'ws' ? [] : [{ transport, address, port: 5060 }];
    this.network = new WatchedNetwork(world.wire.network(places), {
      received: (bytes, flow) => {
        const message = readSip(bytes);
        if (message === undefined) this.referee.answers.garbage(flow.remote.address);
        else this.referee.received(message, latin1(bytes), flow, this.clock.now());
      },
      sent: (bytes, flow) => {
        if (!this.alive) return false;
        const message = readSip(bytes);
        if (message === undefined) return true;
        if (message.method === 'INVITE')
          world.labels.set(message.callId, message.get('subject') ?? '');
        this.referee.sent(message, latin1(bytes), flow, this.clock.now());
        return true;
      },
      opened: () => {},
      lost: (flow) => this.referee.requests.lost(flow),
    });
    const port = transport === 'ws' ? 8080 : 5060;
    this.userAgent = new SipUserAgent({
      network: this.network,
      clock: this.clock,
      chance: world.chance(`${name} sip`),
      name,
      address: `sip:${name}@example.com`,
      proxy: `sip:${HOUSE}:${port};transport=${transport}`,
      ...accountOf(name),
    });
    world.accounts.push(name);
    world.ladder.name(address, name);
  }

  /** Opens its user agent, and has all its talks. */
  async open(): Promise<void> {
    await this.userAgent.open(this.#door());
    const { talks, until } = this.#plan;
    for (let number = 1; number <= talks; number += 1) {
      const at = this.#chance.integer(until);
      this.clock.at(this.clock.now() + at, () => void this.#begin());
    }
    this.talking += talks;
  }

  /** One more talk, now. */
  extra(): void {
    if (!this.alive) return;
    this.talking += 1;
    void this.#begin();
  }

  /** Dies in the middle of whatever it does. */
  crash(silently: boolean): void {
    if (!this.alive) return;
    this.alive = false;
    this.#world.note(`${this.#plan.name}: dies`);
    this.clock.stop();
    this.#world.wire.crash(this.network.inner, silently);
  }

  /** What must hold when nothing happens any more. */
  checkRest(): void {
    if (!this.alive) return;
    const { name } = this.#plan;
    if (this.talking > 0) this.#accuse(`${this.talking} talks never came to an end`);
    for (const [what, count] of Object.entries(this.userAgent.counts ?? {})) {
      if (count > 0 && what !== 'connections') this.#accuse(`${count} ${what} at rest`);
    }
    if (this.clock.waiting > 0) this.#accuse(`${this.clock.waiting} alarms at rest`);
    // Whose clock was set may have forgotten what it invited to.
    if (this.clock.delayed > 0) return;
    for (const [key, callId] of this.referee.requests.unacknowledged)
      this.#world.accuse(`${name}: no ACK for ${key}`, callId);
  }

  async close(): Promise<void> {
    if (this.alive) await this.userAgent.close();
  }

  async #begin(): Promise<void> {
    this.#talks += 1;
    const label = `${this.#plan.name}.${this.#talks}`;
    try {
      if (this.#chance.chance(0.15)) await this.#page(label);
      else await this.#talk(label);
    } catch (error) {
      this.#accuse(`talk ${label} failed: ${String(error)}`);
    }
    if (this.alive) this.talking -= 1;
  }

  /** Sends some messages outside any dialog. */
  async #page(label: string): Promise<void> {
    const chance = this.#chance;
    const bot = chance.pick(['echo', 'scribe', 'slow', 'busy', 'mute', 'faulty', 'nobody']);
    const count = 1 + chance.integer(4);
    for (let number = 1; number <= count && this.alive; number += 1) {
      const text = `${label}.${number}`;
      const said = this.#world.ledger.ask(text, this.#plan.name);
      const delivery = await this.userAgent.send(
        Address.parse(`sip:${bot}@${HOUSE}`),
        plainText(text),
      );
      this.#note(`paged ${bot}: ${delivery.type} ${delivery.status}`);
      this.#world.count(`page: ${delivery.status}`);
      said.fate = delivery.type;
      await this.#wait(chance.integer(4_000));
    }
  }

  async #talk(label: string): Promise<void> {
    const chance = this.#chance;
    const bot = NAMES[chance.integer(NAMES.length)] ?? 'echo';
    const heard = this.#listen(label);
    const abort = new AbortController();
    const impatient = chance.chance(0.2);
    if (impatient) {
      // Before it has left, while it rings, in the very moment of the answer, and after it.
      const after = chance.chance(0.5) ? chance.integer(200) : chance.integer(12_000);
      this.clock.at(this.clock.now() + after, () => abort.abort());
    }
    const since = this.clock.now();
    const invited = await this.userAgent.invite(Address.parse(`sip:${bot}@${HOUSE}`), heard, {
      subject: label,
      signal: abort.signal,
    });
    // An invitation that only ever rings is taken back, at last, by the user agent itself.
    const gaveUp = abort.signal.aborted || this.clock.now() - since >= LONGEST_RINGING;
    this.#judge(label, bot, invited, gaveUp);
    if (invited.type === 'accepted') await this.#converse(label, invited.medium, heard);
  }

  async #converse(label: string, medium: Medium, heard: Heard): Promise<void> {
    const chance = this.#chance;
    const count = chance.pick([0, 1, 1, 2, 3, 5, 8]);
    const hasty = chance.chance(0.25);
    const sends: Promise<unknown>[] = [];
    for (let number = 1; number <= count && !heard.over; number += 1) {
      if (chance.chance(0.2)) medium.compose('active');
      const sending = this.#say(medium, `${label}.${number}`);
      if (hasty) sends.push(sending);
      else await sending;
      if (!hasty) await this.#wait(chance.pick([0, 10, 100, 1_000, 5_000]));
    }
    if (hasty && chance.chance(0.5)) await Promise.all(sends);
    const patience = chance.pick([0, 0, 500, 5_000, 30_000, 90_000]);
    for (let waited = 0; waited < patience && !heard.over; waited += 500) await this.#wait(500);
    await medium.end({ by: 'bot', why: 'ended' });
    heard.over = true;
    await Promise.all(sends);
    if (chance.chance(0.2)) {
      const delivery = await medium.send(plainText('after the end'), `${label}-late`);
      if (delivery.type !== 'failed') this.#accuse(`${label}: delivered after the end`);
    }
  }

  async #say(medium: Medium, text: string): Promise<Delivery> {
    const said = this.#world.ledger.ask(text, this.#plan.name);
    const delivery = await medium.send(plainText(text), text);
    said.fate = delivery.type;
    this.#world.count(`said: ${delivery.status}`);
    return delivery;
  }

  /** The answer that is heard is the decision that was made, or trouble on the way. */
  #judge(label: string, bot: string, invited: Invited, aborted: boolean): void {
    const status = invited.type === 'accepted' ? 200 : invited.status;
    this.#note(`${label}: invited ${bot}: ${status}${aborted ? ', taken back' : ''}`);
    this.#world.count(`invited: ${status}`);
    const possible = [
      ...(ANSWERS[bot] ?? []),
      ...TROUBLE,
      ...(aborted ? [487] : []),
      ...this.#world.trouble,
    ];
    if (!possible.includes(status) && !this.#world.garbled.has(label))
      this.#accuse(`${label}: ${bot} answered ${status}, expected ${possible.join(', ')}`);
  }

  #listen(label: string): Heard {
    const heard: Heard = {
      texts: [],
      over: false,
      receive: (message) => {
        if (heard.over && this.alive && ended) this.#accuse(`${label}: a message after the end`);
        const text = latin1(message.body);
        heard.texts.push(text);
        this.#world.ledger.see(text);
        return this.#chance.chance(0.03) ? { type: 'refused', status: 500 } : { type: 'taken' };
      },
      compose: () => this.#world.count('caller: was shown typing'),
      end: (end) => {
        if (ended) this.#accuse(`${label}: told twice that it is over`);
        ended = true;
        heard.over = true;
        this.#note(`${label}: over, ${end.by} ${end.why}`);
      },
    };
    let ended = false;
    return heard;
  }

  /** Bots answer pages by pages. */
  #door(): Door {
    return {
      violated: ({ code }) => this.#world.count(`caller violation: ${code}`),
      knock: (knock) => {
        const accepts = knock.invitation.medium === 'pager';
        void knock.answer(
          accepts
            ? { type: 'accept', receiver: this.#listen(`${this.#plan.name}.page`) }
            : { type: 'reject', status: 480 },
        );
        return undefined;
      },
    };
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.clock.at(this.clock.now() + ms, resolve);
    });
  }

  #note(text: string): void {
    this.#world.note(`${this.#plan.name}: ${text}`);
  }

  #accuse(what: string): void {
    this.#world.accuse(`${this.#plan.name}: ${what}`);
  }
}
