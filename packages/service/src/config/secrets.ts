/** What in a configuration is secret: nothing of it is shown, logged or said in an error. */
import { insertedInto } from './environment.js';
import { partAt, type Tree } from './tree.js';

/** Keys whose values are secret, in whatever document they stand. */
const SECRET = /passw|passphrase|secret|token|api[-_]?key|private[-_]?key/i;
/** Keys below which passwords stand. */
const HOLDING = new Set(['users', 'credentials']);
/** Below these, what comes from the environment is secret: bots are given it for a reason. */
const INSERTED = ['config', 'authentication', 'credentials'];

/** Whether what stands under this key is secret. */
export function isSecret(key: string): boolean {
  return SECRET.test(key) || HOLDING.has(key);
}

/** The values of a document that are secret. */
export function secretsIn(document: Tree): readonly string[] {
  const inserted = INSERTED.flatMap((key) => {
    const part = partAt(document, [key]);
    return part === undefined ? [] : insertedInto(part);
  });
  return [...inserted, ...under(document, false)];
}

/** The texts below keys that say that they are secret. */
function under(tree: Tree, secret: boolean): readonly string[] {
  if (tree.kind === 'row') return tree.items.flatMap((item) => under(item, secret));
  if (tree.kind === 'table') {
    return Array.from(tree.entries, ([key, entry]) => [key, entry.tree] as const).flatMap(
      ([key, part]) => under(part, secret || SECRET.test(key)),
    );
  }
  const { value } = tree;
  return secret && (typeof value === 'string' || typeof value === 'number') ? [String(value)] : [];
}
