/** A session whose bot leaves the talking to the test. */
import { accept, type Placement, type Session } from '../../src/index.js';
import { type Guest, Room } from './room.js';

/** A session in being, from both sides. */
export interface OpenSession {
  readonly room: Room;
  readonly guest: Guest;
  readonly session: Session;
}

/** A house with one open session. */
export async function openSession(more: Partial<Placement> = {}): Promise<OpenSession> {
  const sessions: Session[] = [];
  const room = await Room.open([
    {
      id: 'bot',
      order: 1,
      plugin: { decide: () => accept((session) => void sessions.push(session)) },
      ...more,
    },
  ]);
  const guest = await room.visit();
  const [session] = sessions;
  if (session === undefined) throw new Error('no session');
  return { room, guest, session };
}
