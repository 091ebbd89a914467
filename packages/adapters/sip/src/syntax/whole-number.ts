/** Numbers as peers write them: decimal digits and nothing else. */

/** The number that the digits name; undefined where there are none, or others, or it is above the largest. */
export function wholeNumber(text: string, largest: number): number | undefined {
  let number = 0;
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    number = number * 10 + digit;
    if (number > largest) return undefined;
  }
  return text === '' ? undefined : number;
}
