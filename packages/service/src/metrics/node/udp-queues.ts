/** What Linux knows of UDP sockets: `/proc/net/udp`. */
import { readFile } from 'node:fs/promises';
import { SocketAddress } from 'node:net';

import type { Listening } from '@usher/core/adapter';

import type { UdpQueue } from '../udp-queue.js';

const FILES = [
  ['/proc/net/udp', 'ipv4'],
  ['/proc/net/udp6', 'ipv6'],
] as const;

/** What the system knows of the UDP sockets among these places; nothing where it is no Linux. */
export async function udpQueues(listening: readonly Listening[]): Promise<readonly UdpQueue[]> {
  const places = listening.filter(({ transport }) => transport === 'udp');
  if (places.length === 0) return [];
  const ours = new Set(places.map(({ address, port }) => `${address} ${port}`));
  const known = await Promise.all(
    FILES.map(async ([file, family]) => {
      const text = await readFile(file, 'latin1').catch(() => '');
      return readQueues(text, family);
    }),
  );
  return known.flat().filter(({ address, port }) => ours.has(`${address} ${port}`));
}

/** Reads a table of sockets as the kernel writes it (proc(5)): the local address in hexadecimal, the queues, and last the drops. */
export function readQueues(text: string, family: 'ipv4' | 'ipv6'): UdpQueue[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line): UdpQueue[] => {
      const fields = line.trim().split(/\s+/);
      const [address = '', port = ''] = (fields[1] ?? '').split(':');
      const [, waiting = ''] = (fields[4] ?? '').split(':');
      const dropped = Number(fields[12]);
      if (fields.length < 13 || !Number.isInteger(dropped)) return [];
      return [
        {
          address: family === 'ipv4' ? addressOf4(address) : addressOf6(address),
          port: parseInt(port, 16),
          waiting: parseInt(waiting, 16),
          dropped,
        },
      ];
    });
}

/** A word of 32 bits, as this machine has it in memory: its octets back to front where the least comes first. */
function octets(word: string): number[] {
  const pairs = word.match(/../g) ?? [];
  const ordered = LITTLE ? pairs.toReversed() : pairs;
  return ordered.map((pair) => parseInt(pair, 16));
}

const LITTLE = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function addressOf4(hexadecimal: string): string {
  return octets(hexadecimal).join('.');
}

function addressOf6(hexadecimal: string): string {
  const all = (hexadecimal.match(/.{8}/g) ?? []).flatMap(octets);
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((all[2 * index] ?? 0) << 8) | (all[2 * index + 1] ?? 0)).toString(16),
  );
  // Written in the one way in which Node writes addresses.
  return new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address;
}
