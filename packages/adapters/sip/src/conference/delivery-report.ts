/** What became of one of our messages at those who were to have it: `application/ms-imdn+xml` (MS-CONFIM). */
import { scanXml } from '../composing/xml-scanner.js';
import { wholeNumber } from '../syntax/whole-number.js';

/** Octets beyond which none is read. */
const LARGEST = 65_536;
const MOST = { elements: 2_048, depth: 8 };

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** How many did not get it: whose status is 300 or more, or is missing; undefined where the octets are no such report. */
export function undeliveredIn(body: Uint8Array): number | undefined {
  if (body.length > LARGEST) return undefined;
  let text: string;
  try {
    text = decoder.decode(body);
  } catch {
    return undefined;
  }
  const elements = scanXml(text, MOST) ?? [];
  if (elements[0]?.name !== 'imdn') return undefined;
  let recipients = 0;
  let reached = 0;
  for (const { name, depth, text: said } of elements) {
    if (name === 'recipient' && depth === 1) recipients += 1;
    if (name !== 'status' || depth !== 2) continue;
    const status = wholeNumber(said.trim(), 699);
    if (status !== undefined && status >= 100 && status < 300) reached += 1;
  }
  return Math.max(0, recipients - reached);
}
