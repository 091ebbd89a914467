/** Numbers as peers write them: decimal digits and nothing else. */

/** The number that the digits from `from` to `end` name; undefined where there are none, or others, or it is above the largest. */
export function wholeNumber(
  text: string,
  largest: number,
  from = 0,
  end = text.length,
): number | undefined {
  let number = 0;
  for (let at = from; at < end; at += 1) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    number = number * 10 + digit;
    if (number > largest) return undefined;
  }
  return from === end ? undefined : number;
}
