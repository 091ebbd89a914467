/** Marks where a request really came from (RFC 3261, 18.2.1; RFC 3581, 4). */
import type { Flow } from '@usher/core/adapter';

import type { SipRequest } from '../syntax/message.js';
import { endOfQuoted } from '../syntax/quoted-string.js';
import { skipSpace, trimmed } from '../syntax/white-space.js';
import type { Via } from '../syntax/via.js';

const SEMICOLON = 0x3b;
const QUOTE = 0x22;
const LETTER_R = 0x72;

/** The top Via as an answer carries it: `received` and `rport` as observed on the flow, whatever the peer wrote there. */
export function stampVia(via: Via, flow: Flow): string {
  const { address, port } = flow.remote;
  const asked = via.params.has('rport');
  // RFC 3581, 4: whoever asks for rport is told `received` too, even where it says nothing new.
  const differs = asked || !isSentBy(via.host, address);
  if (!differs && !via.params.has('received')) return via.raw;
  let stamped = withoutStamps(via.raw);
  if (differs) stamped += `;received=${withoutZone(address)}`;
  if (asked) stamped += `;rport=${port}`;
  return stamped;
}

/** All Via values as an answer to this request carries them, the top one stamped (RFC 3261, 8.2.6.2). */
export function stampVias(request: SipRequest, flow: Flow): readonly string[] {
  const top = stampVia(request.via, flow);
  if (request.hasOneVia) return [top];
  const vias = [...request.list('Via')];
  vias[0] = top;
  return vias;
}

function isSentBy(host: string, address: string): boolean {
  return host === address || (host.charCodeAt(0) === 0x5b && host.slice(1, -1) === address);
}

/** RFC 6874: the zone of a link-local address means something to this machine only. */
function withoutZone(address: string): string {
  const zone = address.indexOf('%');
  return zone < 0 ? address : address.slice(0, zone);
}

/** The Via value without `received` and `rport`; all else stays as it stood. */
function withoutStamps(raw: string): string {
  let kept = '';
  let from = 0;
  for (let start = nextSemicolon(raw, 0); start < raw.length;) {
    const end = nextSemicolon(raw, start + 1);
    if (isStamp(raw, start + 1, end)) {
      kept += trimmed(raw, from, start);
      from = end;
    }
    start = end;
  }
  return kept + raw.slice(from);
}

/** Where the next parameter begins, with its semicolon: those within quotes begin none. */
function nextSemicolon(raw: string, from: number): number {
  let at = from;
  while (at < raw.length) {
    const code = raw.charCodeAt(at);
    if (code === SEMICOLON) return at;
    const end = code === QUOTE ? endOfQuoted(raw, at) : at + 1;
    at = end < 0 ? raw.length : end;
  }
  return raw.length;
}

function isStamp(raw: string, from: number, to: number): boolean {
  const start = skipSpace(raw, from, to);
  // Parameters that begin otherwise, most of them, are not even cut out.
  if ((raw.charCodeAt(start) | 0x20) !== LETTER_R) return false;
  const equals = raw.indexOf('=', start);
  const name = trimmed(raw, start, equals < 0 || equals > to ? to : equals).toLowerCase();
  return name === 'received' || name === 'rport';
}
