/** A session that moves among faults, by seed: what the bot says, what the peer says, and everything that may go wrong at each step. */
import type { Answered, Invited, Medium, Receiver } from '../../src/adapter.js';
import {
  accept,
  Address,
  type Content,
  type Delivery,
  Message,
  plainText,
  type Session,
  type SessionEnd,
} from '../../src/index.js';
import type { VirtualClock } from '../../src/testing/index.js';
import { CONFERENCE, ID } from './escalation.js';
import { ALICE, type Guest, Room } from './room.js';

/** How long a transaction takes to give up. */
const SILENCE = 32_000;

/** Small numbers by seed. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761 + 12_345) >>> 0;
  }

  /** From 0 to below `bound`. */
  below(bound: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * bound);
  }

  in(chances: number): boolean {
    return this.below(100) < chances;
  }
}

/** The peer: by whatever medium a message comes, it is known by its id. */
export class Peer {
  readonly texts = new Map<string, string>();
  /** As it heard them, each once. */
  readonly heard: string[] = [];
  /** Ids that came with two texts. */
  readonly confused: string[] = [];

  hear(text: string, id: string): void {
    const known = this.texts.get(id);
    if (known === undefined) {
      this.texts.set(id, text);
      this.heard.push(text);
    } else if (known !== text) this.confused.push(id);
  }
}

/** A medium whose messages come to the peer, or do not, and whose answers come back, or do not. */
export class WeatheredMedium implements Medium {
  readonly name = 'weathered';
  readonly limit = undefined;
  readonly ends: SessionEnd[] = [];
  /** When it was ended by us. */
  endedAt = Infinity;
  #over = false;
  #busy = false;
  overlapped = false;

  /** @param faults in how many of a hundred messages something goes wrong. */
  constructor(
    readonly peer: Peer,
    readonly clock: VirtualClock,
    readonly dice: Dice,
    readonly faults: number,
    readonly resumable = false,
  ) {}

  send(content: Content, id: string): Promise<Delivery> {
    this.overlapped ||= this.#busy;
    this.#busy = true;
    const text = new TextDecoder().decode(content.body);
    return new Promise((resolve) => {
      const answer = (delay: number, delivery: Delivery): void => {
        this.clock.at(this.clock.now() + delay, () => {
          this.#busy = false;
          resolve(delivery);
        });
      };
      const fault = this.dice.in(this.faults) ? this.dice.below(5) : -1;
      if (fault === 0) return answer(SILENCE, failed(408));
      if (fault === 1) return answer(this.dice.below(400), failed(480));
      this.clock.at(this.clock.now() + this.dice.below(300), () => {
        if (this.#over || fault === 2) return answer(this.dice.below(300), failed(481));
        this.peer.hear(text, id);
        if (fault === 3) return answer(SILENCE, failed(408));
        // Later than anybody waits for.
        if (fault === 4) return answer(40_000, { type: 'delivered', status: 200 });
        answer(this.dice.below(300), { type: 'delivered', status: 200 });
      });
    });
  }

  compose(): void {}

  /** The peer, or the network, has ended it. */
  die(): void {
    this.#over = true;
  }

  end(end: SessionEnd): Promise<void> {
    this.ends.push(end);
    this.endedAt = this.clock.now();
    this.#over = true;
    return this.dice.in(10) ? Promise.reject(new Error('481')) : Promise.resolve();
  }
}

function failed(status: number): Delivery {
  return { type: 'failed', status, reason: 'a fault' };
}

/** What became of one message of the bot. */
export interface Fate {
  readonly text: string;
  readonly saidAt: number;
  at: number;
  /** `ended`: it was never sent. */
  what: 'delivered' | 'failed' | 'ended' | undefined;
}

/** One run. */
export class Voyage {
  readonly peer = new Peer();
  readonly fates: Fate[] = [];
  /** What the peer said and was told is taken, in that order. */
  readonly taken: string[] = [];
  readonly read: string[] = [];
  room!: Room;
  session!: Session;
  old!: WeatheredMedium;
  next!: WeatheredMedium;
  /** When the other medium was there, and when the bot had accepted to go there. */
  acceptedAt = Infinity;
  openedAt = Infinity;
  joins = false;
  hungUp = false;
  /** Who let us in has sent us away again, as soon as we were there. */
  expelled = false;
  readonly #dice: Dice;

  private constructor(seed: number) {
    this.#dice = new Dice(seed);
  }

  /** @param how whether its peer takes it to a conference, or its medium dies and the peer is invited anew. */
  static async run(seed: number, how: 'escalated' | 'lost'): Promise<Voyage> {
    const voyage = new Voyage(seed);
    await voyage.#run(how);
    return voyage;
  }

  get moved(): boolean {
    return this.room.told('moved').length > 0;
  }

  async #run(how: 'escalated' | 'lost'): Promise<void> {
    const dice = this.#dice;
    const sessions: Session[] = [];
    const converse = accept((session) => {
      sessions.push(session);
      session.messages.subscribe(({ text }) => this.read.push(text));
    });
    this.room = await Room.open([{ id: 'bot', order: 1, plugin: { decide: () => converse } }]);
    const { clock, doorkeeper } = this.room;
    this.old = new WeatheredMedium(this.peer, clock, dice, dice.below(60), how === 'lost');
    this.next = new WeatheredMedium(this.peer, clock, dice, 0);
    const guest = this.room.knock({ conversationId: ID }, (one) => {
      one.answered = { type: 'accepted', medium: this.old };
    });
    await clock.settle();
    const [session] = sessions;
    if (session === undefined) throw new Error('no session');
    this.session = session;
    this.joins = dice.in(75);
    for (let said = 0, count = 1 + dice.below(12); said < count; said += 1) this.#talk(said);
    for (let said = 0, count = dice.below(8); said < count; said += 1) {
      this.#listen(`old ${said}`, dice.below(60_000), () =>
        this.hungUp ? undefined : guest.receiver,
      );
    }
    if (how === 'escalated') this.#escalate(guest);
    else {
      doorkeeper.invited = (_target, receiver) => this.#anew(receiver);
      if (dice.in(50)) this.#break(guest, dice.below(40_000));
    }
    await clock.run(clock.now() + 300_000);
    const ended = session.end();
    await clock.run(clock.now() + 300_000);
    await ended.catch(() => undefined);
    await clock.settle();
  }

  #talk(number: number): void {
    const { clock } = this.room;
    clock.at(clock.now() + this.#dice.below(60_000), () => {
      const text = `${this.fates.length}:${number}`;
      const fate: Fate = { text, saidAt: clock.now(), at: Infinity, what: undefined };
      this.fates.push(fate);
      this.session.send(plainText(text)).then(
        ({ type }) => Object.assign(fate, { what: type, at: clock.now() }),
        () => Object.assign(fate, { what: 'ended', at: clock.now() }),
      );
    });
  }

  /** The peer says something by one medium. */
  #listen(text: string, within: number, by: () => Receiver | undefined): void {
    const { clock } = this.room;
    clock.at(clock.now() + within, () => {
      const { contentType, body } = plainText(text);
      const receipt = by()?.receive(new Message(text, ALICE, contentType, body, clock.now()));
      if (receipt !== undefined && 'type' in receipt && receipt.type === 'taken')
        this.taken.push(text);
    });
  }

  #escalate(guest: Guest): void {
    const { clock } = this.room;
    const dice = this.#dice;
    clock.at(clock.now() + dice.below(30_000), () => {
      const context = CONFERENCE.context;
      let settle: (answered: Answered) => void = () => undefined;
      const invited = this.room.knock({ ...CONFERENCE, context }, (one) => {
        one.answered = new Promise((resolve) => {
          settle = resolve;
        });
      });
      if (invited.answerText !== 'accept') return;
      this.acceptedAt = clock.now();
      const { receiver } = invited;
      // The inviter leaves the original as soon as we come, or later, or never.
      const hangsUp = dice.below(3);
      if (hangsUp > 0) this.#hangUp(guest, hangsUp === 1 ? dice.below(50) : dice.below(50_000));
      for (let said = 0; said < 4; said += 1) {
        this.#listen(`new ${said}`, dice.below(50_000), () => receiver);
      }
      clock.at(clock.now() + dice.below(50_000), () => {
        if (!this.joins) return settle({ type: 'failed', status: 403, text: 'no' });
        this.openedAt = clock.now();
        settle({ type: 'accepted', medium: this.next });
        if (dice.in(25)) this.#expel(receiver, dice.below(2_000));
      });
    });
  }

  #expel(receiver: Receiver, within: number): void {
    const { clock } = this.room;
    clock.at(clock.now() + within, () => {
      if (this.next.ends.length > 0) return;
      this.expelled = true;
      this.next.die();
      receiver.end({ by: 'peer', why: 'ejected' });
    });
  }

  #hangUp(guest: Guest, within: number): void {
    const { clock } = this.room;
    clock.at(clock.now() + within, () => {
      if (this.old.ends.length > 0) return;
      this.hungUp = true;
      this.old.die();
      guest.hangUp();
    });
  }

  #anew(receiver: Receiver): Promise<Invited> {
    const { clock } = this.room;
    const dice = this.#dice;
    this.acceptedAt = clock.now();
    return new Promise((resolve) => {
      for (let said = 0; said < 3; said += 1) {
        this.#listen(`new ${said}`, dice.below(50_000), () => receiver);
      }
      clock.at(clock.now() + dice.below(30_000), () => {
        if (!this.joins) return resolve({ type: 'rejected', status: 480, text: 'no' });
        this.openedAt = clock.now();
        resolve({
          type: 'accepted',
          medium: this.next,
          peer: Address.parse('sip:alice@example.com'),
        });
      });
    });
  }

  #break(guest: Guest, within: number): void {
    const { clock } = this.room;
    clock.at(clock.now() + within, () => {
      if (this.old.ends.length > 0) return;
      this.hungUp = true;
      this.old.die();
      guest.receiver.end({ by: 'network', why: 'lost', status: 481 });
    });
  }
}
