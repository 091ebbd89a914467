/** News of typing as it travels: the document `application/im-iscomposing+xml` (RFC 3994). */
import type { Composing } from '@usher/core';

import { scanXml } from './xml-scanner.js';

/** The media type of such news. */
export const IS_COMPOSING = 'application/im-iscomposing+xml';

/** News of typing. */
export interface IsComposing {
  readonly state: Composing;
  /** For how many seconds `active` holds if nothing more comes. */
  readonly refresh?: number;
}

/** Octets beyond which such a document is not read. */
const LARGEST = 8_192;
/** RFC 3994, 3.3: how long `active` holds where nothing is said. */
const DEFAULT_REFRESH = 120;
/** What a peer asks for is kept within these bounds: a timer of its choice is a timer all the same. */
const SHORTEST_REFRESH = 30;
const LONGEST_REFRESH = 600;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** The news that these octets are; undefined where they are none. A state that nobody knows counts as idle (RFC 3994, 3.5). */
export function parseIsComposing(body: Uint8Array): IsComposing | undefined {
  if (body.length > LARGEST) return undefined;
  let text: string;
  try {
    text = decoder.decode(body);
  } catch {
    return undefined;
  }
  const declared = /^\uFEFF?<\?xml[^>]{0,200}encoding=["']([A-Za-z0-9._-]{1,40})["']/.exec(text);
  if (declared !== null && !/^(?:utf-8|us-ascii)$/i.test(declared[1] ?? '')) return undefined;
  const elements = scanXml(text);
  if (elements?.[0]?.name !== 'isComposing') return undefined;
  const [state, second] = elements.filter(({ name, depth }) => depth === 1 && name === 'state');
  if (state === undefined || second !== undefined) return undefined;
  const active = state.text.trim() === 'active';
  const refresh = elements
    .find(({ name, depth }) => depth === 1 && name === 'refresh')
    ?.text.trim();
  return {
    state: active ? 'active' : 'idle',
    ...(refresh !== undefined && /^\d{1,12}$/.test(refresh) && { refresh: Number(refresh) }),
  };
}

/** How long this news holds, in seconds: within bounds, and one of few lengths. */
export function holdsFor({ refresh = DEFAULT_REFRESH }: IsComposing): number {
  const seconds = Math.min(Math.max(refresh, SHORTEST_REFRESH), LONGEST_REFRESH);
  return Math.ceil(seconds / 30) * 30;
}

/** The octets of such news. */
export function printIsComposing({ state, refresh }: IsComposing): Uint8Array {
  const seconds = refresh === undefined ? '' : `<refresh>${refresh}</refresh>`;
  return encoder.encode(
    '<?xml version="1.0" encoding="UTF-8"?>\r\n' +
      '<isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing">' +
      `<state>${state}</state>${seconds}</isComposing>`,
  );
}
