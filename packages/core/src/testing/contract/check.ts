/** Assertions that need no test framework: each throws an error that says what was seen and what was expected. */

/** Fails unless the condition holds. @throws Error with this message. */
export function check(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

/** Fails unless both are the same value, lists and octets compared piece by piece. @throws Error with both. */
export function same(actual: unknown, expected: unknown, what: string): void {
  const [seen, wanted] = [show(actual), show(expected)];
  check(seen === wanted, `${what}: expected ${wanted}, saw ${seen}`);
}

/** Fails unless the promise rejects; returns what it was rejected with. @throws Error with this message. */
export async function rejects(promise: Promise<unknown>, message: string): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error(message);
}

function show(value: unknown): string {
  if (value instanceof Uint8Array) return `octets ${Array.from(value).join(' ')}`;
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
