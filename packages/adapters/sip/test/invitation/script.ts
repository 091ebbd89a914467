/** What happens to one invitation, in which order and how close together; and what must come of it. */
import type { SeededChance } from '@usher/core/testing';

/**
 * `deadline`: the time of the bot, or of the person whom it asks, is up. `loss`: the connection by which the INVITE came is
 * closed; or, over datagrams, nothing can be sent any more.
 */
export const MOVES = ['accept', 'reject', 'forward', 'cancel', 'deadline', 'loss'] as const;
export type Move = (typeof MOVES)[number];

/** How one move follows the one before: in the same breath, when every promise has settled, or after a while. */
const GAPS = ['at once', 'settled', 'later'] as const;
export type Gap = (typeof GAPS)[number];

/** What happens to one invitation. */
export interface Script {
  /** In their order; the deadline is always there. */
  readonly moves: readonly Move[];
  /** Before each move but the first. */
  readonly gaps: readonly Gap[];
  readonly transport: 'udp' | 'tcp' | 'ws';
  /** Who decides: the bot by an observable, the same one politely, or somebody whom it asks. */
  readonly by: 'bot' | 'polite' | 'person';
  /** Whether every datagram of the inviter comes twice. */
  readonly doubled?: boolean;
  /** Whether the CANCEL says that somebody else has accepted. */
  readonly elsewhere?: boolean;
  /** When the inviter confirms the final answer, in milliseconds after it; never where undefined. */
  readonly confirms?: number;
}

/** When the deadline is, after the INVITE, and how long "later" is, in milliseconds. */
export const DEADLINE = 1_500;
const LATER = 300;
/** How old an invitation has to be for a polite bot; no move is at that moment. */
export const POLITELY = 1_350;

/** A move, and when it is made after the INVITE. */
export interface Timed {
  readonly move: Move;
  readonly at: number;
  /** In the same task as the one before. */
  readonly joins: boolean;
}

/** The moves in time. The deadline comes by the house's own alarm, and so in a task of its own. */
export function timed({ moves, gaps }: Script): Timed[] {
  let step = 0;
  const steps = moves.map((_, index) => (step += gaps[index - 1] === 'later' ? 1 : 0));
  const deadline = steps[moves.indexOf('deadline')] ?? 0;
  return moves.map((move, index) => ({
    move,
    at: DEADLINE + ((steps[index] ?? 0) - deadline) * LATER,
    joins: gaps[index - 1] === 'at once' && move !== 'deadline' && moves[index - 1] !== 'deadline',
  }));
}

/** The final answer that each move brings about, where it comes first. */
const STATUS = { accept: 200, reject: 486, forward: 302, cancel: 487, deadline: 480, loss: 487 };

/** What must come of it: the first move that can count does, and no other. */
export function expected(script: Script): { readonly move: Move; readonly status: number } {
  let accepted = false;
  for (const { move, at } of timed(script)) {
    if (accepted && at > POLITELY) break;
    if (move === 'loss' && script.transport !== 'ws') continue;
    // A bot that has accepted, and waits politely, has had its one word.
    if (accepted && move !== 'cancel' && move !== 'loss') continue;
    if (move === 'accept' && script.by === 'polite' && at < POLITELY) accepted = true;
    else return { move, status: STATUS[move] };
  }
  return { move: 'accept', status: 200 };
}

/** Whether the inviter confirms an acceptance that is the first move. */
export function isConfirmed(script: Script): boolean {
  const { confirms: after, transport } = script;
  const moves = timed(script);
  const accepted = moves.find(({ move }) => move === 'accept')?.at ?? 0;
  const lost = moves.find(({ move }) => move === 'loss')?.at ?? Infinity;
  return after !== undefined && !(transport === 'ws' && lost - accepted < after);
}

/** Every order of these. */
function orders<T>(all: readonly T[]): T[][] {
  if (all.length === 0) return [[]];
  return all.flatMap((first, index) =>
    orders(all.toSpliced(index, 1)).map((rest) => [first].concat(rest)),
  );
}

/** Every choice of a gap, so many times. */
export function gapsOf(choice: readonly Gap[], count: number): Gap[][] {
  if (count === 0) return [[]];
  return choice.flatMap((gap) => gapsOf(choice, count - 1).map((rest) => [gap].concat(rest)));
}

/** A script for every order of all moves, with each of these gaps. */
export function scriptsOf(
  rest: Omit<Script, 'moves' | 'gaps'>,
  gaps: readonly (readonly Gap[])[],
): Script[] {
  const scripts: Script[] = [];
  for (const moves of orders(MOVES)) {
    for (const some of gaps) scripts.push({ ...rest, moves, gaps: some });
  }
  return scripts;
}

/** Some script, everything in it by chance. */
export function scriptBy(chance: SeededChance): Script {
  const pick = <T>(from: readonly [T, ...T[]]): T => from[chance.integer(from.length)] ?? from[0];
  const left: Move[] = MOVES.filter((move) => move === 'deadline' || chance.chance(0.7));
  const moves: Move[] = [];
  while (left.length > 0) moves.push(...left.splice(chance.integer(left.length), 1));
  const confirms = pick([1, 1, 700, Infinity]);
  return {
    moves,
    gaps: moves.slice(1).map(() => pick(GAPS)),
    transport: pick(['udp', 'tcp', 'ws']),
    by: pick(['bot', 'polite', 'person', 'person']),
    doubled: chance.chance(0.3),
    elsewhere: chance.chance(0.5),
    ...(confirms !== Infinity && { confirms }),
  };
}
