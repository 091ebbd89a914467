/** Keeps up what is known of a conference, by a subscription in a dialog with its focus (RFC 4575, 3; RFC 4579, 5.1). */
import { type Address, type Delivery, type Participant, RemoteProtocolError } from '@usher/core';
import type { Cancel } from '@usher/core/adapter';

import type { InviteUsage } from '../dialog/invite-usage.js';
import { flat } from '../dialog/flat.js';
import type { Notice } from '../dialog/notice.js';
import type { Post } from '../session/post.js';
import { CONFERENCE_INFO, parseConferenceInfo } from './conference-info.js';
import { Roster } from './roster.js';

/** Whoever is told who takes part. */
type Told = (participants: readonly Participant[]) => void;

/** All is asked for anew so often at most, in milliseconds: a focus that never makes sense is not asked for ever. */
const PAUSE = 30_000;
/** Why a subscription is over that may be asked for again. */
const AGAIN = new Set(['deactivated', 'timeout']);

/** Keeps up what is known of a conference. */
export class RosterWatch {
  /** Told of the URI for talk by text as soon as that is known. */
  onRelay: (uri: string) => void = () => {};
  readonly #post: Post;
  readonly #usage: InviteUsage;
  readonly #roster: Roster;
  readonly #told = new Set<Told>();
  #known = false;
  #begun = false;
  #over = false;
  #asked = -Infinity;

  /** @param local who we are in it. */
  constructor(post: Post, usage: InviteUsage, local: Address) {
    this.#post = post;
    this.#usage = usage;
    this.#roster = new Roster(local);
  }

  /** Whether anything was heard of the conference. */
  get known(): boolean {
    return this.#known;
  }

  /** Subscribes; what the focus says to that. */
  begin(): Promise<Delivery> {
    this.#begun = true;
    return this.#subscribe();
  }

  /** Tells who takes part, now and as it changes; the first one who wants to know has it subscribed to. */
  watch(told: Told): Cancel {
    if (this.#over) return () => {};
    const entry: Told = (participants) => told(participants);
    this.#told.add(entry);
    if (!this.#begun) void this.begin();
    else if (this.#known) entry(this.#roster.participants);
    return () => void this.#told.delete(entry);
  }

  /** The focus has said something; why that cannot be read, undefined where it can. */
  notified(notice: Notice | undefined): RemoteProtocolError | undefined {
    if (notice === undefined) return undefined;
    // RFC 6665, 4.1.3: who says so may be asked again at once.
    const again = notice.state === 'terminated' && AGAIN.has(notice.reason ?? '');
    const fault = notice.body.length === 0 ? undefined : this.#take(notice);
    if (again) this.#askAnew();
    return fault;
  }

  #take(notice: Notice): RemoteProtocolError | undefined {
    const info =
      notice.mediaType === CONFERENCE_INFO
        ? parseConferenceInfo(notice.body)
        : new RemoteProtocolError('bad-conference-info', 'a NOTIFY of something else', 400);
    if (info instanceof RemoteProtocolError) {
      this.#askAnew();
      return info;
    }
    const applied = this.#roster.apply(info);
    if (applied === 'gap') this.#askAnew();
    if (applied !== 'changed') return undefined;
    this.#known = true;
    if (info.relay !== undefined) this.onRelay(flat(info.relay));
    if (this.#told.size === 0) return undefined;
    const { participants } = this.#roster;
    for (const told of this.#told) told(participants);
    return undefined;
  }

  /** Nobody wants to know any more: the subscription is given back. */
  close(): void {
    if (this.#over) return;
    this.#over = true;
    this.#told.clear();
    if (this.#begun) this.#post.execute({ type: 'unsubscribe', usage: this.#usage });
  }

  #askAnew(): void {
    const now = this.#post.clock.now();
    this.#roster.forget();
    if (this.#over || now - this.#asked < PAUSE) return;
    this.#asked = now;
    void this.#subscribe();
  }

  #subscribe(): Promise<Delivery> {
    const usage = this.#usage;
    const parts = { event: 'conference', accept: CONFERENCE_INFO };
    return this.#post.deliver((reference) => ({ type: 'subscribe', usage, reference, parts }));
  }
}
