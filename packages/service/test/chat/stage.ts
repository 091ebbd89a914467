/** The other end of `usher chat`, played by hand, and what this end shows of it. */
import { type Key, LineQueue, pipedFace, PLAIN, TerminalFace } from '@usher/console';
import {
  Address,
  type Composing,
  type Content,
  type Delivery,
  Message,
  plainText,
  type SessionEnd,
} from '@usher/core';
import type {
  Door,
  Invited,
  InviteOptions,
  Medium,
  Receiver,
  UserAgent,
} from '@usher/core/adapter';
import { SeededChance, VirtualClock } from '@usher/core/testing';

import { chat, type ChatOptions } from '../../src/chat/chat.js';

/** One invitation of ours as it arrives at the other end. */
interface Arrival {
  readonly target: Address;
  readonly receiver: Receiver;
  readonly options: InviteOptions;
  answer(invited: Invited): void;
}

/** The other end. */
class Peer implements UserAgent, Medium {
  readonly name = 'peer';
  readonly limit = undefined;
  readonly listening = [];
  readonly arrivals: Arrival[] = [];
  readonly heard: string[] = [];
  readonly typing: Composing[] = [];
  readonly ends: SessionEnd[] = [];
  /** What becomes of a message; nothing, where this is undefined. */
  delivery: Delivery | undefined = { type: 'delivered', status: 200 };
  closed = false;
  /** Our door, which hears of what goes wrong. */
  door: Door | undefined;

  open(door: Door): Promise<void> {
    this.door = door;
    return Promise.resolve();
  }
  invite(target: Address, receiver: Receiver, options: InviteOptions = {}): Promise<Invited> {
    return new Promise((answer) => this.arrivals.push({ target, receiver, options, answer }));
  }
  send(first: Address | Content, second?: Content | string): Promise<Delivery> {
    const content = first instanceof Address ? second : first;
    if (content === undefined || typeof content === 'string') throw new TypeError('no content');
    this.heard.push(new TextDecoder().decode(content.body));
    const { delivery } = this;
    return delivery === undefined ? new Promise(() => {}) : Promise.resolve(delivery);
  }
  compose(composing: Composing): void {
    this.typing.push(composing);
  }
  end(end: SessionEnd): Promise<void> {
    this.ends.push(end);
    return Promise.resolve();
  }
  drain(): void {}
  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  /** The arrival at hand: the last one. */
  get arrival(): Arrival {
    const last = this.arrivals.at(-1);
    if (last === undefined) throw new Error('nobody was invited');
    return last;
  }
  accept(): void {
    this.arrival.answer({ type: 'accepted', medium: this, peer: this.arrival.target });
  }
  say(text: string, contentType?: string): void {
    const content = plainText(text);
    void this.arrival.receiver.receive(
      new Message('m', this.arrival.target, contentType ?? content.contentType, content.body, 0),
    );
  }
}

const TARGET = Address.parse('sip:echo@127.0.0.1');
const FROM = Address.parse('sip:alice@127.0.0.1');

type More = Partial<Pick<ChatOptions, 'target' | 'follow' | 'unreachable' | 'subject' | 'user'>>;

/** A script behind a pipe. */
export function script(more: More = {}, lines?: AsyncIterable<string>) {
  const clock = new VirtualClock();
  const peer = new Peer();
  const input = new LineQueue();
  const shown = { out: '', errors: '' };
  let leave: () => void = () => undefined;
  const leaving = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const screen = (name: 'out' | 'errors') => ({
    isTerminal: false,
    paint: PLAIN,
    write: (text: string) => void (shown[name] += text),
  });
  const face = pipedFace(() => lines ?? input, leaving, screen('out'), screen('errors'));
  const done = chat({
    target: { address: TARGET, transport: 'udp' },
    from: FROM,
    follow: false,
    userAgent: peer,
    face,
    clock,
    chance: new SeededChance(1),
    ...more,
  });
  return { clock, peer, input, shown, leave, done };
}

/** A person at a terminal. */
export function person(more: More = {}, columns = 60) {
  const clock = new VirtualClock();
  const peer = new Peer();
  let written = '';
  let press: (key: Key) => void = () => undefined;
  const screen = { released: false };
  const face = new TerminalFace(
    {
      columns,
      paint: PLAIN,
      write: (text) => void (written += text),
      listen: (key) => {
        press = key;
      },
      release: () => {
        screen.released = true;
      },
    },
    clock,
  );
  const done = chat({
    target: { address: TARGET, transport: 'udp' },
    from: FROM,
    follow: false,
    userAgent: peer,
    face,
    clock,
    chance: new SeededChance(1),
    ...more,
  });
  return {
    clock,
    peer,
    done,
    screen,
    /** What the terminal shows, row by row, without the empty ones at the end. */
    rows: () => rows(written),
    key: (name: string, ctrl = false) => press({ name, ctrl, sequence: ctrl ? '\u0003' : '\r' }),
    type: (text: string) => {
      for (const sequence of text) press({ sequence, name: sequence });
    },
  };
}

// oxlint-disable-next-line no-control-regex -- the commands are control sequences
const COMMAND_OR_CHARACTER = /\u001B\[(\d*)([A-Z])|[^]/gu;

/** Plays what was written on a terminal of the few commands that are used. */
function rows(written: string): string[] {
  const screen: string[] = [''];
  let row = 0;
  let column = 0;
  const tokens: Iterable<readonly (string | undefined)[]> = written.matchAll(COMMAND_OR_CHARACTER);
  for (const [token = '', count, command] of tokens) {
    if (command === 'J') screen.splice(row, Infinity, (screen[row] ?? '').slice(0, column));
    else if (command === 'A') row -= Number(count);
    else if (command === 'C') column += Number(count);
    else if (command !== undefined) throw new Error(`unknown command ${command}`);
    else if (token === '\r') column = 0;
    else if (token === '\n') {
      row += 1;
      column = 0;
      screen[row] ??= '';
    } else {
      const line = (screen[row] ?? '').padEnd(column);
      screen[row] = line.slice(0, column) + token + line.slice(column + 1);
      column += 1;
    }
  }
  while (screen.at(-1) === '') screen.pop();
  return screen;
}
