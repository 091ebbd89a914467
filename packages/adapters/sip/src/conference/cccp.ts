/** How one enters a conference at a Microsoft focus: `addUser`, in the INVITE to it (MS-CONFBAS, `application/cccp+xml`). */
import type { Address } from '@usher/core';

import { scanXml } from '../composing/xml-scanner.js';

/** Its content type. */
export const CCCP = 'application/cccp+xml';

/** Octets beyond which no answer is read. */
const LARGEST = 65_536;
const MOST = { elements: 1_024, depth: 16 };
const LONGEST = 64;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);

/**
 * Asks the focus to let us in.
 * @param endpoint names this device of ours: a UUID.
 */
export function printAddUser(focus: string, local: Address, endpoint: string): Uint8Array {
  const [to, from] = [escaped(focus), escaped(local.toString())];
  return encoder.encode(
    [
      '<?xml version="1.0"?>',
      `<request xmlns="urn:ietf:params:xml:ns:cccp" C3PVersion="1" to="${to}" from="${from}" requestId="1">`,
      `<addUser><conferenceKeys confEntity="${to}"/>`,
      `<ci:user xmlns:ci="urn:ietf:params:xml:ns:conference-info" entity="${from}">`,
      '<ci:roles><ci:entry>attendee</ci:entry></ci:roles>',
      `<ci:endpoint entity="{${endpoint}}"/></ci:user></addUser></request>`,
    ].join(''),
  );
}

/** The code by which a focus answers: `success`, or why not; undefined where that is no such answer. */
export function codeOfResponse(body: Uint8Array): string | undefined {
  if (body.length > LARGEST) return undefined;
  let text: string;
  try {
    text = decoder.decode(body);
  } catch {
    return undefined;
  }
  const [root] = scanXml(text, MOST) ?? [];
  if (root?.name !== 'response') return undefined;
  return root.attributes.get('code')?.slice(0, LONGEST);
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ESCAPES.get(character) ?? character);
}
