/** Inputs for which a rule did not hold: kept as files, and tried again by every run of the tests. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { hashOf, utf8 } from './octets.js';
import { Broken } from './target.js';

/** One input for which a rule did not hold. */
export interface Finding {
  readonly target: string;
  /** Which rule, or which error where. */
  readonly rule: string;
  readonly message: string;
  /** Of the run that found it. */
  readonly seed: number;
  /** As the target prints it. */
  readonly input: string;
}

/** Where the findings are, one folder for each target. */
export const FINDINGS = fileURLToPath(new URL('findings/', import.meta.url));

/** What tells this error from others: the rule, or the error and the place where it was thrown. */
export function ruleOf(error: unknown): string {
  if (error instanceof Broken) return error.rule;
  if (!(error instanceof Error)) return `threw ${typeof error}`;
  const place = /^.*\/(?:src|fuzz)\/(\S+?\.ts):\d+/m.exec(error.stack ?? '')?.[1] ?? 'nowhere';
  return `${error.name} in ${place}`;
}

/** Writes a finding as a regression file; returns its path. */
export function keep(finding: Finding, folder = FINDINGS): string {
  const name = `${finding.rule.replaceAll(/[^A-Za-z0-9]+/g, '-').slice(0, 60)}-${hashOf(utf8(finding.input)).toString(16)}.json`;
  const path = join(folder, finding.target, name);
  mkdirSync(join(folder, finding.target), { recursive: true });
  writeFileSync(path, `${JSON.stringify(finding, undefined, 2)}\n`);
  return path;
}

/** Every finding that was kept of this target. */
export function kept(target: string, folder = FINDINGS): readonly Finding[] {
  let names: string[];
  try {
    names = readdirSync(join(folder, target));
  } catch {
    return [];
  }
  return names
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => JSON.parse(readFileSync(join(folder, target, name), 'utf8')) as Finding);
}
