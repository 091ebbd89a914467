/** Where a bot comes from: a package or a file, and the name under which it is exported. */

/** Where a bot comes from. */
export interface PluginReference {
  /** As it was written. */
  readonly text: string;
  /** A package, perhaps with a path inside it; or a file, which begins with `.` or `/`. */
  readonly module: string;
  /** The export's name; `default` unless one was written. */
  readonly name: string;
}

const PACKAGE =
  /^(?:@[a-z0-9~-][a-z0-9._~-]{0,100}\/)?[a-z0-9~-][a-z0-9._~-]{0,100}(?:\/[^\s#\\]{1,200})?$/i;
const FILE = /^(?:\.{1,2}\/|\/)[^#\0]{1,1000}$/;
const NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$]{0,100}$/u;

/** Reads `package#export`, `./file#export` or either without an export, which means the default one; undefined for anything else. */
export function pluginReference(text: string): PluginReference | undefined {
  const hash = text.lastIndexOf('#');
  const module = hash < 0 ? text : text.slice(0, hash);
  const name = hash < 0 ? 'default' : text.slice(hash + 1);
  if (!NAME.test(name) || !(PACKAGE.test(module) || FILE.test(module))) return undefined;
  return { text, module, name };
}

/** Whether it is a file rather than a package. */
export function isFile(reference: PluginReference): boolean {
  return /^[./]/.test(reference.module);
}
