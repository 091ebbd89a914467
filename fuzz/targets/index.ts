/** All targets by name. Each is loaded when it is asked for, so that its code can be counted from its first line on. */
import type { Target } from '../target.js';

const TARGETS = new Map<string, () => Promise<{ readonly target: Target }>>([
  ['parser', () => import('./parser.js')],
  ['uri', () => import('./uri.js')],
  ['sdp', () => import('./sdp.js')],
  ['composing', () => import('./composing.js')],
  ['framer', () => import('./framer.js')],
  ['digest', () => import('./digest.js')],
  ['glance', () => import('./glance.js')],
  ['control', () => import('./control.js')],
  ['answers', () => import('./answers.js')],
  ['printer', () => import('./printer.js')],
  ['strings', () => import('./strings.js')],
  ['passport', () => import('./passport.js')],
  ['address', () => import('./address.js')],
  ['body', () => import('./body.js')],
  ['text', () => import('./text.js')],
  ['sequence', () => import('./sequence.js')],
]);

/** Their names. */
export const TARGET_NAMES: readonly string[] = [...TARGETS.keys()];

/** The target of this name, made ready. */
export async function targetNamed(name: string): Promise<Target> {
  const load = TARGETS.get(name);
  if (load === undefined) {
    throw new Error(`no target is called ${name}; there are ${TARGET_NAMES.join(', ')}`);
  }
  const { target } = await load();
  await target.prepare?.();
  return target;
}
