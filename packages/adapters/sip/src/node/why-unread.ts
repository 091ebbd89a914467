/** Why a file cannot be read, in words. */

const WORDS = new Map<unknown, string>([
  ['ENOENT', 'there is no such file'],
  ['EISDIR', 'it is a folder'],
  ['EACCES', 'this user may not read it'],
]);

/** Why a file cannot be read, by what reading it threw. */
export function whyUnread(error: unknown): string {
  const code =
    typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return WORDS.get(code) ?? String(error);
}
