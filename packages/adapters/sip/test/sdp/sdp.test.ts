/** Session descriptions: read within limits, and printed so that they read back the same (RFC 8866). */
import { isDeepStrictEqual } from 'node:util';

import { describe, expect, test } from '@jest/globals';
import { array, constantFrom, oneof, property } from 'fast-check';

import { LocalProtocolError, RemoteProtocolError } from '@usher/core';

import { mediaKinds } from '../../src/sdp/media-kinds.js';
import { DEFAULT_SDP_LIMITS, type MediaDescription, type Sdp } from '../../src/sdp/sdp.js';
import { parseSdp } from '../../src/sdp/sdp-parser.js';
import { printSdp } from '../../src/sdp/sdp-printer.js';
import { parseMessage } from '../../src/syntax/parser.js';
import { anyText, exceptionTo } from '../syntax/arbitraries.js';
import { FOLDERS, octets, samples } from '../syntax/corpora.js';

const LEAST = 'v=0\no=- 1 2 IN IP4 192.0.2.1\ns=-\nt=0 0\n';

function read(text: string): Sdp {
  const sdp = parseSdp(octets(text));
  if (sdp instanceof RemoteProtocolError) throw sdp;
  return sdp;
}

function refusal(text: string): string {
  const sdp = parseSdp(octets(text));
  return sdp instanceof RemoteProtocolError ? `${sdp.status} ${sdp.code}` : 'read';
}

/** The octets, or undefined where they are refused; any other error is the test's. */
function printed(sdp: Sdp): Uint8Array | undefined {
  try {
    return printSdp(sdp);
  } catch (error) {
    if (error instanceof LocalProtocolError && error.code === 'unprintable') return undefined;
    throw error;
  }
}

describe('a session description', () => {
  test('has origin, name, connection, times, attributes and media, each with its own', () => {
    const sdp = read(
      'v=0\no=jdoe 3724394400 3724394405 IN IP4 198.51.100.1\ns=Call to John Smith\ni=SDP Offer #1\nu=http://www.jdoe.example.com/home.html\n' +
        'e=Jane Doe <jane@jdoe.example.com>\np=+1 617 555-6011\nc=IN IP4 198.51.100.1\nb=AS:64\nt=0 0\nr=7d 1h 0 25h\na=tool:x\na=recvonly\n' +
        'm=audio 49170/2 RTP/AVP 0 8\ni=voice\nc=IN IP6 2001:db8::2\nb=AS:32\na=sendrecv\na=empty:\nm=video 0 RTP/AVP 31\n',
    );
    expect(sdp.origin).toEqual({
      username: 'jdoe',
      id: '3724394400',
      version: '3724394405',
      address: { type: 'IP4', address: '198.51.100.1' },
    });
    expect(sdp).toMatchObject({
      name: 'Call to John Smith',
      connection: { type: 'IP4', address: '198.51.100.1' },
      times: ['0 0'],
    });
    expect(sdp.others.map(({ type }) => type).join('')).toBe('iuepbr');
    expect(sdp.attributes).toEqual([{ name: 'tool', value: 'x' }, { name: 'recvonly' }]);
    expect(sdp.media).toEqual([
      {
        media: 'audio',
        port: 49_170,
        ports: 2,
        protocol: 'RTP/AVP',
        formats: ['0', '8'],
        connection: { type: 'IP6', address: '2001:db8::2' },
        attributes: [{ name: 'sendrecv' }, { name: 'empty', value: '' }],
        others: [
          { type: 'i', value: 'voice' },
          { type: 'b', value: 'AS:32' },
        ],
      },
      { media: 'video', port: 0, protocol: 'RTP/AVP', formats: ['31'], attributes: [], others: [] },
    ]);
    expect(parseSdp(printSdp(sdp))).toEqual(sdp);
  });

  test('may have bare line feeds, no line end at the end, and no name or time', () => {
    const bare = parseSdp(new TextEncoder().encode('v=0\no=- 1 1 IN IP4 h\nm=message 1 sip null'));
    expect(bare).toMatchObject({ name: '-', times: ['0 0'], media: [{ media: 'message' }] });
  });

  test.each([
    ['', '400 bad-sdp'],
    ['o=- 1 1 IN IP4 h\n', '400 bad-sdp'],
    ['v=1\no=- 1 1 IN IP4 h\n', '400 bad-sdp'],
    ['v=0\ns=-\n', '400 bad-sdp'],
    [`${LEAST}v=0\n`, '400 bad-sdp'],
    [`${LEAST}o=- 1 1 IN IP4 h\n`, '400 bad-sdp'],
    [`${LEAST}X=unknown\n`, '400 bad-sdp'],
    [`${LEAST}testing=123\n`, '400 bad-sdp'],
    [`${LEAST}a=\n`, '400 bad-sdp'],
    [`${LEAST}a=:x\n`, '400 bad-sdp'],
    [`${LEAST}c=IN IP4\n`, '400 bad-sdp'],
    [`${LEAST}c=XX IP4 h\n`, '400 bad-sdp'],
    [`${LEAST}m=audio\n`, '400 bad-sdp'],
    [`${LEAST}m=audio 70000 RTP/AVP 0\n`, '400 bad-sdp'],
    [`${LEAST}m=audio -1 RTP/AVP 0\n`, '400 bad-sdp'],
    [`${LEAST}m=audio 1/x RTP/AVP 0\n`, '400 bad-sdp'],
    [`${LEAST}m=audio 1 RTP/AVP\n`, '400 bad-sdp'],
    [`${LEAST}m=audio 1 RTP/AVP 0\nt=0 0\n`, '400 bad-sdp'],
    [`${LEAST}a=x:a\0b\n`, '400 bad-sdp'],
    ['v=0\no=- 1 1 IN IP4 h extra\n', '400 bad-sdp'],
  ])('%j is refused with %s', (text, expected) => {
    expect(refusal(text)).toBe(expected);
  });

  test('that is not UTF-8 is refused', () => {
    expect(parseSdp(new Uint8Array([0x76, 0x3d, 0x30, 0x0a, 0xff]))).toMatchObject({
      code: 'bad-sdp',
    });
  });

  test('is refused past its limits, and read at them', () => {
    expect(refusal(LEAST + 'm=audio 1 RTP/AVP 0\n'.repeat(32))).toBe('read');
    expect(refusal(LEAST + 'm=audio 1 RTP/AVP 0\n'.repeat(33))).toBe('488 too-many-media');
    expect(refusal(LEAST + 'a=x\n'.repeat(1020))).toBe('read');
    expect(refusal(LEAST + 'a=x\n'.repeat(1021))).toBe('413 sdp-too-large');
    const full = DEFAULT_SDP_LIMITS.octets - octets(`${LEAST}a=x:\n`).length;
    expect(refusal(`${LEAST}a=x:${'y'.repeat(full)}\n`)).toBe('read');
    expect(refusal(`${LEAST}a=x:${'y'.repeat(full + 1)}\n`)).toBe('413 sdp-too-large');
  });

  test('of every message in the corpora is read or refused, and what is read reads back the same', () => {
    let count = 0;
    for (const { bytes, file } of samples(...FOLDERS)) {
      const message = parseMessage(bytes);
      if (
        message.type === 'malformed' ||
        message.mediaType !== 'application/sdp' ||
        message.body.length === 0
      )
        continue;
      const sdp = parseSdp(message.body);
      if (file.startsWith('sip-')) continue;
      if (sdp instanceof RemoteProtocolError) throw new Error(`${file}: ${sdp.message}`);
      expect(parseSdp(printSdp(sdp))).toEqual(sdp);
      count += 1;
    }
    expect(count).toBeGreaterThan(40);
  });

  test('names the kinds of its wanted media, each once', () => {
    const sections =
      'm=x-ms-message 1 sip null\nm=audio 1 RTP/AVP 0\nm=AUDIO 2 RTP/AVP 0\nm=video 0 RTP/AVP 31\nm=chess 1 TCP x\nm=message 2 TCP/MSRP *\n';
    expect(mediaKinds(read(LEAST + sections))).toEqual(['message', 'audio', 'application']);
    expect(mediaKinds(read(LEAST))).toEqual([]);
  });
});

describe('every text', () => {
  const media = (changes: Partial<MediaDescription>): MediaDescription => ({
    media: 'message',
    port: 1,
    protocol: 'sip',
    formats: ['null'],
    attributes: [],
    others: [],
    ...changes,
  });

  test('in a description is printed faithfully or refused, and never becomes another line', () => {
    const base = read(LEAST);
    const places: readonly ((text: string) => Sdp)[] = [
      (text) => ({ ...base, name: text }),
      (text) => ({ ...base, origin: { ...base.origin, username: text } }),
      (text) => ({ ...base, origin: { ...base.origin, id: text } }),
      (text) => ({ ...base, connection: { type: 'IP4', address: text } }),
      (text) => ({ ...base, times: [text] }),
      (text) => ({ ...base, attributes: [{ name: 'x', value: text }] }),
      (text) => ({ ...base, attributes: [{ name: text, value: 'x' }] }),
      (text) => ({ ...base, others: [{ type: 'i', value: text }] }),
      (text) => ({ ...base, media: [media({ media: text })] }),
      (text) => ({ ...base, media: [media({ protocol: text })] }),
      (text) => ({ ...base, media: [media({ formats: [text] })] }),
      (text) => ({
        ...base,
        media: [media({ attributes: [{ name: 'accept-types', value: text }] })],
      }),
    ];
    const faithful = property(constantFrom(...places), anyText, (place, text) => {
      const sdp = place(text);
      const bytes = printed(sdp);
      return bytes === undefined || isDeepStrictEqual(parseSdp(bytes), sdp);
    });
    expect(exceptionTo(faithful)).toBeUndefined();
  });

  test('a port or a format that is none is refused', () => {
    for (const changes of [
      { port: -1 },
      { port: 65_536 },
      { port: 1.5 },
      { ports: Number.NaN },
      { formats: [] },
    ]) {
      expect(() => printSdp({ ...read(LEAST), media: [media(changes)] })).toThrow(
        LocalProtocolError,
      );
    }
  });

  test('as octets is a description or a refusal', () => {
    const lines = oneof(
      anyText,
      constantFrom('v=0', 'o=- 1 1 IN IP4 h', 's=-', 't=0 0', 'm=message 1 sip null', 'a=x:y'),
    );
    const either = property(array(lines), (text) => {
      const sdp = parseSdp(new TextEncoder().encode(text.join('\r\n')));
      return sdp instanceof RemoteProtocolError
        ? [400, 413, 488].includes(sdp.status)
        : sdp.times.length > 0;
    });
    expect(exceptionTo(either)).toBeUndefined();
  });
});
