/** A peer is invited by an endpoint under test. */
import type { InviteClientUsage } from '../../src/dialog/invite-client-usage.js';
import type { SipRequest } from '../../src/syntax/message.js';
import { type Bench, readRequest } from './bench.js';
import { OFFER } from './peer.js';

const NOTHING = { bytes: new Uint8Array() };

/** Invites a peer; the INVITE that left. */
export function invite(bench: Bench, uri = 'sip:alice@192.0.2.2:5080'): SipRequest {
  bench.execute({
    type: 'invite',
    reference: 1,
    parts: {
      uri,
      from: '<sip:bot@example.com>',
      user: 'bot',
      fields: [['Content-Type', 'application/sdp']],
      body: new TextEncoder().encode(OFFER),
    },
  });
  return readRequest(bench.take()[0] ?? NOTHING);
}

/** The usage of the last INVITE of ours. */
export function usageOf(bench: Bench): InviteClientUsage {
  return bench.event('inviting').usage;
}
