/** The door of whoever sits at the terminal: the bot may invite, and leave messages, as well. */
import type { Door, Knock } from '@usher/core/adapter';

import type { Face } from '../face/face.js';
import type { Talk } from '../talk/talk.js';
import { visible } from '../text/visible.js';

/** The door of whoever sits at the terminal. */
export class SeatDoor implements Door {
  readonly #face: Face;
  readonly #talk: Talk;
  /** One question after the other. */
  #asking: Promise<void> = Promise.resolve();

  constructor(face: Face, talk: Talk) {
    this.#face = face;
    this.#talk = talk;
  }

  knock(knock: Knock): undefined {
    if (knock.invitation.medium === 'pager') void this.#admit(knock);
    else this.#asking = this.#asking.then(() => this.#ask(knock));
  }

  /** Nothing on a console can be broken: there are no octets to misread. */
  violated(): void {
    return undefined;
  }

  async #ask(knock: Knock): Promise<void> {
    const { inviter, subject } = knock.invitation;
    const who = visible(inviter.userAtHost);
    const about = subject === undefined ? '' : ` about "${visible(subject, 80)}"`;
    // A script cannot be asked, and wants to see what its bot does.
    const welcome =
      this.#face.scripted || (await this.#face.confirm(`${who} invites you${about}. Accept?`));
    if (!welcome) {
      await knock.answer({ type: 'reject', status: 603, reason: 'decline' });
    } else if (await this.#admit(knock)) {
      this.#face.note(`You are in a session to which ${who} invited you${about}.`);
    } else this.#face.note(`${who} has taken the invitation back.`);
  }

  async #admit(knock: Knock): Promise<boolean> {
    const aside = this.#talk.join(knock.invitation.inviter.address);
    const answered = await knock.answer({ type: 'accept', receiver: aside.receiver });
    if (answered.type !== 'accepted') return false;
    if (answered.medium.name !== 'pager') aside.began(answered.medium);
    return true;
  }
}
