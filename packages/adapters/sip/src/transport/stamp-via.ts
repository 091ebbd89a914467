/** Marks where a request really came from (RFC 3261, 18.2.1; RFC 3581, 4). */
import type { Flow } from '@usher/core/adapter';

import type { SipRequest } from '../syntax/message.js';
import { endOfQuoted } from '../syntax/quoted-string.js';
import { trimmed } from '../syntax/white-space.js';
import type { Via } from '../syntax/via.js';

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
  const lines = request.all('Via');
  const top = stampVia(request.via, flow);
  if (lines.length === 1 && lines[0] === request.via.raw) return [top];
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
  let start = 0;
  let at = 0;
  while (at <= raw.length) {
    const code = at < raw.length ? raw.charCodeAt(at) : 0x3b;
    if (code === 0x22) {
      const end = endOfQuoted(raw, at);
      at = end < 0 ? raw.length : end;
      continue;
    }
    if (code === 0x3b) {
      const parameter = trimmed(raw, start, at);
      const name = /^[^=\s]*/.exec(parameter)?.[0].toLowerCase();
      if (start === 0) kept = parameter;
      else if (name !== 'received' && name !== 'rport') kept += `;${parameter}`;
      start = at + 1;
    }
    at += 1;
  }
  return kept;
}
