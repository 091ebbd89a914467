/** What a printer makes, or nothing where it is right to refuse. */
import { LocalProtocolError } from '@usher/core';

/** What is printed; undefined where the printer says that it is unprintable. */
export function printed<T>(print: () => T): T | undefined {
  try {
    return print();
  } catch (error) {
    if (error instanceof LocalProtocolError && error.code === 'unprintable') return undefined;
    throw error;
  }
}
