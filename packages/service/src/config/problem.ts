/** What is wrong in what the operator wrote, and where it stands. */
import { LocalProtocolError } from '@usher/core';

/** A place in a file, as editors count: lines and columns from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong, with what to write instead. Never carries what came from the environment into a bot's `config`. */
export interface Problem {
  /** A short stable name, listed in the docs. */
  readonly code: string;
  /** Where it stands; a file alone where it is about all of it. */
  readonly place: Place | { readonly file: string } | undefined;
  readonly message: string;
}

/** All that was found wrong at once: nothing was started. */
export class ConfigurationError extends LocalProtocolError {
  constructor(readonly problems: readonly Problem[]) {
    super('bad-configuration', problems.map(problemLine).join('\n'));
  }
}

/** `usher.yaml:12:3`. */
export function placeText(place: NonNullable<Problem['place']>): string {
  return 'line' in place ? `${place.file}:${place.line}:${place.column}` : place.file;
}

/** One problem as a line for people and editors: `usher.yaml:12:3: … [unknown-key]`. */
export function problemLine(problem: Problem): string {
  const where = problem.place === undefined ? '' : `${placeText(problem.place)}: `;
  return `${where}${problem.message} [${problem.code}]`;
}

/** Problems in the order in which a reader of the files meets them; those about no place come last. */
export function inReadingOrder(problems: readonly Problem[]): Problem[] {
  const files = [...new Set(problems.map(({ place }) => place?.file))];
  const rank = ({ place }: Problem): [file: number, line: number, column: number] => {
    if (place === undefined) return [files.length, 0, 0];
    const file = files.indexOf(place.file);
    return 'line' in place ? [file, place.line, place.column] : [file, 0, 0];
  };
  return problems.toSorted((one, other) => {
    const [a, b] = [rank(one), rank(other)];
    return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
  });
}
