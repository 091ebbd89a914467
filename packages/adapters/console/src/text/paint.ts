/** Colour for terminals: few, and none where they are not wanted. */

/** Puts a text into a colour or weight. */
export interface Paint {
  strong(text: string): string;
  faint(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  accent(text: string): string;
}

const ink =
  (on: number, off: number) =>
  (text: string): string =>
    `\u001B[${on}m${text}\u001B[${off}m`;

const asItIs = (text: string): string => text;

/** Colours and weights by the terminal's own palette (ECMA-48, 8.3.117). */
export const COLOURED: Paint = {
  strong: ink(1, 22),
  faint: ink(2, 22),
  good: ink(32, 39),
  bad: ink(31, 39),
  accent: ink(36, 39),
};

/** Text as it is. */
export const PLAIN: Paint = {
  strong: asItIs,
  faint: asItIs,
  good: asItIs,
  bad: asItIs,
  accent: asItIs,
};
