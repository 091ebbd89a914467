import { describe, expect, it } from '@jest/globals';
import { RemoteProtocolError } from '@usher/core';
import fc from 'fast-check';

import { parameterOf, parseMultipart } from '../../src/body/multipart.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const parse = (body: string, type = 'multipart/mixed;boundary=b') =>
  parseMultipart(type, encoder.encode(body));

/** What came of it: the parts' types and bodies, or the code of the error. */
function seen(body: string, type?: string): unknown {
  const parts = parse(body, type);
  if (parts instanceof RemoteProtocolError) return parts.code;
  return parts.map((part) => [part.mediaType, decoder.decode(part.body)]);
}

describe('a body of parts (RFC 2046, 5.1)', () => {
  it('is cut where its boundary stands on a line of its own', () => {
    const body =
      'for nobody\r\n--b\r\nContent-Type: Text/HTML;charset=UTF-8\r\n\r\n<b>hi</b>\r\n--b \t\r\n\r\nplain\r\n\r\n--b--\r\nfor nobody';
    expect(seen(body)).toEqual([
      ['text/html', '<b>hi</b>'],
      ['text/plain', 'plain\r\n'],
    ]);
  });

  it('may end with its last boundary, or with a line end behind it', () => {
    expect(seen('--b\r\n\r\nx\r\n--b--')).toEqual([['text/plain', 'x']]);
    expect(seen('--b\r\n\r\nx\r\n--b--\r\n')).toEqual([['text/plain', 'x']]);
  });

  it('keeps what merely looks like its boundary as content', () => {
    expect(seen('--b\r\n\r\n --b\r\n--bc\r\n-b\n--b\r\nx\r\n--b--')).toEqual([
      ['text/plain', ' --b\r\n--bc\r\n-b\n--b\r\nx'],
    ]);
  });

  it('says of each part what it is for, and whether it may be passed over', () => {
    const body =
      '--b\r\nContent-Disposition: Session ; handling=Optional\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--b\r\nContent-Disposition: render\r\n\r\nhi\r\n--b--';
    const parts = parse(body);
    if (parts instanceof RemoteProtocolError) throw parts;
    expect(parts.map(({ disposition, optional }) => [disposition, optional])).toEqual([
      ['session', true],
      ['render', false],
    ]);
  });

  it('has folded header fields, octets of any kind, and base64 where it says so', () => {
    const body = Uint8Array.from([
      ...encoder.encode('--b\r\nContent-Type: image/gif;\r\n name=x\r\n\r\n'),
      0,
      255,
      13,
      10,
      ...encoder.encode(
        '\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\naGVs\r\nbG8=\r\n--b--',
      ),
    ]);
    const parts = parseMultipart('multipart/mixed; boundary="b"', body);
    if (parts instanceof RemoteProtocolError) throw parts;
    expect(parts.map((part) => [part.contentType, [...part.body]])).toEqual([
      ['image/gif; name=x', [0, 255, 13, 10]],
      ['text/plain', [...encoder.encode('hello')]],
    ]);
  });

  it.each([
    ['no boundary', '--b\r\n\r\nx\r\n--b--', 'multipart/mixed'],
    [
      'a boundary that ends with a space',
      '--b \r\n\r\nx\r\n--b --',
      'multipart/mixed;boundary="b "',
    ],
    ['a boundary of 71 characters', 'x', `multipart/mixed;boundary=${'b'.repeat(71)}`],
    ['a boundary with what none may have', 'x', 'multipart/mixed;boundary="b\u0000"'],
    ['nothing but its end', '--b--', undefined],
    ['no end', '--b\r\n\r\nx\r\n', undefined],
    ['no line of its boundary', 'x', undefined],
    ['a part without an empty line before its content', '--b\r\nhello\r\n--b--', undefined],
    ['a bare CR in a head', '--b\r\nA: b\rC: d\r\n\r\nx\r\n--b--', undefined],
    ['a head that never ends', `--b\r\nA: ${'x'.repeat(5_000)}\r\n\r\nx\r\n--b--`, undefined],
    [
      'an encoding of mail',
      '--b\r\nContent-Transfer-Encoding: uuencode\r\n\r\nx\r\n--b--',
      undefined,
    ],
    ['seventeen parts', `${'--b\r\n\r\nx\r\n'.repeat(17)}--b--`, undefined],
  ])('with %s is refused', (_what, body, type) => {
    expect(seen(body, type)).toBe('bad-multipart');
  });

  it('is what was put together, whatever its parts hold', () => {
    const part = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 16 }), (bodies) => {
        const boundary = 'nobody-writes-this';
        const octets = bodies.flatMap((body) => [
          ...encoder.encode(`--${boundary}\r\nContent-Type: application/octet-stream\r\n\r\n`),
          ...body,
          ...encoder.encode('\r\n'),
        ]);
        const all = Uint8Array.from([...octets, ...encoder.encode(`--${boundary}--`)]);
        const parts = parseMultipart(`multipart/mixed;boundary=${boundary}`, all);
        if (parts instanceof RemoteProtocolError) throw parts;
        expect(parts.map(({ body }) => Array.from(body))).toEqual(
          bodies.map((body) => Array.from(body)),
        );
      }),
    );
  });

  it('of any octets at all is parts or an error, and never throws', () => {
    const pieces = fc.constantFrom(
      '--b',
      '--',
      '\r\n',
      '\r',
      '\n',
      ':',
      'Content-Type',
      ' ',
      'x',
      '\u0000',
      '--b--',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (words) => {
        const parts = parse(words.join(''));
        expect(parts instanceof RemoteProtocolError || parts.length > 0).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('without an end is refused, whatever it repeats', () => {
    const body = encoder.encode(`--b\r\n\r\n${'\r\n--'.repeat(16_000)}`);
    const long = encoder.encode(
      `--${'b'.repeat(70)}\r\n\r\n${`\r\n--${'b'.repeat(69)}`.repeat(900)}`,
    );
    expect(parseMultipart('multipart/mixed;boundary=b', body)).toBeInstanceOf(RemoteProtocolError);
    const type = `multipart/mixed;boundary=${'b'.repeat(70)}`;
    expect(parseMultipart(type, long)).toBeInstanceOf(RemoteProtocolError);
  });
});

describe('a parameter of a media type', () => {
  it.each([
    ['multipart/mixed;boundary=b', 'b'],
    ['multipart/mixed ; Boundary = "a;\\"b" ; x=y', 'a;"b'],
    ['multipart/mixed;x="boundary=no";boundary=yes', 'yes'],
    ['multipart/mixed;boundary', undefined],
    ['multipart/mixed', undefined],
  ])('of %s is %s', (value, boundary) => {
    expect(parameterOf(value, 'boundary')).toBe(boundary);
  });
});
