/** A house whose session with somebody may be taken to a conference, on a simulated wire. */
import {
  accept,
  type Activity,
  createHost,
  type Decision,
  type Delivery,
  type Host,
  type Invitation,
  pass,
  type Placement,
  type Session,
} from '@usher/core';
import type { Flow } from '@usher/core/adapter';

import { Conference, RELAYING } from '../conference/conference.js';
import type { Line, Party } from '../conference/party.js';

const TO: Flow = {
  transport: 'udp',
  local: { address: '192.0.2.2', port: 5060 },
  remote: { address: '192.0.2.1', port: 5060 },
};
const TALK = [
  'Ms-Conversation-ID: AdKjt1Xy',
  'User-Agent: UCCAPI/16.0.4417.1000 OC/16.0.4417.1000 (Skype for Business)',
  'Content-Type: application/sdp',
];

/** What the bot said, and what became of it. */
export interface Said {
  readonly text: string;
  fate: Delivery | 'ended' | undefined;
}

/** Something that the bot said arrived. */
export interface Arrival {
  readonly text: string;
  readonly at: number;
}

/** A session of two, and the conference that it may go to. */
export class Escalation extends Conference {
  readonly sessions: Session[] = [];
  readonly invitations: Invitation[] = [];
  readonly activity: Activity[] = [];
  readonly said: Said[] = [];
  /** What the bot has read. */
  readonly read: string[] = [];
  /** What was heard outside the conference, and in it. */
  readonly here: Arrival[] = [];
  readonly there: Arrival[] = [];
  /** When we were let in, and when we said goodbye to the peer. */
  inAt: number | undefined;
  byeAt: number | undefined;
  host!: Host;
  readonly way = TO;
  /** How the bot stands in the house. */
  placement: Partial<Placement> = {};
  /** What the peer says of a session of two. */
  fields: readonly string[] = TALK;
  /** The dialog of the session of two. */
  line!: Line;

  /** What the bot says to whatever is no message session. */
  escalates: (invitation: Invitation) => Decision = ({ escalates }) =>
    escalates === undefined ? pass('no session of ours') : accept(() => undefined);

  /** Both talk. */
  async begin(who: Party = this.inviter): Promise<void> {
    const { clock } = this;
    this.host = await createHost({
      userAgents: [this.userAgent],
      clock,
      bots: [
        {
          id: 'bot',
          order: 1,
          plugin: { decide: (invitation) => this.#decide(invitation) },
          ...this.placement,
        },
      ],
    });
    this.host.activity.subscribe((activity) => this.activity.push(activity));
    await Promise.all([this.host.open(), this.focus.open(), this.mcu.open(), this.inviter.open()]);
    this.inviter.answers.set('MESSAGE', (request, line) => {
      if (line.over) return { status: 481 };
      this.#note(this.here, request.body);
      return { status: 200 };
    });
    this.inviter.answers.set('BYE', (_request, line) => {
      if (line.callId === this.line.callId) this.byeAt ??= clock.now();
      return { status: 200 };
    });
    this.mcu.answers.set('MESSAGE', (request) => {
      this.#note(this.there, request.body);
      return { status: 202, fields: ['Message-Id: 17'] };
    });
    this.mcu.confirmed = () => (this.inAt ??= clock.now());
    this.line = await this.talk2(who);
  }

  /** Somebody begins a session of two. */
  async talk2(who: Party): Promise<Line> {
    const line = await this.until(who.invite('sip:bot@192.0.2.1', TO, this.fields, RELAYING.body));
    if (typeof line === 'number') throw new Error(`not accepted: ${line}`);
    await this.clock.advance(500);
    return line;
  }

  get session(): Session {
    const [session] = this.sessions;
    if (session === undefined) throw new Error('no session');
    return session;
  }

  /** The bot says something. */
  say(text: string): void {
    const one: Said = { text, fate: undefined };
    this.said.push(one);
    this.session.send(text).then(
      (delivery) => (one.fate = delivery),
      () => (one.fate = 'ended'),
    );
  }

  /** The peer says something in the session of two. */
  async hear(text: string): Promise<number> {
    return this.inviter.ask(this.line, 'MESSAGE', ['Content-Type: text/plain'], text);
  }

  told(type: Activity['type']): Activity[] {
    return this.activity.filter((one) => one.type === type);
  }

  /** Everything is over. */
  async end(): Promise<void> {
    const closing = this.host.close();
    await this.clock.advance(100_000);
    await closing;
  }

  #decide(invitation: Invitation): Decision {
    this.invitations.push(invitation);
    if (invitation.type !== 'im') return this.escalates(invitation);
    return accept((session) => {
      this.sessions.push(session);
      session.messages.subscribe(({ text }) => this.read.push(text));
    });
  }

  #note(arrivals: Arrival[], body: Uint8Array): void {
    arrivals.push({ text: new TextDecoder().decode(body), at: this.clock.now() });
  }
}
