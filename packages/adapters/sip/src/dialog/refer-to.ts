/** Whom a REFER leads to (RFC 3515, 2.1), and which session of theirs is to be replaced (RFC 3891). */
import { RemoteProtocolError } from '@usher/core';

import type { SipRequest } from '../syntax/message.js';
import { parseNameAddr } from '../syntax/name-addr.js';
import { parseReplaces, type Replaces } from '../syntax/replaces.js';
import { parseUri, printUri } from '../syntax/uri.js';

/** Whom a REFER leads to. */
export interface ReferTo {
  /** A SIP URI without header fields. */
  readonly uri: string;
  readonly replaces: Replaces | undefined;
}

/** What a URI may say in its header fields; whatever else it says, we do not say for it. */
const REPLACES = 'replaces';
const NO_HEADERS: ReadonlyMap<string, string> = new Map();

/** Whom a REFER leads to; or the status that says why to nobody. */
export function referToOf(request: SipRequest): ReferTo | number {
  const value = request.get('Refer-To');
  if (value === undefined) return 400;
  let named: string;
  try {
    named = parseNameAddr(value).uri;
  } catch (error) {
    if (error instanceof RemoteProtocolError) return 400;
    throw error;
  }
  if (!/^sips?:/i.test(named)) return 416;
  const uri = parseUri(named);
  if (uri === undefined) return 400;
  const method = uri.params.get('method');
  // Whoever is referred to is invited: nothing else is done on somebody's word.
  if (method !== undefined && method.toUpperCase() !== 'INVITE') return 403;
  const said = uri.headers.get(REPLACES);
  const replaces = said === undefined ? undefined : parseReplaces(unescaped(said));
  if (said !== undefined && replaces === undefined) return 400;
  return { uri: printUri({ ...uri, headers: NO_HEADERS }), replaces };
}

/** The value of Refer-To that leads to this URI, there to replace this session (RFC 3891, 6.1; RFC 3515, 2.1). */
export function printReferTo(uri: string, replaces: string | undefined): string {
  return replaces === undefined ? `<${uri}>` : `<${uri}?Replaces=${encodeURIComponent(replaces)}>`;
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
