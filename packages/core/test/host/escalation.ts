/** A session whose peer takes it to a conference, step by step. */
import type { Answered } from '../../src/adapter.js';
import {
  accept,
  Address,
  type Bot,
  type HostOptions,
  type Identity,
  type Invitation,
  type Party,
  type Placement,
  type Session,
} from '../../src/index.js';
import { ALICE, type Guest, Room } from './room.js';

export const ID = 'AdKjt1Xy9lDJ8KRjRYaBRsRaq4N/vw==';
export const MALLORY = Address.parse('sip:mallory@example.com');

/** Somebody, and how that is known. */
export function party(address = ALICE, identity: Identity = { how: 'none' }): Party {
  return { address, userAtHost: address.userAtHost, identity };
}

/** What an invitation to a conference is. */
export const CONFERENCE = {
  type: 'application',
  medium: 'application',
  conversationId: ID,
  context: new Map([['conference', { focus: 'sip:focus@example.com' }]]),
} as const;

/** An invitation to a conference that is accepted, and the join that may still fail. */
export interface Joining {
  readonly guest: Guest;
  /** We are let in. */
  joined(): Promise<void>;
  /** Nobody lets us in. */
  refused(): Promise<void>;
}

/** A house with a session of a conversation that has a name. */
export class Scene {
  readonly sessions: Session[] = [];
  readonly asked: Invitation[] = [];
  room!: Room;
  guest!: Guest;

  /** @param decide what the bot says to an invitation that escalates; it accepts unless given. */
  static async open(
    decide: Bot['decide'] = () => accept(() => undefined),
    inviter: Party = party(),
    more: { readonly placement?: Partial<Placement>; readonly host?: Partial<HostOptions> } = {},
  ): Promise<Scene> {
    const scene = new Scene();
    const bot: Bot = {
      decide: (invitation) => {
        scene.asked.push(invitation);
        return invitation.type === 'im'
          ? accept((session) => void scene.sessions.push(session))
          : decide(invitation);
      },
    };
    scene.room = await Room.open(
      [{ id: 'bot', order: 1, plugin: bot, ...more.placement }],
      more.host,
    );
    scene.guest = await scene.room.visit({ inviter, conversationId: ID });
    return scene;
  }

  get session(): Session {
    const [session] = this.sessions;
    if (session === undefined) throw new Error('no session');
    return session;
  }

  /** The peer invites to a conference, and waits for who comes. */
  async escalate(facts: Partial<Guest['invitation']> = {}): Promise<Joining> {
    const { clock } = this.room;
    let settle: (answered: Answered) => void = () => undefined;
    const guest = this.room.knock({ ...CONFERENCE, ...facts }, (one) => {
      one.answered = new Promise((resolve) => {
        settle = resolve;
      });
    });
    await clock.settle();
    return {
      guest,
      joined: async () => {
        settle({ type: 'accepted', medium: guest.medium });
        await clock.settle();
      },
      refused: async () => {
        settle({ type: 'failed', status: 403, text: 'Forbidden' });
        await clock.settle();
      },
    };
  }

  /** What happened to sessions, in order. */
  get told(): string[] {
    const types = new Set(['started', 'moved', 'ended', 'noted']);
    return this.room.activity.map(({ type }) => type).filter((type) => types.has(type));
  }
}
