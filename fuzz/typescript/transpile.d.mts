/** One TypeScript file as JavaScript, and the source map that leads back from it. */
export declare function transpile(path: string, text: string): { code: string; map?: string };
