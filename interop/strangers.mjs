/** Somebody feigns the address of another and never confirms anything: no more octets go there than came from there. */
/* oxlint-disable no-await-in-loop -- one after the other is what is meant */
import { strict as assert } from 'node:assert';
import { setTimeout as wait } from 'node:timers/promises';

import { UdpPeer } from './udp-peer.mjs';

const COUNT = 1000;
const SECONDS = 5;
const IN_ONE_GO = 20;

/** What is sent, and the most datagrams that answer each. */
const KINDS = [
  // One of no more than it needs is too short to pay for its answer: it is answered when it comes again, which it does not here.
  { kind: 'INVITE of few words', most: 1, make: (peer) => peer.invite('echo') },
  { kind: 'INVITE', most: 1, make: (peer) => peer.invite('echo', undefined, USUAL) },
  { kind: 'MESSAGE', most: 1.25, make: (peer) => peer.request('MESSAGE', text('hello')) },
  { kind: 'OPTIONS', most: 1, make: (peer) => peer.request('OPTIONS') },
  { kind: 'REGISTER', most: 1, make: (peer) => peer.request('REGISTER') },
  {
    kind: 'INVITE with a To tag',
    most: 1,
    make: (peer) => peer.request('INVITE', { toTag: 'guessed' }),
  },
  { kind: 'BYE with a To tag', most: 1, make: (peer) => peer.request('BYE', { toTag: 'guessed' }) },
];

/** What usual programs say besides. */
const USUAL = {
  Allow: 'INVITE, ACK, BYE, CANCEL, OPTIONS, MESSAGE, INFO, UPDATE, NOTIFY, REFER',
  Supported: 'replaces, outbound, gruu',
  'User-Agent': 'a program of a usual kind/4.5.23 (belle-sip/5.2.98)',
};

function text(body) {
  return { fields: { 'Content-Type': 'text/plain' }, body };
}

/** A thousand of each, each kind from an address that the house has never heard of, all at once. */
export async function strangers(house) {
  const floods = KINDS.map(async ({ kind, most, make }, index) => {
    const peer = await UdpPeer.open(house.port, `127.66.0.${index + 1}`);
    try {
      for (let count = 0; count < COUNT; count += IN_ONE_GO) {
        for (let one = 0; one < IN_ONE_GO; one += 1) peer.send(make(peer));
        await wait((SECONDS * 1000 * IN_ONE_GO) / COUNT);
      }
      await wait(1000);
      const { sent, heard } = peer;
      const ratio = heard.octets / sent.octets;
      assert.ok(ratio <= 1, `${kind}: ${heard.octets} octets for ${sent.octets}`);
      assert.ok(heard.datagrams <= most * COUNT, `${kind}: ${heard.datagrams} datagrams`);
      return `${kind} ${ratio.toFixed(2)}`;
    } finally {
      peer.close();
    }
  });
  const ratios = await Promise.all(floods);
  return `octets out to octets in: ${ratios.join(', ')}`;
}
