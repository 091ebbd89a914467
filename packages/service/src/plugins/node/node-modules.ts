/** Node's own way to find and load modules. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { Modules } from '../modules.js';

/** Finds packages from the folder of the file that names them, as an `import` in that file would. */
export const nodeModules: Modules = {
  resolve(module, from) {
    const file = resolve(from);
    if (/^[./]/.test(module)) {
      const location = resolve(dirname(file), module);
      if (existsSync(location)) return location;
      throw new Error(`no file ${location}`);
    }
    const require = createRequire(file);
    try {
      return require.resolve(module);
    } catch (error) {
      return importOnly(module, require) ?? rethrow(error);
    }
  },
  async load(location) {
    const loaded: unknown = await import(pathToFileURL(location).href);
    return isTable(loaded) ? loaded : {};
  },
};

function rethrow(error: unknown): never {
  throw error;
}

/** `require` does not see what a package exports for `import` alone, and `import.meta.resolve` looks from this file only. */
function importOnly(module: string, require: NodeJS.Require): string | undefined {
  const parts = module.split('/');
  const name = parts.splice(0, module.startsWith('@') ? 2 : 1).join('/');
  for (const folder of require.resolve.paths(name) ?? []) {
    const home = join(folder, name);
    if (!existsSync(join(home, 'package.json'))) continue;
    const manifest: unknown = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
    const exported = isTable(manifest) ? manifest['exports'] : undefined;
    const target = targetOf(exported, parts.length === 0 ? '.' : `./${parts.join('/')}`);
    return target === undefined ? undefined : join(home, target);
  }
  return undefined;
}

/** The file that a package's `exports` name for `import`; patterns with `*` are left to `require`. */
function targetOf(exported: unknown, path: string): string | undefined {
  if (typeof exported === 'string') return path === '.' ? exported : undefined;
  if (!isTable(exported)) return undefined;
  const table = new Map<string, unknown>(Object.entries(exported));
  const isPaths = [...table.keys()].every((key) => key.startsWith('.'));
  if (isPaths) return table.has(path) ? targetOf(table.get(path), '.') : undefined;
  for (const [condition, target] of table) {
    if (!['import', 'node', 'default'].includes(condition)) continue;
    const found = targetOf(target, '.');
    if (found !== undefined) return found;
  }
  return undefined;
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
