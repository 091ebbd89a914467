/** Changes built files while they are loaded. */
import type { LoadHook } from 'node:module';

import { MUTANTS } from './mutants.js';

const mutant = MUTANTS.find(({ name }) => name === process.env['USHER_MUTANT']);

/** Node's hook: every module is loaded by it. */
export const load: LoadHook = async (url, context, next) => {
  const loaded = await next(url, context);
  const changes = mutant?.changes.filter(({ file }) => url.endsWith(`/${file}`)) ?? [];
  if (changes.length === 0) return loaded;
  let source = new TextDecoder().decode(octetsOf(loaded.source));
  for (const { file, from, to } of changes) {
    if (source.split(from).length !== 2)
      throw new Error(`"${mutant?.name}" no longer fits: in ${file} there is not once: ${from}`);
    source = source.replace(from, () => to);
  }
  return { ...loaded, source };
};

function octetsOf(source: unknown): Uint8Array {
  if (source instanceof Uint8Array) return source;
  throw new Error('Node has loaded something other than octets');
}
