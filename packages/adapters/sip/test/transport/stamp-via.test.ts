import { describe, expect, test } from '@jest/globals';
import type { Flow } from '@usher/core/adapter';

import { parseVia } from '../../src/syntax/via.js';
import { answerFlow } from '../../src/transport/answer-flow.js';
import { stampVia, stampVias } from '../../src/transport/stamp-via.js';
import { request } from '../transaction/stage.js';

const FROM: Flow = {
  transport: 'udp',
  local: { address: '192.0.2.1', port: 5060 },
  remote: { address: '198.51.100.9', port: 40_123 },
};

describe('marking where a request came from (RFC 3261, 18.2.1; RFC 3581, 4)', () => {
  test.each([
    [
      'a sent-by that is the source address is left as it stood',
      'SIP/2.0/UDP 198.51.100.9:5060;branch=z9hG4bK1',
      'SIP/2.0/UDP 198.51.100.9:5060;branch=z9hG4bK1',
    ],
    [
      'a sent-by of another address gets received',
      'SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1',
      'SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1;received=198.51.100.9',
    ],
    [
      'a sent-by that is a name gets received',
      'SIP/2.0/UDP pc.example.com;branch=z9hG4bK1',
      'SIP/2.0/UDP pc.example.com;branch=z9hG4bK1;received=198.51.100.9',
    ],
    [
      'rport is filled in, with received even where that says nothing new',
      'SIP/2.0/UDP 198.51.100.9;rport;branch=z9hG4bK1',
      'SIP/2.0/UDP 198.51.100.9;branch=z9hG4bK1;received=198.51.100.9;rport=40123',
    ],
    [
      'what the peer claims of received and rport is overwritten',
      'SIP/2.0/UDP 10.0.0.1;received=203.0.113.66;branch=z9hG4bK1;RPORT=9',
      'SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1;received=198.51.100.9;rport=40123',
    ],
    [
      'a claim is struck out where there is nothing to say',
      'SIP/2.0/UDP 198.51.100.9;Received = 203.0.113.66 ;branch=z9hG4bK1',
      'SIP/2.0/UDP 198.51.100.9;branch=z9hG4bK1',
    ],
    [
      'what stands in quotes is no parameter',
      'SIP/2.0/UDP 10.0.0.1;x=";received=1.2.3.4;\\";rport";branch=z9hG4bK1',
      'SIP/2.0/UDP 10.0.0.1;x=";received=1.2.3.4;\\";rport";branch=z9hG4bK1;received=198.51.100.9',
    ],
    [
      'parameters whose names only begin alike stay',
      'SIP/2.0/UDP 10.0.0.1;rport-x=1;received-by=2;branch=z9hG4bK1',
      'SIP/2.0/UDP 10.0.0.1;rport-x=1;received-by=2;branch=z9hG4bK1;received=198.51.100.9',
    ],
  ])('%s', (_name, via, stamped) => {
    expect(stampVia(parseVia(via), FROM)).toBe(stamped);
  });

  test('an IPv6 source is written without brackets and without its zone', () => {
    const from: Flow = { ...FROM, remote: { address: 'fe80::9%eth0', port: 7 } };
    expect(stampVia(parseVia('SIP/2.0/UDP x.example.com;rport'), from)).toBe(
      'SIP/2.0/UDP x.example.com;received=fe80::9;rport=7',
    );
    const same: Flow = { ...FROM, remote: { address: '2001:db8::9', port: 7 } };
    expect(stampVia(parseVia('SIP/2.0/UDP [2001:db8::9]:5070'), same)).toBe(
      'SIP/2.0/UDP [2001:db8::9]:5070',
    );
  });

  test('of several Via values the topmost is marked, and all are kept in their order', () => {
    const top = 'SIP/2.0/UDP a.example.com;branch=z9hG4bK1';
    const message = request({
      via: `${top}, SIP/2.0/UDP b.example.com`,
      more: ['v: SIP/2.0/TCP c.example.com'],
    });
    expect(stampVias(message, FROM)).toEqual([
      `${top};received=198.51.100.9`,
      'SIP/2.0/UDP b.example.com',
      'SIP/2.0/TCP c.example.com',
    ]);
  });
});

describe('where an answer goes (RFC 3261, 18.2.2; RFC 3581, 4)', () => {
  const stream: Flow = { ...FROM, transport: 'tcp', connection: 5 };

  test.each([
    ['with rport, to the source port', 'SIP/2.0/UDP 10.0.0.1:5077;rport', 40_123],
    [
      'without rport, to the port of sent-by at the source address',
      'SIP/2.0/UDP 10.0.0.1:5077',
      5_077,
    ],
    ['without rport and port, to 5060 at the source address', 'SIP/2.0/UDP 10.0.0.1', 5_060],
    ['never to maddr', 'SIP/2.0/UDP 10.0.0.1:5077;maddr=224.0.1.75', 5_077],
    [
      'never to what the peer says of received',
      'SIP/2.0/UDP 10.0.0.1:5077;received=203.0.113.66',
      5_077,
    ],
  ])('of a datagram: %s', (_name, via, port) => {
    expect(answerFlow(parseVia(via), FROM)).toEqual({
      ...FROM,
      remote: { address: '198.51.100.9', port },
    });
  });

  test('of a connection: on it, with the port of sent-by in case that it is gone', () => {
    expect(answerFlow(parseVia('SIP/2.0/TCP pc.example.com:5077;rport'), stream)).toEqual({
      ...stream,
      remote: { address: '198.51.100.9', port: 5_077 },
    });
    expect(answerFlow(parseVia('SIP/2.0/TCP pc.example.com'), stream).remote.port).toBe(5_060);
    expect(
      answerFlow(parseVia('SIP/2.0/TLS pc.example.com'), { ...stream, transport: 'tls' }).remote
        .port,
    ).toBe(5_061);
  });

  test('of a WebSocket: on it and nowhere else', () => {
    const web: Flow = { ...stream, transport: 'ws' };
    expect(answerFlow(parseVia('SIP/2.0/WS df7jal23ls0d.invalid'), web)).toBe(web);
  });

  test('takes the flow as it is where nothing differs', () => {
    const from: Flow = { ...FROM, remote: { address: '198.51.100.9', port: 5_060 } };
    expect(answerFlow(parseVia('SIP/2.0/UDP 198.51.100.9'), from)).toBe(from);
  });
});
