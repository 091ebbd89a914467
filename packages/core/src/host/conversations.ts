/** The sessions in being by what both sides call their conversation: an inviter's claim, which counts between the same two only. */
import type { Party } from '../words/invitation.js';
import type { Session } from '../words/session.js';
import { isSameParty } from './same-party.js';
import type { Prospect } from './prospect.js';

/** So many of one name can be found, the newest of them: no invitation makes us look at more. */
const FINDABLE = 64;

/** A session as it is found. */
export interface Conversing {
  /** The id of the bot that holds it. */
  readonly holder: string;
  readonly peer: Party;
  readonly listening: boolean;
  /** Whether its peer may come anew, and go on where it was. */
  readonly replaceable: boolean;
  /** As the bot that holds it sees it. */
  readonly view: Session;
  /**
   * Goes on over another medium, once that is there.
   * @param by the id of the invitation that leads there.
   * @throws LocalProtocolError `not-movable` where it moves already, or ends.
   */
  move(by: string, why: 'escalated' | 'again'): Prospect;
}

/** The sessions of one house that have a name. */
export class Conversations {
  readonly #sessions = new Map<string, Conversing[]>();

  /** A session has begun. */
  enter(name: string, session: Conversing): void {
    const known = this.#sessions.get(name);
    if (known === undefined) this.#sessions.set(name, [session]);
    else if (known.push(session) > FINDABLE) known.shift();
  }

  /** It is over. */
  leave(name: string, session: Conversing): void {
    const known = this.#sessions.get(name);
    const at = known?.indexOf(session) ?? -1;
    if (known === undefined || at < 0) return;
    if (known.length === 1) this.#sessions.delete(name);
    else known.splice(at, 1);
  }

  /** Whether there is one of this name, whoever takes part. */
  has(name: string): boolean {
    return this.#sessions.has(name);
  }

  /** The newest of this name with this party. */
  find(name: string, party: Party): Conversing | undefined {
    return this.#sessions
      .get(name)
      ?.findLast((session) => session.listening && isSameParty(party, session.peer));
  }
}
