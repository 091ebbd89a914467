/** Packets of real-time text, offers of it, and what may happen to two ends, drawn by chance. */
import type { SeededChance } from '@usher/core/testing';

import { printRedundant } from '../../packages/adapters/rtt/src/rtp/redundant-payload.js';
import { printRtp } from '../../packages/adapters/rtt/src/rtp/rtp-packet.js';
import { joined, utf8 } from '../octets.js';
import { few, host, several, usually } from './words.js';

/** Octets that are one of these. */
export function rtpText(chance: SeededChance): Uint8Array {
  const kind = chance.integer(4);
  if (kind === 0) return stream(chance);
  if (kind === 1) return utf8(offer(chance));
  if (kind === 2) return chance.octets(2 * chance.integer(100));
  return utf8(several(few(chance, 40), () => character(chance)).join(''));
}

function character(chance: SeededChance): string {
  return usually(chance, [
    chance.pick(['a', 'é', '世', '😀', ' ', '\t']),
    chance.pick(['\b', '\r', '\n', '\u2028', '\u2029', '\u001b', '\ufeff', '\0']),
    chance.pick(['\u0098', '\u009c', '\u009b', '\u0085', '\ufff9', '\ufffd', 'x'.repeat(70)]),
  ]);
}

/** Packets with their lengths before them, and pauses between. */
function stream(chance: SeededChance): Uint8Array {
  let sequence = chance.pick([0, 1, 65_530, 30_000]);
  const parts = several(1 + few(chance, 30), () => {
    sequence += usually(chance, [1, 2, 0, 5, -2, 99, 100, 30_000]);
    if (chance.chance(0.15)) return Uint8Array.of(16 + chance.integer(240), chance.integer(256));
    const packet = packetOf(chance, sequence & 0xffff);
    return joined(Uint8Array.of(packet.length >> 8, packet.length & 255), packet);
  });
  return joined(...parts);
}

function packetOf(chance: SeededChance, sequence: number): Uint8Array {
  const isPlain = chance.chance(0.2);
  const block = (): { payloadType: number; offset: number; data: Uint8Array } => ({
    payloadType: chance.chance(0.03) ? 99 : 98,
    offset: chance.integer(0x4000),
    data: utf8(several(few(chance, 4), () => character(chance)).join('')),
  });
  const payload = isPlain
    ? block().data
    : printRedundant(several(usually(chance, [3, 1, 2, 16, 17]), block));
  return printRtp({
    marker: chance.chance(0.3),
    payloadType: isPlain ? 98 : usually(chance, [100, 99]),
    sequence,
    timestamp: chance.integer(2 ** 32),
    ssrc: usually(chance, [7, 8, chance.integer(6)]),
    payload,
  });
}

/** A line of text as it stands in an offer: port, protocol, formats, address and attributes, each in a line of its own. */
function offer(chance: SeededChance): string {
  const red = usually(chance, ['100', '98', '64', '200', 'x']);
  const lines = [
    usually(chance, ['11000', '0']),
    usually(chance, ['RTP/AVP', 'rtp/avpf', 'RTP/SAVP', 'TCP/MSRP']),
    usually(chance, [`98 ${red}`, `${red} 98`, '98', '', '64']),
    usually(chance, [host(chance), '192.0.2.2', '2001:db8::1', '0.0.0.0', '::', '224.0.0.1', '']),
    usually(chance, ['rtpmap:98 t140/1000', 'rtpmap:98 T140/1000 ', 'rtpmap:64 t140/1000', '']),
    usually(chance, [`rtpmap:${red} red/1000`, 'rtpmap:98 red/8000', '']),
    usually(chance, [`fmtp:${red} 98/98/98`, `fmtp:${red} 98/98`, `fmtp:${red} 98/99`, '']),
    usually(chance, [
      '',
      'fmtp:98 cps=30',
      'fmtp:98 x;CPS=99999',
      'fmtp:98 cps=0',
      'fmtp:98 cps=5000',
    ]),
    usually(chance, ['', 'sendonly', 'recvonly', 'inactive', 'sendrecv']),
  ];
  return lines.join('\n');
}
