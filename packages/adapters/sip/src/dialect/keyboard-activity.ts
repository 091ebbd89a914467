/** News of typing as Microsoft peers send it: INFO with a document of `KeyboardActivity` within the dialog. */
import type { Composing } from '@usher/core';

import { scanXml } from '../composing/xml-scanner.js';

/** The media type of such news. */
export const KEYBOARD_ACTIVITY = 'application/xml';

/** Octets beyond which such a document is not read. */
const LARGEST = 4_096;
/** Seconds for which `type` holds if nothing more comes: it is said every three to five. */
export const TYPING_HOLDS = 10;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** The news that these octets are; undefined where they are none. A status that nobody knows counts as idle. */
export function parseKeyboardActivity(body: Uint8Array): Composing | undefined {
  if (body.length > LARGEST) return undefined;
  let text: string;
  try {
    text = decoder.decode(body);
  } catch {
    return undefined;
  }
  const elements = scanXml(text);
  if (elements?.[0]?.name !== 'KeyboardActivity') return undefined;
  const [status, second] = elements.filter(({ name, depth }) => depth === 1 && name === 'status');
  if (status === undefined || second !== undefined) return undefined;
  return status.attributes.get('status') === 'type' ? 'active' : 'idle';
}

/** The octets of such news, to the letter as those clients write them. */
export function printKeyboardActivity(state: Composing): Uint8Array {
  const status = state === 'active' ? 'type' : 'idle';
  return encoder.encode(
    `<?xml version="1.0"?><KeyboardActivity> <status status="${status}" /></KeyboardActivity>`,
  );
}
