/** What a configuration file says, each part with the place where it stands. */
import type { Place } from './problem.js';

/** A text, number, truth value or nothing. */
export interface Leaf {
  readonly kind: 'leaf';
  readonly place: Place;
  readonly value: unknown;
  /** As it stands in the file, before anything was put in from the environment: this may be shown. */
  readonly source: string;
  /** What it means is not known, and was told already: it was refused, or a variable is missing. */
  readonly unknown?: true;
  /** What was put in from the environment: not to be shown. */
  readonly inserted?: readonly string[];
}

/** One key of a table with what it holds. */
export interface TreeEntry {
  readonly place: Place;
  readonly tree: Tree;
}

/** Keys with values. */
export interface Table {
  readonly kind: 'table';
  readonly place: Place;
  readonly entries: ReadonlyMap<string, TreeEntry>;
}

/** Values in a row. */
interface Row {
  readonly kind: 'row';
  readonly place: Place;
  readonly items: readonly Tree[];
}

/** What a configuration file says. */
export type Tree = Leaf | Table | Row;

/** The way to a part: keys of tables and positions in rows. */
export type Path = readonly PropertyKey[];

/** The bare values. Keys such as `__proto__` never come this far: reading refuses them. */
export function plain(tree: Tree): unknown {
  if (tree.kind === 'leaf') return tree.value;
  if (tree.kind === 'row') return tree.items.map(plain);
  return Object.fromEntries(Array.from(tree.entries, ([key, entry]) => [key, plain(entry.tree)]));
}

/** The part at the end of a path, or undefined where the path leads nowhere. */
export function partAt(tree: Tree, path: Path): Tree | undefined {
  let part: Tree | undefined = tree;
  for (const step of path) {
    if (part?.kind === 'table' && isOneOfOne(step)) continue;
    if (part?.kind === 'table') part = part.entries.get(String(step))?.tree;
    else if (part?.kind === 'row') part = part.items[Number(step)];
    else return undefined;
  }
  return part;
}

/** Where the last part of a path stands that is there: the key, where it is one that has a value. */
export function placeAt(tree: Tree, path: Path): Place {
  let place = firstKey(tree) ?? tree.place;
  let part: Tree = tree;
  for (const step of path) {
    if (part.kind === 'table' && isOneOfOne(step)) continue;
    if (part.kind === 'table') {
      const entry = part.entries.get(String(step));
      if (entry === undefined) return place;
      place = entry.place;
      part = entry.tree;
    } else if (part.kind === 'row') {
      const item = part.items[Number(step)];
      if (item === undefined) return place;
      place = item.place;
      part = item;
    } else return place;
  }
  return place;
}

/** Whether the last part of a path that is there is one whose meaning is not known. */
export function isUnknownAt(tree: Tree, path: Path): boolean {
  for (let length = path.length; length >= 0; length -= 1) {
    const part = partAt(tree, path.slice(0, length));
    if (part !== undefined) return part.kind === 'leaf' && part.unknown === true;
  }
  return false;
}

/** Whether the meaning of all of it is known. */
export function isKnown(tree: Tree): boolean {
  if (tree.kind === 'leaf') return tree.unknown !== true;
  if (tree.kind === 'row') return tree.items.every(isKnown);
  return [...tree.entries.values()].every((entry) => isKnown(entry.tree));
}

/** A table that stands where a row of them may stand is the first of that row. Its own keys are texts. */
function isOneOfOne(step: PropertyKey): boolean {
  return step === 0;
}

function firstKey(tree: Tree): Place | undefined {
  return tree.kind === 'table' ? tree.entries.values().next().value?.place : undefined;
}
