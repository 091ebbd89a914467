/** Puts the environment's variables where a configuration asks for them: `${env:NAME}`. */
import type { Problem } from './problem.js';
import type { Leaf, Tree } from './tree.js';

/** The environment's variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

const OPENING = '${env:';
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

/** What putting in the variables came to. */
export interface Substituted {
  readonly tree: Tree;
  readonly problems: readonly Problem[];
}

/** Puts variables into the texts of a tree. What was put in stays text: it is never read as YAML, nor looked through again. */
export function substitute(tree: Tree, environment: Environment): Substituted {
  const problems: Problem[] = [];

  const inLeaf = (leaf: Leaf): Leaf => {
    const text = leaf.value;
    if (typeof text !== 'string' || !text.includes(OPENING)) return leaf;
    const inserted: string[] = [];
    let written = '';
    let from = 0;
    for (let at = text.indexOf(OPENING); at >= 0; at = text.indexOf(OPENING, from)) {
      const end = text.indexOf('}', at);
      const name = text.slice(at + OPENING.length, end < 0 ? undefined : end);
      const value = variable(leaf, end < 0 ? '' : name);
      if (value === undefined) return { ...leaf, unknown: true };
      inserted.push(value);
      written += text.slice(from, at) + value;
      from = end + 1;
    }
    return { ...leaf, value: written + text.slice(from), inserted };
  };

  const variable = (leaf: Leaf, name: string): string | undefined => {
    const { place } = leaf;
    if (!NAME.test(name)) {
      const message = 'a variable is written `${env:NAME}`, with letters, digits and _ in its name';
      problems.push({ code: 'bad-variable', place, message });
      return undefined;
    }
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
    if (value === undefined) {
      const message = `the environment has no variable \`${name}\`; set it, as in: ${name}=… usher run ${place.file}`;
      problems.push({ code: 'missing-variable', place, message });
    }
    return value;
  };

  const inTree = (part: Tree): Tree => {
    if (part.kind === 'leaf') return inLeaf(part);
    if (part.kind === 'row') return { ...part, items: part.items.map(inTree) };
    const entries = Array.from(
      part.entries,
      ([key, entry]) => [key, { ...entry, tree: inTree(entry.tree) }] as const,
    );
    return { ...part, entries: new Map(entries) };
  };

  return { tree: inTree(tree), problems };
}

/** Every value that was put into a tree. */
export function insertedInto(tree: Tree): readonly string[] {
  if (tree.kind === 'leaf') return tree.inserted ?? [];
  const parts =
    tree.kind === 'row' ? tree.items : Array.from(tree.entries.values(), (entry) => entry.tree);
  return parts.flatMap(insertedInto);
}
