/** Holds a document against its schema, and says of each thing that is wrong where it stands and what belongs there. */
import { visible } from '@usher/console';
import type * as z from 'zod';

import { nearest } from '../text/nearest.js';
import { UNKNOWN_KEY } from './field.js';
import type { Problem } from './problem.js';
import { isSecret } from './secrets.js';
import { isUnknownAt, partAt, type Path, placeAt, plain, type Tree } from './tree.js';

/** The document as its schema has it, or undefined where something is wrong with it. */
export interface Validated<Value> {
  readonly value: Value | undefined;
  readonly problems: readonly Problem[];
}

/** Holds a document against its schema. */
export function validate<Value>(tree: Tree, schema: z.ZodType<Value>): Validated<Value> {
  const result = schema.safeParse(plain(tree));
  if (result.success) return { value: result.data, problems: [] };
  const issues = result.error.issues.filter((issue) => !isUnknownAt(tree, issue.path));
  const slips = issues.filter(isUnknownKey).map((issue) => issue.path);
  const told = issues.filter((issue) => !isMissing(tree, issue.path) || !isSlip(issue.path, slips));
  return { value: undefined, problems: told.map((issue) => problemOf(issue, tree)) };
}

function problemOf(issue: z.core.$ZodIssue, tree: Tree): Problem {
  const place = placeAt(tree, issue.path);
  if (isUnknownKey(issue)) return { code: UNKNOWN_KEY, place, message: issue.message };
  const name = fieldName(issue.path);
  if (isMissing(tree, issue.path)) {
    return {
      code: 'missing-key',
      place,
      message: `${name} is missing: it must be ${issue.message}`,
    };
  }
  const found = foundAt(tree, issue.path);
  return { code: 'bad-value', place, message: `${name} must be ${issue.message}; found ${found}` };
}

function isUnknownKey(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'custom' && issue.params?.['code'] === UNKNOWN_KEY;
}

/** Whether a missing key is there after all, misspelt: that is told once, where it stands. */
function isSlip(missing: Path, slips: readonly Path[]): boolean {
  const key = String(missing.at(-1));
  return slips.some(
    (slip) =>
      slip.length === missing.length &&
      slip.slice(0, -1).every((step, index) => step === missing[index]) &&
      nearest(String(slip.at(-1)), [key]) !== undefined,
  );
}

/** `decide.timeout`, without positions in rows. */
function fieldName(path: Path): string {
  const keys = path.filter((step) => typeof step === 'string');
  return keys.length === 0 ? 'this document' : `\`${keys.join('.')}\``;
}

function isMissing(tree: Tree, path: Path): boolean {
  const last = path.at(-1);
  const parent = partAt(tree, path.slice(0, -1));
  return parent?.kind === 'table' && !parent.entries.has(String(last));
}

/** What stands there, as it was written: a value from the environment is never shown. */
function foundAt(tree: Tree, path: Path): string {
  if (path.some((key) => isSecret(String(key)))) return 'something else';
  let part: Tree | undefined;
  for (let length = path.length; length >= 0 && part === undefined; length -= 1) {
    part = partAt(tree, path.slice(0, length));
  }
  if (part === undefined || part.kind === 'table') return 'a table';
  if (part.kind === 'row') return part.items.length === 0 ? 'an empty row' : 'a row';
  if (part.value === null) return 'nothing';
  // Whoever puts a password there did not read on.
  if (path.at(-1) === 'authentication') return 'something else';
  return `${typeof part.value === 'string' ? 'the text ' : ''}\`${visible(part.source, 60)}\``;
}
