/** Words that are met often, each as one string: cut from a message it would be a new one each time, to be read letter by letter. */

/** Words that are met often. */
export class CommonWords {
  /** By their lengths. */
  readonly #words: (readonly string[] | undefined)[] = [];

  constructor(words: readonly string[]) {
    for (const word of words) {
      this.#words[word.length] = [...(this.#words[word.length] ?? []), word];
    }
  }

  /** The one that fills the text from `from` to `end`; undefined where none does. */
  at(text: string, from: number, end: number): string | undefined {
    const words = this.#words[end - from];
    if (words === undefined) return undefined;
    const letter = text.charCodeAt(from);
    for (const word of words) {
      if (word.charCodeAt(0) === letter && text.startsWith(word, from)) return word;
    }
    return undefined;
  }
}

/** Methods (RFC 3261, 7.1; 3428). */
const METHODS = new CommonWords(['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'MESSAGE']);

/** The method that fills the text from `from` to `end`, whichever it is. */
export function methodAt(text: string, from: number, end: number): string {
  return METHODS.at(text, from, end) ?? text.slice(from, end);
}
