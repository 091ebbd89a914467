/** Replaces: names a dialog by what both its ends know of it (RFC 3891, 6.1). */
import { RemoteProtocolError } from '@usher/core';

import { endOf, isToken, TOKEN } from './characters.js';
import { parseParameters } from './parameters.js';
import { trimmed } from './white-space.js';

/** A dialog as its ends name it, from the side of who is to look it up. */
export interface Replaces {
  readonly callId: string;
  /** The tag of the end that is asked. */
  readonly toTag: string;
  readonly fromTag: string;
  /** Whether a dialog that is confirmed is to be left alone. */
  readonly earlyOnly?: boolean;
}

/** The longest value that is looked at. */
const LONGEST = 1_024;

/** What a value of Replaces names; undefined where it is malformed. */
export function parseReplaces(value: string): Replaces | undefined {
  if (value.length > LONGEST) return undefined;
  const end = value.indexOf(';');
  const callId = trimmed(value, 0, end < 0 ? value.length : end);
  if (end < 0 || !isCallId(callId)) return undefined;
  try {
    const params = parseParameters(value.slice(end));
    const [toTag, fromTag] = [params.get('to-tag'), params.get('from-tag')];
    if (toTag === undefined || fromTag === undefined) return undefined;
    return { callId, toTag, fromTag, ...(params.has('early-only') && { earlyOnly: true }) };
  } catch (error) {
    if (error instanceof RemoteProtocolError) return undefined;
    throw error;
  }
}

/** The value that names this dialog; undefined where what it is named by cannot be said so. */
export function printReplaces(replaces: Replaces): string | undefined {
  const { callId, toTag, fromTag, earlyOnly } = replaces;
  // RFC 3891, 6.1: a peer of RFC 2543 gave no tag, which is said by a zero.
  const [to, from] = [toTag === '' ? '0' : toTag, fromTag === '' ? '0' : fromTag];
  if (!isCallId(callId) || !isToken(to) || !isToken(from)) return undefined;
  const early = earlyOnly === true ? ';early-only' : '';
  return `${callId};to-tag=${to};from-tag=${from}${early}`;
}

/** What a `word` may have besides what a token has (RFC 3261, 25.1): many a Call-ID names a host with its port. */
const WORD = new Set('()<>:\\"/[]?{}');

/** Whether it stands in Replaces as it is: a Call-ID may hold what would end it there. */
function isCallId(text: string): boolean {
  const at = text.indexOf('@');
  const word = at < 0 ? text : text.slice(0, at) + text.slice(at + 1);
  if (word === '') return false;
  for (let end = endOf(word, TOKEN, 0); end < word.length; end = endOf(word, TOKEN, end + 1)) {
    if (!WORD.has(word.charAt(end))) return false;
  }
  return true;
}
