/** The line that is being typed: what each key does to it, and which part of it is in view. */
import { graphemes, width } from '../text/width.js';

/** A key, as terminals' keys are commonly named. */
export interface Key {
  readonly name?: string | undefined;
  /** What it types. */
  readonly sequence?: string | undefined;
  readonly ctrl?: boolean | undefined;
  readonly meta?: boolean | undefined;
}

/** The line and what stands around it, as a value. */
export interface LineState {
  /** Characters as readers see them. */
  readonly line: readonly string[];
  /** Before which of them the cursor stands. */
  readonly cursor: number;
  /** Lines that were entered before, the oldest first. */
  readonly history: readonly string[];
  /** Which of those is shown; `history.length` for the line that is being typed. */
  readonly shown: number;
}

/** What a key came to: the line changed, was entered, or the input is to end. */
export type Typed =
  | { readonly type: 'changed'; readonly state: LineState }
  | { readonly type: 'entered'; readonly state: LineState; readonly text: string }
  | { readonly type: 'ended' };

const HISTORY = 100;
/** As much as a message may hold with room to spare. */
const LONGEST = 16_384;

/** Nothing typed yet. */
export const EMPTY_LINE: LineState = { line: [], cursor: 0, history: [], shown: 0 };

/** What a key does. */
export function press(state: LineState, key: Key): Typed {
  const action = actionOf(key);
  if (action !== undefined) return action(state);
  const text = key.sequence ?? '';
  // Only what types something: neither control characters nor keys that nothing is bound to.
  if (key.ctrl || key.meta || text === '' || /\p{Cc}/u.test(text)) return changed(state, {});
  if (state.line.length >= LONGEST) return changed(state, {});
  const before = state.line.slice(0, state.cursor).join('') + text;
  const cursor = graphemes(before).length;
  return changed(state, {
    line: graphemes(before + state.line.slice(state.cursor).join('')),
    cursor,
  });
}

/** The part of the line that fits, and in which column of it the cursor stands. */
export function view(
  state: LineState,
  columns: number,
): { readonly text: string; readonly column: number } {
  const room = Math.max(columns - 1, 1);
  let from = state.cursor;
  let column = 0;
  // Back from the cursor as far as there is room, then on behind it.
  for (; from > 0; from -= 1) {
    const next = width(state.line[from - 1] ?? '');
    if (column + next > room) break;
    column += next;
  }
  let to = state.cursor;
  for (let used = column; to < state.line.length; to += 1) {
    used += width(state.line[to] ?? '');
    if (used > room) break;
  }
  return { text: state.line.slice(from, to).join(''), column };
}

type Action = (state: LineState) => Typed;

function actionOf(key: Key): Action | undefined {
  if (key.ctrl === true) return CONTROL.get(key.name ?? '');
  if (key.meta === true) return META.get(key.name ?? '');
  return PLAIN_KEYS.get(key.name ?? '');
}

function changed(state: LineState, change: Partial<LineState>): Typed {
  return { type: 'changed', state: { ...state, ...change } };
}

const cut = (from: (state: LineState) => number, to: (state: LineState) => number): Action => {
  return (state) => {
    const [start, end] = [from(state), to(state)];
    const line = [...state.line.slice(0, start), ...state.line.slice(end)];
    return changed(state, { line, cursor: start });
  };
};
const move = (to: (state: LineState) => number): Action => {
  return (state) => changed(state, { cursor: Math.min(Math.max(to(state), 0), state.line.length) });
};
const recall = (step: number): Action => {
  return (state) => {
    const shown = Math.min(Math.max(state.shown + step, 0), state.history.length);
    if (shown === state.shown) return changed(state, {});
    const line = graphemes(state.history[shown] ?? '');
    return changed(state, { shown, line, cursor: line.length });
  };
};

const start = (): number => 0;
const end = (state: LineState): number => state.line.length;
const here = (state: LineState): number => state.cursor;
const left = (state: LineState): number => Math.max(state.cursor - 1, 0);
const right = (state: LineState): number => Math.min(state.cursor + 1, state.line.length);

function wordStart({ line, cursor }: LineState): number {
  let at = cursor;
  while (at > 0 && line[at - 1] === ' ') at -= 1;
  while (at > 0 && line[at - 1] !== ' ') at -= 1;
  return at;
}

function wordEnd({ line, cursor }: LineState): number {
  let at = cursor;
  while (at < line.length && line[at] === ' ') at += 1;
  while (at < line.length && line[at] !== ' ') at += 1;
  return at;
}

const enter: Action = (state) => {
  const text = state.line.join('');
  const repeated = text === '' || text === state.history.at(-1);
  const history = repeated ? state.history : [...state.history, text].slice(-HISTORY);
  return { type: 'entered', text, state: { line: [], cursor: 0, history, shown: history.length } };
};
const finish: Action = () => ({ type: 'ended' });

const PLAIN_KEYS = new Map<string, Action>([
  ['return', enter],
  ['enter', enter],
  ['backspace', cut(left, here)],
  ['delete', cut(here, right)],
  ['left', move(left)],
  ['right', move(right)],
  ['home', move(start)],
  ['end', move(end)],
  ['up', recall(-1)],
  ['down', recall(1)],
]);

const CONTROL = new Map<string, Action>([
  ['c', finish],
  // As in a shell: an end only where nothing is typed.
  ['d', (state) => (state.line.length === 0 ? { type: 'ended' } : cut(here, right)(state))],
  ['a', move(start)],
  ['e', move(end)],
  ['b', move(left)],
  ['f', move(right)],
  ['h', cut(left, here)],
  ['u', cut(start, here)],
  ['k', cut(here, end)],
  ['w', cut(wordStart, here)],
  ['p', recall(-1)],
  ['n', recall(1)],
  ['left', move(wordStart)],
  ['right', move(wordEnd)],
]);

const META = new Map<string, Action>([
  ['b', move(wordStart)],
  ['f', move(wordEnd)],
  ['backspace', cut(wordStart, here)],
]);
