/** Numbers that have names. */
import type { Labelled } from './exposition.js';

/** What has a name, by that as its only label. */
export function* each<Value>(named: Iterable<readonly [string, Value]>): Iterable<Labelled<Value>> {
  for (const [name, value] of named) yield [[name], value];
}
