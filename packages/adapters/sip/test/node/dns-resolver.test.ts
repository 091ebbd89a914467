import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { DnsResolver } from '../../src/node/dns-resolver.js';

/** The octets of a DNS name (RFC 1035, 3.1). */
function name(text: string): number[] {
  const labels = text.split('.').filter((label) => label !== '');
  return [...words(...labels), 0];
}

function short(number: number): number[] {
  return [number >> 8, number & 0xff];
}

function words(...texts: string[]): number[] {
  return texts.flatMap((text) => [text.length].concat(Array.from(Buffer.from(text))));
}

/** Record data by `type name`; 33 is SRV (RFC 2782), 35 is NAPTR (RFC 3403). */
const RECORDS = new Map([
  [
    '33 _sip._udp.example.test',
    [...short(10), ...short(60), ...short(5070), ...name('a.example.test')],
  ],
  [
    '35 example.test',
    [...short(50), ...short(20), ...words('s', 'SIP+D2U', ''), ...name('_sip._udp.example.test')],
  ],
]);

/** Answers one query with the record there is, or with NXDOMAIN. */
function answer(query: Buffer): Buffer {
  let at = 12;
  const labels: string[] = [];
  for (let size = query[at] ?? 0; size > 0; size = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + size));
    at += 1 + size;
  }
  const type = query.readUInt16BE(at + 1);
  const question = query.subarray(12, at + 5);
  const data = RECORDS.get(`${type} ${labels.join('.').toLowerCase()}`);
  const head = [
    ...query.subarray(0, 2),
    0x81,
    data === undefined ? 0x83 : 0x80,
    0,
    1,
    0,
    data === undefined ? 0 : 1,
    0,
    0,
    0,
    0,
  ];
  const record =
    data === undefined
      ? []
      : [0xc0, 12, ...short(type), 0, 1, 0, 0, 0, 60, ...short(data.length), ...data];
  return Buffer.from([...head, ...question, ...record]);
}

describe('the DNS through Node', () => {
  let server: Socket;
  let resolver: DnsResolver;

  beforeEach(async () => {
    server = createSocket('udp4');
    server.on('message', (query, { port, address }) => server.send(answer(query), port, address));
    server.bind(0, '127.0.0.1');
    await once(server, 'listening');
    resolver = new DnsResolver([`127.0.0.1:${server.address().port}`]);
  });

  afterEach(() => {
    server.close();
  });

  test('finds SRV records', async () => {
    expect(await resolver.services('_sip._udp.example.test')).toEqual([
      expect.objectContaining({ name: 'a.example.test', port: 5070, priority: 10, weight: 60 }),
    ]);
  });

  test('finds NAPTR records', async () => {
    expect(await resolver.pointers('example.test')).toEqual([
      expect.objectContaining({
        order: 50,
        preference: 20,
        flags: 's',
        service: 'SIP+D2U',
        replacement: '_sip._udp.example.test',
      }),
    ]);
  });

  test('rejects where there is no such name', async () => {
    await expect(resolver.services('_sip._tcp.example.test')).rejects.toMatchObject({
      code: 'ENOTFOUND',
    });
    await expect(resolver.pointers('nowhere.test')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  test('finds addresses as the system does, numeric ones and localhost included', async () => {
    expect(await resolver.addresses('192.0.2.5')).toEqual(['192.0.2.5']);
    const local = await resolver.addresses('localhost');
    expect(local.some((address) => address === '127.0.0.1' || address === '::1')).toBe(true);
  });
});
