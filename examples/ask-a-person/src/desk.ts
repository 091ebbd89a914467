/** The operator's side: shows who waits, and takes one line of text for each decision. */
import {
  accept,
  type Activity,
  type Decision,
  forward,
  type Host,
  reject,
  type Session,
  UsherError,
} from '@usher/core';

const USAGE = 'say: accept 1 Hello! | reject 1 | forward 1 sip:colleague@example.com';

/** A desk at which one person sits. */
export class Desk {
  readonly #host: Host;
  readonly #show: (line: string) => void;
  /** Who waits, or waited, by the numbers that the person was shown. */
  readonly #ids: string[] = [];

  /** @param show writes one line for the person. */
  constructor(host: Host, show: (line: string) => void) {
    this.#host = host;
    this.#show = show;
    host.activity.subscribe((activity) => this.#hear(activity));
  }

  /** The person says something. */
  async take(line: string): Promise<void> {
    const [verb = '', number = '', ...rest] = line.trim().split(/\s+/);
    const id = this.#ids[Number(number) - 1];
    try {
      const decision = this.#decision(verb, rest.join(' '));
      if (id === undefined || decision === undefined) this.#show(USAGE);
      else await this.#host.decide(id, decision);
    } catch (error) {
      // Too late, or no address: the person hears why, and the desk stays open.
      if (!(error instanceof UsherError)) throw error;
      this.#show(error.message);
    }
  }

  #decision(verb: string, words: string): Decision | undefined {
    switch (verb) {
      case 'accept':
        return accept((session) => this.#converse(session, words));
      case 'reject':
        return reject('busy');
      case 'forward':
        return forward(words);
      default:
        return undefined;
    }
  }

  async #converse(session: Session, greeting: string): Promise<void> {
    await session.send(greeting === '' ? 'Hello, this is the desk.' : greeting);
    for await (const message of session.messages) {
      this.#show(`${session.peer.userAtHost}: ${message.text}`);
    }
  }

  #hear(activity: Activity): void {
    if (activity.type === 'deferred') {
      const number = this.#ids.push(activity.invitation.id);
      this.#show(`${number}. ${activity.why ?? 'somebody is at the door'}`);
    } else if (activity.type === 'cancelled') {
      const number = this.#ids.indexOf(activity.invitation.id) + 1;
      const why = activity.why === 'elsewhere' ? 'somebody else has taken it up' : 'has left';
      if (number > 0) this.#show(`${number}. ${why}`);
    }
  }
}
