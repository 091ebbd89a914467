/** A conference on a simulated wire: a focus and who relays its messages, an inviter, and a user agent before a house. */
import type { Answered, Flow } from '@usher/core/adapter';
import { RecordingReceiver, SeededChance, SimulatedWire, VirtualClock } from '@usher/core/testing';

import { CONFERENCE_INVITATION, SipUserAgent } from '../../src/index.js';
import { House, type Talk } from '../user-agent/house.js';
import { type Line, Party } from './party.js';

export const FOCUS = 'sip:alice@192.0.2.3;gruu;opaque=app:conf:focus:id:7ECB5F9BFFB1F343';
export const RELAY = 'sip:alice@192.0.2.4;gruu;opaque=app:conf:chat:id:7ECB5F9BFFB1F343';
const BOT = 'sip:bot@192.0.2.1';
const US: Flow = {
  transport: 'udp',
  local: { address: '192.0.2.2', port: 5060 },
  remote: { address: '192.0.2.1', port: 5060 },
};

/** Something to say. */
export function text(said: string): { readonly contentType: string; readonly body: Uint8Array } {
  return { contentType: 'text/plain', body: new TextEncoder().encode(said) };
}

/** As the focus tells of it. */
export function conferenceInfo(
  users: string,
  {
    version = 1,
    state = 'full',
    relay = `<conf-uris><entry><uri>${RELAY}</uri><display-text>chat</display-text><purpose>chat</purpose></entry></conf-uris>`,
  }: { version?: number; state?: string; relay?: string } = {},
): string {
  const description = `<conference-description><subject>status</subject>${relay}</conference-description>`;
  return `<?xml version="1.0"?><conference-info xmlns="urn:ietf:params:xml:ns:conference-info" entity="${FOCUS}" state="${state}" version="${version}">${description}${users}</conference-info>`;
}

/** One user in it. */
export function user(name: string, status = 'connected', state = 'full'): string {
  return `<user entity="sip:${name}@example.com" state="${state}"><display-text>${name}</display-text><roles><entry>attendee</entry></roles><endpoint entity="{${name}}"><status>${status}</status></endpoint></user>`;
}

const SDP = [
  'v=0',
  'o=- 1 1 IN IP4 192.0.2.4',
  's=-',
  'c=IN IP4 192.0.2.4',
  't=0 0',
  'm=message 5060 sip null',
  'a=accept-types:text/plain text/html',
  '',
].join('\r\n');

export const ENTERED = {
  status: 200,
  fields: ['Content-Type: application/cccp+xml', 'Allow: INVITE, BYE, ACK, SUBSCRIBE, UPDATE'],
  body: '<response xmlns="urn:ietf:params:xml:ns:cccp" requestId="1" code="success"><addUser/></response>',
};
export const RELAYING = { status: 200, fields: ['Content-Type: application/sdp'], body: SDP };
export const XML = 'Content-Type: application/conference-info+xml';

/** A conference. */
export class Conference {
  readonly clock: VirtualClock;
  readonly wire: SimulatedWire;
  readonly house = new House();
  readonly receiver = new RecordingReceiver();
  readonly userAgent: SipUserAgent;
  readonly inviter: Party;
  readonly focus: Party;
  readonly mcu: Party;
  /** What the focus says first, and how long after the subscription; nothing where it is undefined. */
  first: string | undefined = conferenceInfo(`<users state="full">${user('alice')}</users>`);
  after = 0;
  /** By what the inviter knows it. */
  conversation = 'AdKjt1Xy';
  /** In which dialogs with the focus something is subscribed to. */
  readonly #subscribed = new Set<Line>();

  /** @param sockets what datagrams cross instead of the simulated wire. */
  constructor(
    seed = 1,
    loss = 0,
    sockets?: Pick<SimulatedWire, 'network'> & { readonly clock: VirtualClock },
  ) {
    const clock = sockets?.clock ?? new VirtualClock();
    this.clock = clock;
    const chance = new SeededChance(seed);
    const delay = { min: 5, max: loss === 0 ? 5 : 40 };
    this.wire = new SimulatedWire({ clock, chance, delay, loss, duplication: loss });
    const ground = sockets ?? this.wire;
    const here = { transport: 'udp', address: '192.0.2.1', port: 5060 };
    this.userAgent = new SipUserAgent({
      network: ground.network([here]),
      clock,
      chance,
      applications: [CONFERENCE_INVITATION],
      trust: { networks: ['192.0.2.0/24'] },
    });
    this.inviter = new Party(ground, clock, '192.0.2.2');
    this.focus = new Party(ground, clock, '192.0.2.3');
    this.mcu = new Party(ground, clock, '192.0.2.4');
    this.focus.answers.set('INVITE', () => ENTERED);
    this.mcu.answers.set('INVITE', () => RELAYING);
    this.mcu.answers.set('MESSAGE', () => ({ status: 202, fields: ['Message-Id: 17'] }));
    this.focus.answers.set('SUBSCRIBE', (request, line) =>
      this.subscribed(request.expires ?? 0, line),
    );
  }

  /** @param house opens the house; one of its own unless given. */
  async open(house: () => Promise<void> = () => this.userAgent.open(this.house)): Promise<void> {
    await house();
    await Promise.all([this.inviter.open(), this.focus.open(), this.mcu.open()]);
  }

  /** How many subscriptions are not given back. */
  get subscriptions(): number {
    return [...this.#subscribed].filter(({ over }) => !over).length;
  }

  get relaying(): typeof RELAYING {
    return RELAYING;
  }

  /** The last session in the house. */
  get talk(): Talk {
    const talk = this.house.talks.at(-1);
    if (talk === undefined) throw new Error('nobody is in the house');
    return talk;
  }

  /** The house accepts whoever invites; what comes of it. */
  async join(bye: 'at-once' | 'never' | number = 'at-once'): Promise<Answered> {
    await this.open();
    const { house, receiver: heard } = this;
    const answered = new Promise<Answered>((resolve) => {
      house.decide = (knock) => {
        void knock.answer({ type: 'accept', receiver: heard }).then((answer) => {
          const medium = answer.type === 'accepted' ? answer.medium : undefined;
          house.talks.push({ knock, heard, medium });
          resolve(answer);
        });
      };
    });
    void this.invite(bye);
    return answered;
  }

  /** How the focus answers a SUBSCRIBE. */
  subscribed(expires: number, line: Line): { status: number; fields: string[] } {
    if (expires === 0) {
      this.#subscribed.delete(line);
      void this.tell(line, '', 'terminated;reason=timeout');
    } else {
      this.#subscribed.add(line);
      this.clock.at(this.clock.now() + this.after, () => {
        if (this.first !== undefined) void this.tell(line, this.first);
      });
    }
    return { status: 200, fields: [`Expires: ${expires}`] };
  }

  /** The focus tells something. */
  tell(line: Line, body: string, state = 'active;expires=3600'): Promise<number> {
    const fields = ['Event: conference', `Subscription-State: ${state}`];
    const contact = `Contact: <sip:${this.focus.address}:5060>`;
    return this.focus.ask(
      line,
      'NOTIFY',
      [...fields, contact, ...(body === '' ? [] : [XML])],
      body,
    );
  }

  /** The inviter invites to talk with him alone. */
  talkAlone(): Promise<Line | number> {
    const fields = ['Ms-Conversation-ID: AdKjt1Xy', ...RELAYING.fields];
    return this.inviter.invite(BOT, US, fields, RELAYING.body);
  }

  /** The inviter invites to it, and says goodbye once it is heard. */
  async invite(bye: 'at-once' | 'never' | number = 'at-once'): Promise<Line | number> {
    const body = `<Conferencing version="2.0"><focus-uri>${FOCUS}</focus-uri><subject>s</subject><im available="true"><first-im/></im></Conferencing>`;
    const fields = [
      `Ms-Conversation-ID: ${this.conversation}`,
      `Content-Type: ${CONFERENCE_INVITATION}`,
    ];
    const line = await this.inviter.invite(BOT, US, fields, body);
    if (typeof line === 'number' || bye === 'never') return line;
    if (bye === 'at-once') void this.inviter.ask(line, 'BYE');
    else this.clock.at(this.clock.now() + bye, () => void this.inviter.ask(line, 'BYE'));
    return line;
  }

  /** Lets time pass until this is done. */
  async until<T>(done: Promise<T>, most = 200_000): Promise<T> {
    const progress = { over: false };
    const finish = (): void => {
      progress.over = true;
    };
    done.then(finish, finish);
    for (let time = 0; time < most && !progress.over; time += 50) {
      // oxlint-disable-next-line no-await-in-loop -- step by step
      await this.clock.advance(50);
    }
    if (!progress.over) throw new Error('it is never done');
    return done;
  }

  /** Lets go of the ends of those that are not ours. */
  async shut(): Promise<void> {
    await Promise.all([this.inviter, this.focus, this.mcu].map(({ network }) => network.close()));
  }

  /** What is left when every timer has run out: nothing of ours, and nothing of theirs. */
  async left(): Promise<unknown> {
    await this.clock.advance(200_000);
    const { dialogs, pending, server, client, parties, deliveries } = this.userAgent.counts ?? {};
    const theirs = [this.inviter, this.focus, this.mcu].map((party) => party.unended);
    return { ours: [dialogs, pending, server, client, parties, deliveries], theirs };
  }
}

export const NOTHING = { ours: [0, 0, 0, 0, 0, 0], theirs: [0, 0, 0] };
