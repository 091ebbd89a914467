/** Loads a bot from where its document says it comes from. */
import type { Plugin } from '@usher/core';

import { errorCode } from '../text/error-code.js';
import { nearest } from '../text/nearest.js';
import type { Modules } from './modules.js';
import { isFile, type PluginReference } from './plugin-reference.js';

/** The plugin, or what is wrong in words. */
export type Loaded =
  | { readonly type: 'loaded'; readonly plugin: Plugin }
  | { readonly type: 'failed'; readonly code: string; readonly message: string };

/** Loads a bot for the file that names it. What a module does while it loads is its own affair; that it fails is not. */
export async function loadPlugin(
  reference: PluginReference,
  from: string,
  modules: Modules,
): Promise<Loaded> {
  let location: string;
  try {
    location = modules.resolve(reference.module, from);
  } catch (error) {
    return notFound(reference, from, error);
  }
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = await modules.load(location);
  } catch (error) {
    const message = `\`${reference.module}\` was found, but fails as it is loaded: ${told(error)}`;
    return { type: 'failed', code: 'plugin-failed', message };
  }
  if (!Object.hasOwn(exported, reference.name)) return noSuchExport(reference, exported);
  const plugin = exported[reference.name];
  if (isPlugin(plugin)) return { type: 'loaded', plugin };
  const message = `\`${reference.text}\` is no bot but ${kindOf(plugin)}; ${offered(reference, exported)}`;
  return { type: 'failed', code: 'no-bot', message };
}

/** What can be seen without making a bot: the house looks closer. */
function isPlugin(value: unknown): value is Plugin {
  if (typeof value === 'function') return true;
  if (typeof value !== 'object' || value === null) return false;
  // A bot, or a ContainerModule.
  return (
    ('decide' in value && typeof value.decide === 'function') ||
    ('load' in value && typeof value.load === 'function')
  );
}

function notFound(reference: PluginReference, from: string, error: unknown): Loaded {
  const message = isFile(reference)
    ? `there is no file \`${reference.module}\` beside ${from}`
    : errorCode(error) === 'ERR_PACKAGE_PATH_NOT_EXPORTED'
      ? `the package of \`${reference.module}\` does not export this path`
      : `there is no package \`${reference.module}\`, as seen from ${from}; is it installed?`;
  return { type: 'failed', code: 'no-such-plugin', message };
}

function noSuchExport(
  reference: PluginReference,
  exported: Readonly<Record<string, unknown>>,
): Loaded {
  const what =
    reference.name === 'default' ? 'no default export' : `no export \`${reference.name}\``;
  const meant = nearest(reference.name, bots(exported));
  const advice =
    meant === undefined
      ? offered(reference, exported)
      : `did you mean \`${meant}\`? Write \`plugin: '${reference.module}#${meant}'\``;
  return {
    type: 'failed',
    code: 'no-such-export',
    message: `\`${reference.module}\` has ${what}; ${advice}`,
  };
}

function bots(exported: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(exported).filter((name) => name !== 'default' && isPlugin(exported[name]));
}

function offered(reference: PluginReference, exported: Readonly<Record<string, unknown>>): string {
  const names = bots(exported);
  const [first] = names;
  return first === undefined
    ? 'it exports nothing that could be a bot: an object with `decide`, a class of such, or a function that makes one'
    : `what could be a bot there: ${names.join(', ')}. Write \`plugin: '${reference.module}#${first}'\``;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  return typeof value === 'object' ? 'an object without `decide`' : `a ${typeof value}`;
}

function told(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}
