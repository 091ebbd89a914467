/** Watches the conversations of one house: each one that begins is let go of once, whoever ends it. */
import {
  accept,
  type Bot,
  type Converse,
  type Decision,
  LocalProtocolError,
  type Session,
  SessionEnded,
  type SessionEnd,
} from '@usher/core';
import { from, isObservable, map, Observable, type ObservableInput } from 'rxjs';

import { latin1 } from './sip-text.js';
import type { World } from './world.js';

/** One conversation of a bot. */
export interface Talk {
  readonly bot: string;
  readonly session: string;
  readonly pager: boolean;
  /** The texts that the bot was handed, in order. */
  readonly heard: string[];
  /** Whether the conversation returned something that has to be let go of. */
  held: boolean;
  /** How often it was let go of, how often its signal was aborted, and the ends that it was told. */
  dropped: number;
  aborted: number;
  readonly ends: SessionEnd[];
}

/** The conversations of one house. */
export class Talks {
  readonly all: Talk[] = [];
  /** How often each bot was asked about each invitation. */
  readonly #asked = new Map<string, number>();
  readonly #world: World;
  readonly #alive: () => boolean;
  #said = 0;

  /** @param alive whether the house is: of a dead one nothing counts. */
  constructor(world: World, alive: () => boolean) {
    this.#world = world;
    this.#alive = alive;
  }

  /** The same bot, watched. */
  watch(id: string, bot: Bot): Bot {
    return {
      decide: (invitation) => {
        const key = `${id} ${invitation.id}`;
        this.#asked.set(key, (this.#asked.get(key) ?? 0) + 1);
        const decided = bot.decide(invitation);
        if (isObservable(decided)) return decided.pipe(map((one) => this.#watched(id, one)));
        if (decided instanceof Promise)
          return decided.then((one: Decision) => this.#watched(id, one));
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is neither is a decision
        return this.#watched(id, decided as Decision);
      },
    };
  }

  /** Accepts, and is watched: the conversation is given the book of what it heard. */
  accept(converse: (session: Session, talk: Talk) => ReturnType<Converse>): Decision {
    return accept((session) => converse(session, this.#talkOf(session)));
  }

  /** Takes note of what was heard. */
  hear(talk: Talk, message: { readonly body: Uint8Array }): string {
    const text = latin1(message.body);
    if (this.#alive()) talk.heard.push(text);
    return text;
  }

  /** Says something of its own, and takes note of what becomes of it. Nothing but the end of the session may hinder it. */
  async say(session: Session, talk: Talk, text = this.#text(talk)): Promise<boolean> {
    const said = this.#world.ledger.reply(text, talk.bot);
    const over = talk.aborted > 0;
    try {
      const { type } = await session.send(text);
      if (this.#alive()) said.fate = type;
      if (over && this.#alive())
        this.#world.accuse(`bot ${talk.bot} said something after the end: ${type}`);
      return type === 'delivered';
    } catch (error) {
      said.fate = 'failed';
      const expected =
        error instanceof SessionEnded ||
        (error instanceof LocalProtocolError && error.code === 'backlog');
      if (!expected && this.#alive())
        this.#world.accuse(`bot ${talk.bot} could not send: ${String(error)}`);
      if (error instanceof SessionEnded) this.#world.count('bot: send after end refused');
      return false;
    }
  }

  /** Each conversation was let go of once, told of one end, and no bot was asked twice about one invitation. */
  check(accuse: (what: string) => void): void {
    for (const { bot, session, held, dropped, aborted, ends } of this.all) {
      const which = `the conversation of ${bot} in ${session}`;
      if (held && dropped !== 1) accuse(`${which} was let go of ${dropped} times`);
      if (aborted !== 1) accuse(`the signal of ${which} was aborted ${aborted} times`);
      if (ends.length !== 1) accuse(`${which} was told of ${ends.length} ends`);
    }
    for (const [key, times] of this.#asked) {
      // Whom a session is handed over to is asked about an invitation that was decided long ago.
      if (times > 1 && !key.startsWith('scribe ') && !key.startsWith('mute '))
        accuse(`asked ${times} times: ${key}`);
    }
  }

  #text({ session }: Talk): string {
    this.#said += 1;
    return `${session.slice(0, 8)}:${this.#said}`;
  }

  #talkOf(session: Session): Talk {
    const found = this.all.findLast((talk) => talk.session === session.id);
    if (found === undefined) throw new Error('a conversation that nobody watches');
    return found;
  }

  #watched(bot: string, decision: Decision): Decision {
    if (decision.type !== 'accept') return decision;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the bots of a simulation converse by functions
    const converse = decision.conversation as Converse;
    return accept((session) => {
      const talk = this.#begin(bot, session);
      const returned = converse(session);
      return returned === undefined ? undefined : this.#held(talk, returned);
    });
  }

  #begin(bot: string, session: Session): Talk {
    const talk: Talk = {
      bot,
      session: session.id,
      pager: session.invitation.medium === 'pager',
      heard: [],
      held: false,
      dropped: 0,
      aborted: 0,
      ends: [],
    };
    this.all.push(talk);
    session.signal.addEventListener('abort', () => (talk.aborted += 1));
    void session.ended.then((end) => talk.ends.push(end));
    return talk;
  }

  #held(talk: Talk, returned: ObservableInput<unknown>): Observable<unknown> {
    talk.held = true;
    return new Observable((subscriber) => {
      const subscription = from(returned).subscribe(subscriber);
      return () => {
        talk.dropped += 1;
        subscription.unsubscribe();
      };
    });
  }
}
