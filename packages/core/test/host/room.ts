/** A house for tests: one user agent that knocks by hand, time that moves by hand, and everything written down. */
import type { Medium, Receipt, Receiver } from '../../src/adapter.js';
import type { Answer, Answered, Door, Knock, UserAgent } from '../../src/adapter.js';
import type {
  Activity,
  Delivery,
  Host,
  HostOptions,
  Placement,
  SessionEnd,
} from '../../src/index.js';
import { Address, createHost, Message, plainText } from '../../src/index.js';
import { SeededChance, VirtualClock } from '../../src/testing/index.js';

export const ALICE = Address.parse('sip:alice@example.com');
export const DESK = Address.parse('sip:desk@example.com');

/** A user agent without a network. */
export class Doorkeeper implements UserAgent {
  listening = [{ transport: 'test', address: 'here', port: 1 }];
  door: Door | undefined;
  /** What was asked of it, in order. */
  readonly heard: string[] = [];
  failsToOpen = false;

  constructor(readonly name = 'test') {}

  async open(door: Door): Promise<void> {
    this.heard.push('open');
    if (this.failsToOpen) throw new Error(`${this.name} cannot listen`);
    this.door = door;
  }
  drain(): void {
    this.heard.push('drain');
  }
  async close(): Promise<void> {
    this.heard.push('close');
  }
  /** What becomes of an invitation of ours, in tests that have any. */
  invited: UserAgent['invite'] = () => {
    throw new Error('not part of these tests');
  };
  invite(...invitation: Parameters<UserAgent['invite']>): ReturnType<UserAgent['invite']> {
    return this.invited(...invitation);
  }
  send(): never {
    throw new Error('not part of these tests');
  }
}

/** A medium that writes down what it carries; it delivers at once, or when told to. */
export class PaperMedium implements Medium {
  readonly name = 'paper';
  resumable = false;
  limit: number | undefined;
  participants?: NonNullable<Medium['participants']>;
  readonly sent: string[] = [];
  readonly ids: string[] = [];
  readonly composed: string[] = [];
  readonly ends: SessionEnd[] = [];
  /** Set it to deliver nothing until `deliver` is called. */
  holds = false;
  /** Set it to keep the peer from ever learning of the end. */
  deaf = false;
  breaks: Error | undefined;
  readonly #held: ((delivery: Delivery) => void)[] = [];

  send(content: { readonly body: Uint8Array }, id: string): Promise<Delivery> {
    if (this.breaks !== undefined) throw this.breaks;
    this.sent.push(new TextDecoder().decode(content.body));
    this.ids.push(id);
    if (!this.holds) return Promise.resolve({ type: 'delivered', status: 200 });
    return new Promise((resolve) => {
      this.#held.push(resolve);
    });
  }
  compose(composing: string): void {
    this.composed.push(composing);
  }
  end(end: SessionEnd): Promise<void> {
    this.ends.push(end);
    return this.deaf ? new Promise(() => undefined) : Promise.resolve();
  }
  /** How many messages it holds. */
  get held(): number {
    return this.#held.length;
  }
  /** Delivers the oldest message that it holds. */
  deliver(delivery: Delivery = { type: 'delivered', status: 200 }): void {
    this.#held.shift()?.(delivery);
  }
}

/** Somebody at the door. */
export class Guest implements Knock {
  readonly invitation: Knock['invitation'];
  readonly medium = new PaperMedium();
  readonly answers: Answer[] = [];
  /** What knocking returned: the status where nobody was let in. */
  refused: { readonly status: number } | undefined;
  /** What the user agent says to an answer, where it is not what one expects. */
  answered: Answered | Promise<Answered> | Error | undefined;
  readonly #abort = new AbortController();
  #said = 0;

  constructor(id: string, facts: Partial<Knock['invitation']> = {}) {
    this.invitation = {
      id,
      endpoint: DESK,
      inviter: { address: ALICE, userAtHost: ALICE.userAtHost, identity: { how: 'none' } },
      type: 'im',
      medium: 'paper',
      history: [],
      context: new Map(),
      headers: { get: () => undefined, all: () => [] },
      signal: this.#abort.signal,
      ...facts,
    };
  }

  async answer(answer: Answer): Promise<Answered> {
    this.answers.push(answer);
    if (this.answered instanceof Error) throw this.answered;
    if (this.answered !== undefined) return this.answered;
    return answer.type === 'accept'
      ? { type: 'accepted', medium: this.medium }
      : { type: 'answered' };
  }

  /** The one answer. */
  get answerText(): string {
    const [answer, ...rest] = this.answers;
    if (rest.length > 0) return `${this.answers.length} answers`;
    if (answer === undefined) return 'none';
    return answer.type === 'accept' ? 'accept' : `${answer.type} ${answer.status}`;
  }

  get diagnostic(): string | undefined {
    const answer = this.answers[0];
    return answer?.type === 'reject' ? answer.diagnostic : undefined;
  }

  get receiver(): Receiver {
    const answer = this.answers[0];
    if (answer?.type !== 'accept') throw new Error(`not accepted: ${this.answerText}`);
    return answer.receiver;
  }

  cancel(): void {
    this.#abort.abort();
  }

  /** Says something to a house whose journal is done at once. */
  say(text: string, id?: string): Receipt {
    const receipt = this.offer(text, id);
    if (receipt instanceof Promise) throw new Error('the receipt is not there yet: await `offer`');
    return receipt;
  }

  /** Says something; the receipt may take its time. */
  offer(text: string, id?: string): Receipt | Promise<Receipt> {
    this.#said += 1;
    const { contentType, body } = plainText(text);
    return this.receiver.receive(
      new Message(id ?? `${this.invitation.id}-${this.#said}`, ALICE, contentType, body, 0),
    );
  }

  hangUp(): void {
    this.receiver.end({ by: 'peer', why: 'hung-up' });
  }
}

/** A house in which time stands still until it is moved. */
export class Room {
  readonly activity: Activity[] = [];
  #guests = 0;

  private constructor(
    readonly host: Host,
    readonly clock: VirtualClock,
    readonly doorkeeper: Doorkeeper,
  ) {
    host.activity.subscribe((activity) => this.activity.push(activity));
  }

  /** Builds a house with these bots, and opens it. */
  static async open(bots: readonly Placement[], options: Partial<HostOptions> = {}): Promise<Room> {
    const room = await Room.build(bots, options);
    await room.host.open();
    return room;
  }

  static async build(
    bots: readonly Placement[],
    options: Partial<HostOptions> = {},
  ): Promise<Room> {
    const clock = new VirtualClock(1_000_000);
    const doorkeeper = new Doorkeeper();
    const host = await createHost({
      userAgents: [doorkeeper],
      bots,
      clock,
      chance: new SeededChance(7),
      ...options,
    });
    return new Room(host, clock, doorkeeper);
  }

  /** Somebody knocks; promises are not given time yet. */
  knock(facts: Partial<Knock['invitation']> = {}, prepare?: (guest: Guest) => void): Guest {
    this.#guests += 1;
    const guest = new Guest(`guest-${this.#guests}`, facts);
    prepare?.(guest);
    const { door } = this.doorkeeper;
    if (door === undefined) throw new Error('the house is not open');
    guest.refused = door.knock(guest);
    return guest;
  }

  /** Somebody knocks, and what can happen at once has happened. */
  async visit(facts: Partial<Knock['invitation']> = {}): Promise<Guest> {
    const guest = this.knock(facts);
    await this.clock.settle();
    return guest;
  }

  /** All activity of one type. */
  told<Type extends Activity['type']>(type: Type): Extract<Activity, { type: Type }>[] {
    return this.activity.filter(
      (one): one is Extract<Activity, { type: Type }> => one.type === type,
    );
  }

  /** The steps of the last decision: `bot outcome`. */
  get steps(): string[] {
    return (this.told('decided').at(-1)?.steps ?? []).map(
      ({ bot, outcome }) => `${bot} ${outcome}`,
    );
  }
}
