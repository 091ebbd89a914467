/** The values of a message as the layers above read them. */
import { describe, expect, test } from '@jest/globals';

import { request } from './corpora.js';
import { readRequest } from './reading.js';

describe('a received message', () => {
  test('a value is read from all lines of its name, commas within quotes and brackets aside', () => {
    const message = readRequest(
      request({ Contact: '"a, \\"b" <sip:x@y;p=1,2>;q=1, sip:z@y\r\nm: <sip:w@y>' }),
    );
    expect(message.all('contact')).toHaveLength(2);
    expect(message.contacts.map(({ uri }) => uri)).toEqual(['sip:x@y;p=1,2', 'sip:z@y', 'sip:w@y']);
    expect(message.contacts[0]?.displayName).toBe('a, "b');
    expect(message.contacts).toBe(message.contacts);
  });

  test('a fold counts as one space, in every value', () => {
    const message = readRequest(
      request({
        From: '"A"\r\n <sip:a@b>\r\n\t;tag=1',
        Subject: 'one\r\n   two',
        'X-Long': 'a,\r\n b',
        CSeq: '7\r\n MESSAGE',
      }),
    );
    expect(message.from).toMatchObject({
      displayName: 'A',
      uri: 'sip:a@b',
      raw: '"A" <sip:a@b> ;tag=1',
    });
    expect(message.fromTag).toBe('1');
    expect(message.get('subject')).toBe('one two');
    expect(message.list('x-long')).toEqual(['a', 'b']);
    expect(message.cseq).toEqual({ number: 7, method: 'MESSAGE' });
  });

  test('an asterisk is a Contact without parameters', () => {
    expect(readRequest(request({ Contact: '*' })).contacts).toEqual([
      expect.objectContaining({ uri: '*' }),
    ]);
  });

  test('a bare URI leaves its parameters to the header field', () => {
    const message = readRequest(request({ To: 'sip:bot@127.0.0.1;tag=9;x' }));
    expect(message.to.uri).toBe('sip:bot@127.0.0.1');
    expect(message.toTag).toBe('9');
    expect(message.to.params.has('x')).toBe(true);
  });

  test('a content type is given as written, and its media type by itself in lower case', () => {
    const message = readRequest(request({ 'Content-Type': 'Text/Plain ; charset="UTF-8"' }));
    expect(message.contentType).toBe('Text/Plain ; charset="UTF-8"');
    expect(message.mediaType).toBe('text/plain');
    expect(readRequest(request({ 'Content-Type': undefined })).mediaType).toBeUndefined();
  });

  test('a content disposition has a type and parameters', () => {
    const message = readRequest(request({ 'Content-Disposition': 'Render;handling=optional' }));
    expect(message.contentDisposition?.type).toBe('render');
    expect(message.contentDisposition?.params.get('handling')).toBe('optional');
    expect(() => readRequest(request({ 'Content-Disposition': ';x' })).contentDisposition).toThrow(
      expect.objectContaining({ code: 'bad-content-disposition', status: 400 }),
    );
  });

  test.each([
    ['3600', 3600],
    ['4294967295', 4_294_967_295],
    ['4294967296', undefined],
    ['Thu, 01 Dec 1994 16:00:00 GMT', undefined],
    ['', undefined],
  ])('Expires "%s" is %s seconds', (value, seconds) => {
    expect(readRequest(request({ Expires: value })).expires).toBe(seconds);
  });

  test.each([
    ['18000;duration=3600', 18_000],
    ["120 (I'm in a meeting)", 120],
    ['120(x)', 120],
    ['949302838503028349304023988', undefined],
    ['12 x', undefined],
    ['12x', undefined],
  ])('Retry-After "%s" is %s seconds', (value, seconds) => {
    expect(readRequest(request({ 'Retry-After': value })).retryAfter).toBe(seconds);
  });

  test('each reason has its protocol, cause and text (RFC 3326)', () => {
    const message = readRequest(
      request({
        Reason:
          'SIP ;cause=200 ;text="Call completed, elsewhere",Q.850;cause=16\r\nReason: preemption',
      }),
    );
    expect(message.reasons).toEqual([
      { protocol: 'SIP', cause: 200, text: 'Call completed, elsewhere' },
      { protocol: 'Q.850', cause: 16, text: undefined },
      { protocol: 'preemption', cause: undefined, text: undefined },
    ]);
    expect(() => readRequest(request({ Reason: '"x"' })).reasons).toThrow(
      expect.objectContaining({ code: 'bad-reason' }),
    );
  });

  test('an IPv6 address stands in a Via as sent-by, and in received with or without its brackets (RFC 5118)', () => {
    const { via } = readRequest(
      request({
        Via: 'SIP/2.0/udp [2001:DB8::9:1]:5070;received=[2001:db8::9:255];branch=z9hG4bK-x',
      }),
    );
    expect(via).toMatchObject({
      transport: 'UDP',
      host: '[2001:db8::9:1]',
      port: 5070,
      branch: 'z9hG4bK-x',
    });
    expect(via.params.get('received')).toBe('[2001:db8::9:255]');
    expect(
      readRequest(request({ Via: 'SIP/2.0/UDP h;received=2001:db8::9:255;rport' })).via.params.get(
        'received',
      ),
    ).toBe('2001:db8::9:255');
  });

  test('parameters are a map in their order, names in lower case, quoted values as they are meant', () => {
    const { params } = readRequest(
      request({ From: '<sip:a@b>;Tag=1;X="a;\\"b\\"";y;z=a/b:c@d' }),
    ).from;
    expect(params.size).toBe(4);
    expect([...params]).toEqual([
      ['tag', '1'],
      ['x', 'a;"b"'],
      ['y', undefined],
      ['z', 'a/b:c@d'],
    ]);
    expect([...params.keys()]).toEqual(['tag', 'x', 'y', 'z']);
    expect([...params.values()]).toEqual(['1', 'a;"b"', undefined, 'a/b:c@d']);
    const seen: string[] = [];
    params.forEach((value, name) => seen.push(`${name}=${value}`));
    expect(seen).toEqual(['tag=1', 'x=a;"b"', 'y=undefined', 'z=a/b:c@d']);
    expect(params.has('y') && !params.has('Y')).toBe(true);
    expect(params.get('absent')).toBeUndefined();
  });
});
