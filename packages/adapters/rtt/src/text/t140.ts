/** What stands in real-time text besides characters (ITU-T T.140, 8). */

const ERASE = '\u0008';
/** LINE SEPARATOR: how a new line is said (T.140, 8.2). */
const NEW_LINE = '\u2028';
/** Stands for text that was lost on the way (T.140, Addendum 1). */
export const LOST = '\uFFFD';

const BYTE_ORDER_MARK = '\uFEFF';
const NEW_LINES = new Set([NEW_LINE, '\u2029', '\n']);
/** Begins a string for another application, which ST ends. */
const START_OF_STRING = '\u0098';
const STRING_TERMINATOR = '\u009C';
/** Begins a sequence of colours and the like, which a letter ends. */
const CONTROL_SEQUENCE = '\u009B';
const ESCAPE = '\u001B';
/** So long may be what is passed over; then it was no such thing. */
const LONGEST_STRING = 256;
const LONGEST_SEQUENCE = 16;

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\0-\u0008\u000B-\u001F\u007F-\u009F\uFEFF\uFFF9-\uFFFB]/gu;
const ANY_NEW_LINE = /\r\n|[\n\r\u2028\u2029]/g;

/** A message as it goes out: nothing in it steers the other end but its new lines, and one ends it. */
export function spoken(text: string): string {
  return `${text.replaceAll(ANY_NEW_LINE, NEW_LINE).replaceAll(CONTROL, '').trimEnd()}${NEW_LINE}`;
}

/** Who writes down what is read. */
export interface Writer {
  character(character: string): void;
  erase(): void;
  newLine(): void;
}

/** Reads real-time text: what is not for the eye is left out. A sequence may begin in one packet and end in another. */
export class TextReader {
  readonly #writer: Writer;
  #skipping: 'string' | 'sequence' | 'escape' | undefined;
  #skipped = 0;
  #afterReturn = false;

  constructor(writer: Writer) {
    this.#writer = writer;
  }

  /** What has come next. */
  read(text: string): void {
    for (const character of text) this.#read(character);
  }

  #read(character: string): void {
    const afterReturn = this.#afterReturn;
    this.#afterReturn = character === '\r';
    if (this.#skipping !== undefined && this.#skip(character)) return;
    if (character === START_OF_STRING) this.#begin('string');
    else if (character === CONTROL_SEQUENCE) this.#begin('sequence');
    else if (character === ESCAPE) this.#begin('escape');
    else if (character === ERASE) this.#writer.erase();
    else if (character === '\r') this.#writer.newLine();
    else if (NEW_LINES.has(character)) {
      // CR LF is one new line.
      if (!(character === '\n' && afterReturn)) this.#writer.newLine();
    } else if (character === '\t' || isSeen(character)) this.#writer.character(character);
  }

  #begin(what: 'string' | 'sequence' | 'escape'): void {
    this.#skipping = what;
    this.#skipped = 0;
  }

  /** Whether this character belongs to what is passed over. */
  #skip(character: string): boolean {
    const skipping = this.#skipping;
    this.#skipped += 1;
    const most = skipping === 'string' ? LONGEST_STRING : LONGEST_SEQUENCE;
    const ends =
      skipping === 'escape' ||
      (skipping === 'string' && character === STRING_TERMINATOR) ||
      (skipping === 'sequence' && character >= '@' && character <= '~') ||
      this.#skipped >= most;
    if (ends) this.#skipping = undefined;
    return true;
  }
}

function isSeen(character: string): boolean {
  if (character === BYTE_ORDER_MARK) return false;
  return character >= ' ' && !(character >= '\u007F' && character <= '\u009F');
}
