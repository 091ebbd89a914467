/** How modules are found and loaded; the real way is under `node/`. */

/** Finds and loads modules. */
export interface Modules {
  /**
   * Where a package or a file lies, as seen from the file that names it.
   * @throws when there is none.
   */
  resolve(module: string, from: string): string;
  /** Loads what `resolve` found. */
  load(location: string): Promise<Readonly<Record<string, unknown>>>;
}
