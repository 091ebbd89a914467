/** Loaded with `--import`: has the built code changed as it is loaded, by the fault that the environment names. */
import { register } from 'node:module';

register('./hooks.js', import.meta.url);
