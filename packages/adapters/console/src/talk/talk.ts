/** A conversation from this end: lines go out, replies come in, until one side leaves. */
/* oxlint-disable no-await-in-loop -- one line after the other */
import {
  type Address,
  type Composing,
  type Message,
  plainText,
  type SessionEnd,
} from '@usher/core';
import type { Chance, Clock, Medium, Receiver } from '@usher/core/adapter';

import { visible } from '../text/visible.js';
import type { Face } from '../face/face.js';
import { meaningOf } from './meaning.js';
import { PATIENCE, Settling } from './settling.js';
import { within } from './within.js';

/** How long the farewell may take before this end leaves without an answer. */
const FAREWELL = 2_000;
/** How long a script's next line may take to show itself once the other end has left. */
const REST = 500;
const WE_LEAVE: SessionEnd = { by: 'peer', why: 'hung-up' };
/** Why the other end has left, where that is told and is more than a farewell. */
const LEFT = new Map([
  ['failed', ': something failed there'],
  ['idle', ': nothing was said for too long'],
  ['limit', ': the session has lasted as long as it may'],
  ['drain', ': the house is closing'],
]);

/** One more session, to which the other end has invited. */
interface Aside {
  readonly receiver: Receiver;
  /** It is accepted: from now on what is entered goes there. */
  began(medium: Medium): void;
}

/** A conversation from this end. It stands, as the receiver, before the invitation leaves. */
export class Talk implements Receiver {
  readonly #face: Face;
  readonly #clock: Clock;
  readonly #chance: Chance;
  readonly #settling: Settling;
  readonly #over: Promise<void>;
  #end: () => void = () => undefined;
  #ended = false;
  /** Whether everything that was to be said was taken. */
  #well = true;
  #name: string;
  /** Sessions to which the other end has invited meanwhile, the last one last. */
  #asides: readonly Medium[] = [];

  constructor(target: Address, face: Face, clock: Clock, chance: Chance) {
    this.#name = nameOf(target);
    this.#face = face;
    this.#clock = clock;
    this.#chance = chance;
    this.#settling = new Settling(clock, PATIENCE);
    this.#over = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  receive(message: Message): { readonly type: 'taken' } {
    return this.#hear(this.#name, message);
  }

  compose(composing: Composing): void {
    this.#show(this.#name, composing);
  }

  end(end: SessionEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#face.showTyping(undefined);
    if (end.by === 'network') {
      this.#well = false;
      this.#face.trouble(`The session is lost: ${visible(end.why)}.`);
    } else {
      // What failed there has not gone well here either.
      if (end.why === 'failed') this.#well = false;
      this.#face.note(`${this.#name} has left${LEFT.get(end.why) ?? ''}.`);
    }
    this.#end();
  }

  /** Takes part in one more session while this one goes on; when it is over, what is entered goes where it went before. */
  join(peer: Address): Aside {
    const name = nameOf(peer);
    let own: Medium | undefined;
    let over = false;
    const receiver: Receiver = {
      receive: (message) => this.#hear(name, message),
      compose: (composing) => this.#show(name, composing),
      end: ({ why }) => {
        over = true;
        if (own === undefined) return;
        this.#asides = this.#asides.filter((one) => one !== own);
        this.#face.showTyping(undefined);
        this.#face.note(`${name} has left that session${LEFT.get(why) ?? ''}.`);
      },
    };
    const began = (medium: Medium): void => {
      if (over) return;
      own = medium;
      this.#asides = [...this.#asides, medium];
    };
    return { receiver, began };
  }

  /** Talks over a medium until one side leaves; returns whether all that was to be said was delivered. */
  async over(medium: Medium, peer: Address): Promise<boolean> {
    this.#name = nameOf(peer);
    this.#face.onTyping((typing) => this.#at(medium).compose(typing ? 'active' : 'idle'));
    const left = Promise.race([this.#face.leaving, this.#over]);
    const lines = this.#face.read()[Symbol.asyncIterator]();
    for (;;) {
      const coming = lines.next();
      // The wish to leave comes first: lines that are there already must not keep it waiting.
      const next = await Promise.race([left, coming]);
      if (next === undefined) {
        if (this.#face.scripted && this.#ended) await this.#missRest(coming);
        break;
      }
      if (next.done === true) {
        if (this.#face.scripted) await this.#settle(left);
        break;
      }
      if (next.value.trim() === '/quit') break;
      if (next.value !== '') await this.#say(next.value, this.#at(medium), left);
    }
    const last = this.#ended ? [] : [medium];
    this.#ended = true;
    const farewell = [...this.#asides, ...last].map((one) => one.end(WE_LEAVE));
    if (farewell.length > 0) await within(this.#clock, FAREWELL, Promise.all(farewell));
    return this.#well;
  }

  /** Where what is entered goes. */
  #at(medium: Medium): Medium {
    return this.#asides.at(-1) ?? medium;
  }

  #hear(name: string, message: Message): { readonly type: 'taken' } {
    this.#face.showTyping(undefined);
    this.#face.says(name, textOf(message));
    this.#settling.received();
    return { type: 'taken' };
  }

  #show(name: string, composing: Composing): void {
    this.#face.showTyping(composing === 'active' ? name : undefined);
    this.#settling.typing(composing === 'active');
  }

  async #settle(left: Promise<void>): Promise<void> {
    this.#settling.ended();
    await Promise.race([this.#settling.done, left]);
    this.#settling.stop();
  }

  /** A script must learn that it was cut short. */
  async #missRest(coming: Promise<IteratorResult<string>>): Promise<void> {
    const next = await within(this.#clock, REST, coming);
    if (next === undefined || next.done === true) return;
    this.#well = false;
    this.#face.trouble('The session ended before every line was sent.');
  }

  async #say(line: string, medium: Medium, left: Promise<void>): Promise<void> {
    this.#settling.sent();
    const delivery = await Promise.race([left, medium.send(plainText(line), this.#chance.token())]);
    if (delivery === undefined || delivery.type === 'delivered') return;
    this.#well = false;
    const { status, reason } = delivery;
    this.#face.trouble(`Not delivered: ${visible(meaningOf(status, reason))}.`);
  }
}

/** The name to show: the user part where there is one. */
function nameOf(address: Address): string {
  return visible(address.user === '' ? address.host : address.user, 40);
}

function textOf(message: Message): string {
  const kind = message.contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (kind.startsWith('text/')) {
    try {
      return message.text;
    } catch {
      // Said below, like everything else that cannot be shown.
    }
  }
  return `[${visible(kind, 60)}, ${message.body.length} octets]`;
}
