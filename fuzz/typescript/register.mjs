/** Lets Node run the TypeScript of this repository as it stands, without a build: `node --import ./fuzz/typescript/register.mjs …`. */
import { register } from 'node:module';

register('./hooks.mjs', import.meta.url);
