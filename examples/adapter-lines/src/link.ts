/** One TCP connection on which each line is a JSON object: a question, the reply to one, or neither. */
import type { Socket } from 'node:net';

/** One line, read. What it holds is a peer's word: looked at before it is believed. */
export type Frame = Readonly<Record<string, unknown>>;

/** Characters of one line; a peer that never ends one is left. */
const LONGEST = 1_000_000;

/** One connection. */
export class Link {
  heard: (frame: Frame, reply: (frame: Frame) => void) => void = () => undefined;
  closed: () => void = () => undefined;
  readonly #asked = new Map<unknown, (reply: Frame) => void>();
  #last = 0;
  #rest = '';

  constructor(readonly socket: Socket) {
    socket.setEncoding('utf8').setNoDelay();
    socket.on('data', (text: string) => this.#read(text));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      for (const hear of this.#asked.values()) hear({ status: 408, text: 'connection lost' });
      this.closed();
    });
  }

  tell(frame: Frame): void {
    if (this.socket.writable) this.socket.write(`${JSON.stringify(frame)}\n`);
  }

  /** Asks, and calls back with the reply in the moment that it comes: before any line behind it. */
  ask(frame: Frame, hear: (reply: Frame) => void): void {
    this.#last += 1;
    this.#asked.set(this.#last, hear);
    this.tell({ ...frame, ask: this.#last });
  }

  /** What was said goes out first; who does not let go in return is left after five seconds. */
  close(): void {
    this.socket.end();
    this.socket.setTimeout(5_000, () => this.socket.destroy());
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > LONGEST) this.socket.destroy();
    for (const line of lines) this.#hear(frameOf(line));
  }

  #hear(frame: Frame): void {
    const { ask, re } = frame;
    const asked = this.#asked.get(re);
    if (re === undefined) this.heard(frame, (reply) => this.tell({ ...reply, re: ask }));
    else if (asked !== undefined) {
      this.#asked.delete(re);
      asked(frame);
    }
  }
}

function frameOf(line: string): Frame {
  try {
    const read: unknown = JSON.parse(line);
    return typeof read === 'object' && read !== null ? { ...read } : {};
  } catch {
    return {};
  }
}

/** A field as text; what is none, or longer than anybody writes, is not there. */
export function textOf(frame: Frame, name: string): string | undefined {
  const value = frame[name];
  return typeof value === 'string' && value.length <= 1_000 ? value : undefined;
}

/** A field as a status. */
export function statusOf(frame: Frame): number {
  const value = frame['status'];
  return typeof value === 'number' && value >= 200 && value < 700 ? Math.trunc(value) : 400;
}
