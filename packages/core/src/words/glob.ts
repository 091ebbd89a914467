/** Patterns in which `*` stands for any text: matched in linear time, with nothing to go back to. */

/** Whether a text matches as a whole. */
export type Glob = (text: string) => boolean;

/** Makes a pattern; `*` stands for any text, also none, and every other character for itself. */
export function glob(pattern: string): Glob {
  const [head = '', ...others] = pattern.split('*');
  const tail = others.pop();
  if (tail === undefined) return (text) => text === head;
  const middle = others.filter((part) => part !== '');
  return (text) => {
    const end = text.length - tail.length;
    if (head.length > end || !text.startsWith(head) || !text.endsWith(tail)) return false;
    // The earliest place for each part leaves the most room for those after it, so no other need be tried.
    let from = head.length;
    for (const part of middle) {
      const found = text.indexOf(part, from);
      if (found < 0 || found + part.length > end) return false;
      from = found + part.length;
    }
    return true;
  };
}
