/** A session with everybody in a conference: messages go to its focus, or to whom that has named for them, and come from there. */
import type { Address, Participant, SessionEnd } from '@usher/core';
import type { Cancel, Receiver } from '@usher/core/adapter';

import type { InviteUsage } from '../dialog/invite-usage.js';
import { type Agreed, DialogSession } from '../session/dialog-session.js';
import type { Post } from '../session/post.js';
import type { SipMessage } from '../syntax/message.js';
import type { FocusDialog } from './focus-dialog.js';
import { RosterWatch } from './roster-watch.js';

/** Whether who sent this is the focus of a conference (RFC 4579, 5.1: `isfocus`) that tells who takes part. */
export function tellsOfConference(message: SipMessage): boolean {
  if (message.contacts[0]?.params.has('isfocus') !== true) return false;
  const told = (name: string, word: string): boolean =>
    message.list(name).some((value) => value.trim().toLowerCase() === word);
  return told('Allow', 'subscribe') || told('Allow-Events', 'conference');
}

/** A session with everybody in a conference. */
export class ConferenceSession extends DialogSession {
  readonly #focus: FocusDialog | undefined;
  readonly #roster: RosterWatch;
  /** Whether the house knows of it, and so has to hear of its end. */
  #begun: boolean;
  #left = false;

  /** @param by the dialog with the focus, where that is another one; or else who we are in this one. */
  constructor(
    post: Post,
    usage: InviteUsage,
    receiver: Receiver,
    peer: Address,
    agreed: Agreed,
    by: FocusDialog | Address,
  ) {
    super(post, usage, receiver, peer, agreed);
    const focus = 'roster' in by ? by : undefined;
    this.#focus = focus;
    this.#begun = focus === undefined;
    this.#roster = 'roster' in by ? by.roster : new RosterWatch(post, usage, by);
  }

  /** The house learns of it; false where it is over already, and there is nothing to learn of. */
  begin(): boolean {
    this.#begun = !this.#left;
    return this.#begun;
  }

  /** Nobody but its focus could let us in again. */
  override get resumable(): boolean {
    return false;
  }

  participants(told: (participants: readonly Participant[]) => void): Cancel {
    return this.#roster.watch(told);
  }

  /** What the focus tells, in this very dialog. */
  get roster(): RosterWatch {
    return this.#roster;
  }

  override end(end: SessionEnd): Promise<void> {
    this.#left = true;
    // In a dialog that ends, nothing can be given back any more.
    if (this.#focus === undefined) this.#roster.close();
    const ended = super.end(end);
    this.#focus?.go();
    return ended;
  }

  override ended(by: 'us' | 'peer' | 'network', status?: number): void {
    this.#left = true;
    this.#roster.close();
    if (this.#begun) super.ended(by, status);
    else super.abandon();
    this.#focus?.go();
  }

  /** The focus has sent us away, or is lost: so is all that was said by way of it. */
  ejected(by: 'peer' | 'network'): void {
    if (this.#left) return;
    const end: SessionEnd =
      by === 'peer' ? { by: 'peer', why: 'ejected' } : { by: 'network', why: 'lost' };
    void this.end(end);
    if (this.#begun) this.receiver.end(end);
  }
}
