/** One TypeScript file as JavaScript, as tsconfig.base.json has it; the types are for `tsc` to check. */
import { transformSync } from '@swc/core';

/** The JavaScript of a file, and the map that leads back from it. */
export function transpile(path, text) {
  return transformSync(text, {
    filename: path,
    swcrc: false,
    sourceMaps: true,
    module: { type: 'es6' },
    jsc: {
      target: 'es2023',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, useDefineForClassFields: true },
      keepClassNames: true,
    },
  });
}
