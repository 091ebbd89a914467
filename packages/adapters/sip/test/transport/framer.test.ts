import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';
import { SeededChance } from '@usher/core/testing';

import { DEFAULT_LIMITS } from '../../src/syntax/limits.js';
import { parseMessage } from '../../src/syntax/parser.js';
import { Framer, type Framed } from '../../src/transport/framer.js';
import { bytesOf, samples } from '../syntax/corpora.js';

const octets = new TextEncoder();
const text = new TextDecoder();

function message(body = '', length = `Content-Length: ${octets.encode(body).length}`): string {
  const lines = [
    'MESSAGE sip:bot@192.0.2.1 SIP/2.0',
    'Via: SIP/2.0/TCP 192.0.2.7:5070;branch=z9hG4bKframed',
    'From: <sip:alice@example.com>;tag=alice',
    'To: <sip:bot@192.0.2.1>',
    'Call-ID: framed-1',
    'CSeq: 1 MESSAGE',
    length,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

function feed(framer: Framer, ...pieces: readonly string[]): Framed[] {
  return pieces.flatMap((piece) => framer.receive(octets.encode(piece), 0));
}

/** `message`, `ping`, or the status of a fault. */
function kinds(framed: readonly Framed[]): (string | number)[] {
  return framed.map((one) => (one.type === 'fault' ? one.error.status : one.type));
}

function texts(framed: readonly Framed[]): string[] {
  return framed.flatMap((one) => (one.type === 'message' ? [text.decode(one.bytes)] : []));
}

describe('cutting a stream into messages (RFC 3261, 18.3)', () => {
  const STREAM = [
    message('hello'),
    message(),
    `\r\n\r\n${message('a body with an end of head in it:\r\n\r\nINVITE sip:x SIP/2.0\r\nContent-Length: 9\r\n\r\n')}`,
    `\r\n${message('ünïcode ✓ '.repeat(100))}`,
    message('x'.repeat(5_000)),
    `\r\n\r\n\r\n\r\n${message('compact', 'l:7')}`,
  ];
  const WHOLE = octets.encode(STREAM.join(''));
  const EXPECTED = STREAM.map((one) => one.replace(/^[\r\n]+/, ''));

  test('a stream gives the same messages however it is sliced', () => {
    for (let seed = 1; seed <= 500; seed += 1) {
      const chance = new SeededChance(seed);
      const longest = chance.pick([2, 10, 100, 1_000, 10_000]);
      const framer = new Framer();
      const framed: Framed[] = [];
      for (let at = 0; at < WHOLE.length;) {
        const next = at + 1 + chance.integer(longest);
        framed.push(...framer.receive(WHOLE.slice(at, next), 0));
        at = next;
      }
      const same = texts(framed).join('|') === EXPECTED.join('|');
      expect({ seed, same }).toEqual({ seed, same: true });
      expect(framed.every(({ type }) => type !== 'fault')).toBe(true);
      expect(framer.begun).toBeUndefined();
    }
  });

  test('a stream in one piece and octet by octet gives the same, pings too', () => {
    const whole = new Framer().receive(WHOLE, 0);
    expect(kinds(whole)).toEqual([
      'message',
      'message',
      'ping',
      'message',
      'message',
      'message',
      'ping',
      'message',
    ]);
    const framer = new Framer();
    const single = Array.from(WHOLE, (octet) => framer.receive(Uint8Array.of(octet), 0)).flat();
    expect(texts(single)).toEqual(EXPECTED);
    expect(kinds(single).filter((kind) => kind === 'ping')).toHaveLength(3);
  });

  test('a body that comes octet by octet costs no more for being long', () => {
    const size = 1_000_000;
    const framer = new Framer({ ...DEFAULT_LIMITS, body: size });
    framer.receive(octets.encode(message('', `Content-Length: ${size}`)), 0);
    const octet = Uint8Array.of(120);
    // Were the message put together anew for each octet, this would move half a million million of them.
    for (let sent = 1; sent < size; sent += 1) framer.receive(octet, 0);
    expect(kinds(framer.receive(octet, 0))).toEqual(['message']);
  });

  test('a small message does not keep the large piece alive in which it came', () => {
    const [first] = new Framer().receive(
      octets.encode(message('a') + message('b'.repeat(60_000))),
      0,
    );
    expect(first?.type === 'message' && first.bytes.buffer.byteLength).toBeLessThan(1_000);
  });

  test('RFC 4475, 3.1.1.8: two requests behind one another are two messages on a stream', () => {
    const framed = new Framer().receive(bytesOf('rfc4475/dblreq.dat'), 0);
    expect(texts(framed).map((one) => one.split(' ', 1)[0])).toEqual(['REGISTER', 'INVITE']);
  });

  test.each(['half-close.json', 'ws-two-sip-in-one-frame.json'])(
    'the messages of %s come whole',
    (file) => {
      const script = JSON.parse(
        readFileSync(join(__dirname, '../fixtures/stream', file), 'utf8'),
      ) as {
        steps: { text?: string }[];
      };
      const framed = feed(new Framer(), ...script.steps.map((step) => step.text ?? ''));
      for (const one of framed) {
        expect(one.type).toBe('message');
        if (one.type === 'message')
          expect(parseMessage(one.bytes, DEFAULT_LIMITS, 'stream').type).toBe('request');
      }
      expect(framed.length).toBeGreaterThan(0);
    },
  );
});

describe('signs of life between messages (RFC 5626, 3.5.1)', () => {
  test('a double CRLF is a ping, also where it is sliced', () => {
    expect(kinds(feed(new Framer(), '\r\n\r\n'))).toEqual(['ping']);
    expect(kinds(feed(new Framer(), '\r', '\n\r', '\n'))).toEqual(['ping']);
  });

  test('a single CRLF is a pong and means nothing, nor do two with a message between', () => {
    expect(kinds(feed(new Framer(), '\r\n'))).toEqual([]);
    expect(kinds(feed(new Framer(), `\r\n${message()}\r\n`))).toEqual(['message']);
  });

  test('a flood of pings is answered once a piece', () => {
    const framer = new Framer();
    const piece = '\r\n\r\n'.repeat(16_384);
    const framed = feed(framer, piece, piece, piece, piece, piece, piece, `${piece}${message()}`);
    expect(kinds(framed)).toEqual([...Array.from({ length: 7 }, () => 'ping'), 'message']);
  });
});

describe('streams that cannot be cut', () => {
  test.each([
    ['none', 'X: y'],
    ['a negative one', 'Content-Length: -999'],
    ['a signed one', 'Content-Length: +5'],
    ['one that is no number', 'Content-Length: five'],
    ['an empty one', 'Content-Length: '],
    ['a hexadecimal one', 'Content-Length: 0x10'],
    ['two numbers', 'Content-Length: 5 5'],
    ['a list', 'Content-Length: 5, 5'],
    ['two that agree', 'Content-Length: 5\r\nContent-Length: 5'],
    ['two that differ, one of them compact', 'Content-Length: 5\r\nl: 500'],
    ['one behind a bare LF', 'X: y\nContent-Length: 5'],
    ['one of another name', 'Content-Lengthy: 5\r\nX-Content-Length: 5\r\nContent\rLength: 5'],
  ])('a message whose Content-Length is %s is a fault with 400', (_what, length) => {
    const framer = new Framer();
    expect(kinds(feed(framer, message('hello', length)))).toEqual([400]);
    expect(feed(framer, message())).toEqual([]);
  });

  test.each([
    ['in any case', 'cOnTeNt-LeNgTh: 5'],
    ['compact', 'l: 5'],
    ['compact, in upper case', 'L:5'],
    ['with white space before the colon', 'Content-Length \t : 5'],
    ['with white space behind it', 'Content-Length: 5  \t'],
    ['with zeros in front', 'Content-Length: 00000000000000000005'],
    ['folded', 'Content-Length:\r\n 5'],
    ['folded before another header', 'Content-Length:\r\n\t5\r\nX: y'],
  ])('Content-Length %s is understood', (_what, length) => {
    expect(texts(feed(new Framer(), message('hello', length) + message()))).toEqual([
      message('hello', length),
      message(),
    ]);
  });

  test('a body beyond the limit is refused from its head, before any of it is kept', () => {
    const framed = new Framer().receive(bytesOf('sip-dos/cl-10GB-tcp.sip'), 0);
    expect(kinds(framed)).toEqual([413]);
    for (const length of ['65537', '99999999999999999999999', '9'.repeat(400)]) {
      expect(kinds(feed(new Framer(), message('x', `Content-Length: ${length}`)))).toEqual([413]);
    }
    expect(kinds(feed(new Framer(), message('x'.repeat(65_536))))).toEqual(['message']);
  });

  test('the head that comes with a 413 holds what an answer needs', () => {
    const [fault] = feed(new Framer(), message('x', 'Content-Length: 100000'));
    if (fault?.type !== 'fault') throw new Error('no fault');
    const parsed = parseMessage(fault.head, DEFAULT_LIMITS, 'stream');
    if (parsed.type !== 'malformed') throw new Error('not malformed');
    expect(parsed.answerable).toBe(true);
    expect(parsed.echo).toMatchObject({
      via: ['SIP/2.0/TCP 192.0.2.7:5070;branch=z9hG4bKframed'],
      callId: 'framed-1',
      cseq: '1 MESSAGE',
    });
  });

  test.each([
    ['that ends', '\r\n\r\n'],
    ['that does not end', ''],
  ])(
    'a head beyond the limit %s is a fault with 513, and what came before the limit can be answered',
    (_what, end) => {
      const head = message('', `X: ${'x'.repeat(DEFAULT_LIMITS.headerBlock)}${end}`);
      for (const pieces of [[head], head.match(/[^]{1,999}/g) ?? []]) {
        const framed = feed(new Framer(), ...pieces);
        expect(kinds(framed)).toEqual([513]);
        const [fault] = framed;
        if (fault?.type !== 'fault') throw new Error('no fault');
        expect(fault.head.length).toBeLessThanOrEqual(DEFAULT_LIMITS.headerBlock);
        const parsed = parseMessage(fault.head, DEFAULT_LIMITS, 'datagram');
        expect(parsed.type === 'request' && parsed.callId).toBe('framed-1');
      }
    },
  );

  test('a head of exactly the limit is taken, one octet more is not', () => {
    const fill = (size: number): string =>
      message('', `X: ${'x'.repeat(size)}\r\nContent-Length: 0`);
    const room = DEFAULT_LIMITS.headerBlock - fill(0).length;
    expect(kinds(feed(new Framer(), fill(room)))).toEqual(['message']);
    expect(kinds(feed(new Framer(), fill(room + 1)))).toEqual([513]);
  });

  test('something that is no SIP at all is a fault as soon as its head is too large or has an end', () => {
    expect(kinds(feed(new Framer(), 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'))).toEqual([400]);
    const framer = new Framer();
    const noise = Uint8Array.from({ length: 1_000 }, (_, at) => (at * 7) & 0xff);
    const framed = Array.from({ length: 100 }, () => framer.receive(noise, 0)).flat();
    expect(kinds(framed)).toEqual([513]);
  });

  test('no message file makes it throw, and what it cuts has its whole body', () => {
    for (const { file, bytes } of samples('rfc4475', 'sip-attacks', 'sip-dos')) {
      for (const one of new Framer().receive(bytes, 0)) {
        if (one.type !== 'message') continue;
        const parsed = parseMessage(one.bytes, DEFAULT_LIMITS, 'stream');
        const code = parsed.type === 'malformed' ? parsed.error.code : undefined;
        expect({ file, code }).not.toEqual({ file, code: 'body-too-short' });
        expect({ file, code }).not.toEqual({ file, code: 'bad-content-length' });
      }
    }
  });
});

describe('how long a message has been under way', () => {
  test('is told from its first octet until its last', () => {
    const framer = new Framer();
    const whole = octets.encode(`\r\n${message('hello')}`);
    framer.receive(whole.subarray(0, 2), 10);
    expect(framer.begun).toBeUndefined();
    framer.receive(whole.subarray(2, 3), 20);
    framer.receive(whole.subarray(3, whole.length - 1), 30);
    expect(framer.begun).toBe(20);
    framer.receive(whole.subarray(whole.length - 1), 40);
    expect(framer.begun).toBeUndefined();
  });
});
