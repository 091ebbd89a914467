/** The dialogs of one user agent, as its referee follows them. */
import { dialogKey } from './court.js';

/** One dialog, as seen from one end. */
interface Course {
  /** The highest CSeq number that was sent. */
  sequence: number;
  /** CSeq numbers of INVITEs that were sent. */
  readonly invites: Set<number>;
  /** The branch of the last message that was sent. */
  lastMessage: string;
  over: boolean;
  /** When the INVITE came whose 2xx awaits its ACK. */
  unconfirmed: number | undefined;
}

/** The dialogs of one user agent. */
export class Dialogs {
  readonly #courses = new Map<string, Course>();

  /** The dialog of these tags, where it was met before. */
  known(callId: string, localTag: string, remoteTag: string): Course | undefined {
    return this.#courses.get(dialogKey(callId, localTag, remoteTag));
  }

  /** The dialog of these tags. */
  of(callId: string, localTag: string, remoteTag: string): Course {
    const key = dialogKey(callId, localTag, remoteTag);
    let course = this.#courses.get(key);
    if (course === undefined) {
      course = {
        sequence: 0,
        invites: new Set(),
        lastMessage: '',
        over: false,
        unconfirmed: undefined,
      };
      this.#courses.set(key, course);
    }
    return course;
  }
}
