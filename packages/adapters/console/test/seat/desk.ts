/** A seat with a script at it, and a house of one bot at the other end. */
import { Address, type Bot, createHost, type Host } from '@usher/core';
import type { UserAgent } from '@usher/core/adapter';
import { SeededChance, VirtualClock } from '@usher/core/testing';

import { type Face, LineQueue, pipedFace, PLAIN, Seat, TerminalFace } from '../../src/index.js';

/** What a test looks at. */
interface Desk {
  readonly clock: VirtualClock;
  readonly host: Host;
  /** The house's end. */
  readonly userAgent: UserAgent;
  readonly visited: Promise<boolean>;
}

async function desk(bot: Bot, face: Face, clock: VirtualClock): Promise<Desk> {
  const seat = new Seat({
    face,
    clock,
    chance: new SeededChance(5),
    from: Address.parse('sip:alice@example.com'),
    subject: 'a question',
  });
  const host = await createHost({
    userAgents: [seat.userAgent],
    bots: [{ id: 'bot', plugin: bot, order: 1 }],
    clock,
  });
  await host.open();
  const visited = seat.visit();
  await clock.advance(1);
  return { clock, host, userAgent: seat.userAgent, visited };
}

/** A script behind a pipe: lines in, lines out. */
export async function script(bot: Bot) {
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
  const face = pipedFace(() => input, leaving, screen('out'), screen('errors'));
  return { ...(await desk(bot, face, new VirtualClock())), input, shown, leave };
}

/** A person at a terminal, of which all that was ever written is kept. */
export async function person(bot: Bot) {
  const clock = new VirtualClock();
  const terminal = { written: '', released: false };
  let press: (key: { name: string; sequence: string; ctrl?: boolean }) => void = () => undefined;
  const face = new TerminalFace(
    {
      columns: 80,
      paint: PLAIN,
      write: (text) => void (terminal.written += text),
      listen: (key) => {
        press = key;
      },
      release: () => {
        terminal.released = true;
      },
    },
    clock,
  );
  return {
    ...(await desk(bot, face, clock)),
    terminal,
    type: (text: string) => {
      for (const sequence of text) press({ sequence, name: sequence });
    },
    enter: (text: string) => {
      for (const sequence of text) press({ sequence, name: sequence });
      press({ name: 'return', sequence: '\r' });
    },
    interrupt: () => press({ name: 'c', ctrl: true, sequence: '\u0003' }),
  };
}
