/** The dialog with the focus of a conference, by which one is in it: from the INVITE that asks to be let in to its BYE. */
import type { Address, RemoteProtocolError } from '@usher/core';

import type { InviteClientUsage } from '../dialog/invite-client-usage.js';
import type { Notice } from '../dialog/notice.js';
import type { Post } from '../session/post.js';
import type { SipResponse } from '../syntax/message.js';
import { CCCP, codeOfResponse } from './cccp.js';
import { RosterWatch } from './roster-watch.js';

/** Why a conference could not be joined. */
export interface Unjoined {
  readonly status: number;
  readonly text: string;
}

const OVER: Unjoined = { status: 487, text: 'The Conference Is Over' };

/** The dialog with the focus of a conference. */
export class FocusDialog {
  /** What came of asking to be let in: undefined where we are in. */
  readonly entered: Promise<Unjoined | undefined>;
  /** Resolves when it is over, whoever ended it. */
  readonly over: Promise<Unjoined>;
  /** The session that goes with it, as soon as there is one. */
  session: { ejected(by: 'peer' | 'network'): void } | undefined;
  readonly #post: Post;
  readonly #local: Address;
  #usage: InviteClientUsage | undefined;
  #roster: RosterWatch | undefined;
  #enter: (unjoined: Unjoined | undefined) => void = () => {};
  #finish: (unjoined: Unjoined) => void = () => {};
  /** Whether we want it no more. */
  #gone = false;

  constructor(post: Post, local: Address) {
    this.#post = post;
    this.#local = local;
    this.entered = new Promise((resolve) => {
      this.#enter = resolve;
    });
    this.over = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  /** Who takes part; there as soon as we are in. */
  get roster(): RosterWatch {
    if (this.#roster === undefined) throw new Error('nobody is in the conference yet');
    return this.#roster;
  }

  /** Subscribes to what goes on in it: the URI for talk by text, or why that is not told. */
  async relay(): Promise<string | Unjoined> {
    const { roster } = this;
    const found = new Promise<string>((resolve) => {
      roster.onRelay = resolve;
    });
    const answer = await roster.begin();
    return answer.type === 'failed' ? { status: answer.status, text: answer.reason } : found;
  }

  /** Leaves the conference, or no longer wants to enter it. */
  go(): void {
    const usage = this.#usage;
    if (this.#gone) return;
    this.#gone = true;
    this.#roster?.close();
    if (usage === undefined) return;
    if (usage.state === 'pending') this.#post.execute({ type: 'cancel', usage });
    else this.#post.execute({ type: 'bye', usage });
  }

  // What becomes of the INVITE.

  leave(usage: InviteClientUsage): void {
    this.#usage = usage;
    if (this.#gone) this.#post.execute({ type: 'cancel', usage });
  }

  progressed(): void {
    // Whoever is asked to let us in may take his time.
  }

  /** The focus has answered by 2xx: whether we are in is in its body. */
  established(response: SipResponse): void {
    const usage = this.#usage;
    if (usage === undefined) return;
    const code = response.mediaType === CCCP ? codeOfResponse(response.body) : undefined;
    if (code?.toLowerCase() === 'success') {
      this.#roster = new RosterWatch(this.#post, usage, this.#local);
      this.#enter(undefined);
      return;
    }
    this.#enter({ status: 403, text: `The Focus Said ${code ?? 'Nothing That Is Known'}` });
    this.go();
  }

  declined(status: number, text: string): void {
    this.#gone = true;
    this.#close({ status, text });
  }

  // What happens in the dialog.

  notified(notice: Notice | undefined): RemoteProtocolError | undefined {
    return this.#roster?.notified(notice);
  }

  ended(by: 'us' | 'peer' | 'network'): void {
    this.#gone = true;
    this.#roster?.close();
    this.#close(OVER);
    this.session?.ejected(by === 'network' ? 'network' : 'peer');
  }

  /** The user agent goes. */
  dismiss(): Promise<unknown> {
    this.go();
    return this.over;
  }

  /** Nothing is heard of it any more. */
  abandon(): void {
    this.#gone = true;
    this.#close(OVER);
  }

  #close(why: Unjoined): void {
    this.#enter(why);
    this.#finish(why);
  }
}
