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

/** How a reference stands where it was written, for what is said of it. */
export interface Spelling {
  /** Where files are looked for, as in: there is no file … `beside usher.yaml`. */
  readonly beside: string;
  /** From where packages are looked for, as in: `as seen from usher.yaml`. */
  readonly seen: string;
  /** What to write for another reference. */
  write(text: string): string;
  /** Whether the one bot of a module is meant where no export is named. */
  readonly only: boolean;
}

function inFile(file: string): Spelling {
  return {
    beside: `beside ${file}`,
    seen: `as seen from ${file}`,
    write: (text) => `plugin: '${text}'`,
    only: false,
  };
}

/** Loads a bot for the file that names it. What a module does while it loads is its own affair; that it fails is not. */
export async function loadPlugin(
  reference: PluginReference,
  from: string,
  modules: Modules,
  spelling: Spelling = inFile(from),
): Promise<Loaded> {
  let location: string;
  try {
    location = modules.resolve(reference.module, from);
  } catch (error) {
    return notFound(reference, spelling, error);
  }
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = await modules.load(location);
  } catch (error) {
    if (isUnreadTypeScript(error)) return typeScript(reference, spelling);
    const message = `\`${reference.module}\` was found, but fails as it is loaded: ${told(error)}`;
    return { type: 'failed', code: 'plugin-failed', message };
  }
  const name = nameIn(exported, reference, spelling);
  if (!Object.hasOwn(exported, name)) return noSuchExport(reference, exported, spelling);
  const plugin = exported[name];
  if (isPlugin(plugin)) return { type: 'loaded', plugin };
  const message = `\`${reference.text}\` is no bot but ${kindOf(plugin)}; ${offered(reference, exported, spelling)}`;
  return { type: 'failed', code: 'no-bot', message };
}

function nameIn(
  exported: Readonly<Record<string, unknown>>,
  { text, name }: PluginReference,
  { only }: Spelling,
): string {
  if (!only || text.includes('#') || Object.hasOwn(exported, name)) return name;
  const [first, ...more] = bots(exported);
  return first !== undefined && more.length === 0 ? first : name;
}

/** Node 22.18 and newer leave types out by themselves; older ones do not know what to do with such a file. */
function isUnreadTypeScript(error: unknown): boolean {
  return errorCode(error) === 'ERR_UNKNOWN_FILE_EXTENSION' && /"\.[cm]?ts"/.test(told(error));
}

function typeScript(reference: PluginReference, spelling: Spelling): Loaded {
  const compiled = reference.text.replace(/\.([cm]?)ts(?=#|$)/, '.$1js');
  const message = `\`${reference.module}\` is TypeScript, which this version of Node does not load; compile it and write \`${spelling.write(compiled)}\`, or use Node 22.18 or newer`;
  return { type: 'failed', code: 'plugin-is-typescript', message };
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

function notFound(reference: PluginReference, spelling: Spelling, error: unknown): Loaded {
  const message = isFile(reference)
    ? `there is no file \`${reference.module}\` ${spelling.beside}`
    : errorCode(error) === 'ERR_PACKAGE_PATH_NOT_EXPORTED'
      ? `the package of \`${reference.module}\` does not export this path`
      : `there is no package \`${reference.module}\`, ${spelling.seen}; is it installed?`;
  return { type: 'failed', code: 'no-such-plugin', message };
}

function noSuchExport(
  reference: PluginReference,
  exported: Readonly<Record<string, unknown>>,
  spelling: Spelling,
): Loaded {
  const what =
    reference.name === 'default' ? 'no default export' : `no export \`${reference.name}\``;
  const meant = nearest(reference.name, bots(exported));
  const advice =
    meant === undefined
      ? offered(reference, exported, spelling)
      : `did you mean \`${meant}\`? Write \`${spelling.write(`${reference.module}#${meant}`)}\``;
  return {
    type: 'failed',
    code: 'no-such-export',
    message: `\`${reference.module}\` has ${what}; ${advice}`,
  };
}

function bots(exported: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(exported).filter((name) => name !== 'default' && isPlugin(exported[name]));
}

function offered(
  reference: PluginReference,
  exported: Readonly<Record<string, unknown>>,
  spelling: Spelling,
): string {
  const names = bots(exported);
  const [first] = names;
  return first === undefined
    ? 'it exports nothing that could be a bot: an object with `decide`, a class of such, or a function that makes one'
    : `what could be a bot there: ${names.join(', ')}. Write \`${spelling.write(`${reference.module}#${first}`)}\``;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  return typeof value === 'object' ? 'an object without `decide`' : `a ${typeof value}`;
}

function told(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}
