/** The HRESULT of what is thrown. */
import { UccError } from '../src/index.js';

/** The HRESULT of what is thrown; undefined where nothing is, or something else. */
export function hresultOf(what: () => unknown): number | undefined {
  try {
    what();
    return undefined;
  } catch (error) {
    return error instanceof UccError ? error.hresult : undefined;
  }
}
