/** Changes one built file while it is loaded. */
import type { LoadHook } from 'node:module';

import { MUTANTS } from './mutants.js';

const mutant = MUTANTS.find(({ name }) => name === process.env['USHER_MUTANT']);

/** Node's hook: what every module is loaded by. */
export const load: LoadHook = async (url, context, next) => {
  const loaded = await next(url, context);
  if (mutant === undefined || !url.endsWith(`/${mutant.file}`)) return loaded;
  const source = Buffer.from(loaded.source as Uint8Array).toString();
  if (source.split(mutant.from).length !== 2) {
    throw new Error(`"${mutant.name}" no longer fits: ${mutant.file} has no, or several: ${mutant.from}`);
  }
  return { ...loaded, source: source.replace(mutant.from, () => mutant.to) };
};
