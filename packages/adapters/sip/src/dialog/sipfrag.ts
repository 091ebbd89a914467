/** The piece of a SIP message that tells how a request fares: a status line, and nothing else that we look at (RFC 3420). */
import { reasonPhrase } from '../syntax/reason-phrases.js';

/** How a request fares. */
export interface Fragment {
  readonly status: number;
  readonly text: string;
}

export const SIPFRAG = 'message/sipfrag';
/** So much of it is looked at. */
const LONGEST = 160;

const latin1 = new TextDecoder('latin1');

/** The status that a fragment tells; undefined where it begins by none. */
export function parseSipfrag(body: Uint8Array): Fragment | undefined {
  const [line = ''] = latin1.decode(body.subarray(0, LONGEST)).split(/[\r\n]/, 1);
  const status = /^SIP\/2\.0 ([1-6]\d\d)(?: |$)/.exec(line)?.[1];
  if (status === undefined) return undefined;
  return { status: Number(status), text: line.slice('SIP/2.0 200 '.length) };
}

/** The fragment that tells this status, with the phrase that is its own: what others wrote is not passed on. */
export function printSipfrag(status: number): Uint8Array {
  return new TextEncoder().encode(`SIP/2.0 ${status} ${reasonPhrase(status)}\r\n`);
}
