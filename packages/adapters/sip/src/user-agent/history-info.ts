/** Which addresses an invitation of ours has been to before this one, as History-Info says it (RFC 7044). */
import type { Retargeting } from '@usher/core';

import type { Field } from '../syntax/printer.js';
import { quoted } from '../syntax/quoted-string.js';

/** However long the history is, so much of its end is passed on. */
const MOST = 16;

/**
 * The field that tells of earlier targets and of the present one; undefined where there were none. What is known of them is a
 * line, so each index is one deeper than the last (RFC 7044, 10.3), and each entry was mapped from the one before it (10.4).
 */
export function historyInfo(history: readonly Retargeting[], target: string): Field | undefined {
  if (history.length === 0) return undefined;
  const uris = history.slice(-MOST).map(uriOf);
  let index = '1';
  const entries = [...uris, target].map((uri, at) => {
    if (at === 0) return `<${uri}>;index=${index}`;
    const before = index;
    index = `${before}.1`;
    return `<${uri}>;index=${index};mp=${before}`;
  });
  return ['History-Info', entries.join(', ')];
}

/** RFC 7044, 10.2: why it was left stands as a header in its URI. */
function uriOf({ address, status, reason }: Retargeting): string {
  if (status === undefined) return address.toString();
  const text = reason === undefined ? '' : `;text=${quoted(reason)}`;
  return `${address.toString()}?Reason=${encodeURIComponent(`SIP;cause=${status}${text}`)}`;
}
