import { describe, expect, it } from '@jest/globals';
import type { MediaLine } from '@usher/core/adapter';

import { isText, textLine } from '../../src/text/text-line.js';

/** A line of an offer, its attributes as they are written behind `a=`. */
function line(parts: Partial<MediaLine> & { readonly a?: readonly string[] } = {}): MediaLine {
  const { a = ['rtpmap:98 t140/1000', 'rtpmap:100 red/1000', 'fmtp:100 98/98/98'], ...rest } =
    parts;
  const attributes = a.map((text) => {
    const [name = '', value] = [text.split(':')[0], text.split(':')[1]];
    return value === undefined ? { name } : { name, value };
  });
  return {
    kind: 'text',
    port: 4_000,
    protocol: 'RTP/AVP',
    formats: ['98', '100'],
    address: '192.0.2.7',
    attributes,
    ...rest,
  };
}

const OURS = { address: '192.0.2.1', port: 30_000 };

/** The terms that this line leads to. */
function termsOf(one: MediaLine): unknown {
  const found = textLine([one], false);
  return 'terms' in found ? found.terms : found;
}

/** What we answer to this line, its attributes as they are written. */
function answerTo(one: MediaLine): { readonly formats: readonly string[]; readonly a: string[] } {
  const found = textLine([one], false);
  if (!('terms' in found)) throw new Error(found.text);
  const { formats, attributes } = found.answer(OURS);
  const a = attributes.map(({ name, value }) => (value === undefined ? name : `${name}:${value}`));
  return { formats, a };
}

describe('an offer of real-time text', () => {
  it('says where text goes, in which format, and how often all is said again', () => {
    expect(termsOf(line())).toEqual({
      remote: { address: '192.0.2.7', port: 4_000 },
      plain: 98,
      redundant: 100,
      generations: 2,
      perSecond: 30,
      sends: true,
    });
  });

  it('is answered in its own formats and protocol, and tells that no RTCP is sent', () => {
    const found = textLine([line({ protocol: 'RTP/AVPF' })], false);
    expect('terms' in found && found.answer(OURS)).toEqual({
      kind: 'text',
      port: 30_000,
      protocol: 'RTP/AVPF',
      formats: ['98', '100'],
      address: '192.0.2.1',
      attributes: [
        { name: 'rtpmap', value: '98 t140/1000' },
        { name: 'rtpmap', value: '100 red/1000' },
        { name: 'fmtp', value: '100 98/98/98' },
      ],
      bandwidths: ['RS:0', 'RR:0'],
    });
  });

  it('may have no redundancy, or less or more than we use', () => {
    expect(termsOf(line({ a: ['rtpmap:98 t140/1000'] }))).toMatchObject({
      redundant: undefined,
      generations: 0,
    });
    const once = ['rtpmap:98 t140/1000', 'rtpmap:100 red/1000', 'fmtp:100 98/98'];
    expect(termsOf(line({ a: once }))).toMatchObject({ redundant: 100, generations: 1 });
    expect(answerTo(line({ a: once })).a).toContain('fmtp:100 98/98');
    const often = [...once.slice(0, 2), 'fmtp:100 98/98/98/98/98'];
    expect(termsOf(line({ a: often }))).toMatchObject({ redundant: 100, generations: 2 });
  });

  it('leaves out redundancy that is about something else', () => {
    const other = ['rtpmap:98 t140/1000', 'rtpmap:100 red/1000', 'fmtp:100 98/99'];
    expect(answerTo(line({ a: other })).formats).toEqual(['98']);
  });

  it.each([
    ['cps=8', 8],
    ['cps=0', 30],
    ['cps=x', 30],
    ['foo=1; CPS = 12', 12],
    ['cps=9999', 1_000],
  ])('with %s takes %i characters a second', (fmtp, perSecond) => {
    const a = ['rtpmap:98 t140/1000', `fmtp:98 ${fmtp}`];
    expect(termsOf(line({ a }))).toMatchObject({ perSecond });
  });

  it.each([
    ['sendonly', false, 'recvonly'],
    ['recvonly', true, 'sendonly'],
    ['inactive', false, 'inactive'],
  ])('that is %s is answered in turn', (direction, sends, turned) => {
    const one = line({ a: ['rtpmap:98 t140/1000', direction] });
    expect(termsOf(one)).toMatchObject({ sends });
    expect(answerTo(one).a).toContain(turned);
  });

  it('holds us by the address 0.0.0.0', () => {
    expect(termsOf(line({ address: '0.0.0.0' }))).toMatchObject({
      remote: undefined,
      sends: false,
    });
  });

  it('sends no text to a name, nor to many at once', () => {
    for (const address of ['text.example.com', '224.0.0.1', '255.255.255.255', '1.2.3']) {
      expect(termsOf(line({ address }))).toMatchObject({ remote: undefined, sends: true });
    }
  });

  it('sends no text to what only a URL would make an address of', () => {
    for (const address of [':@example.com/', '::1]:80/', '::1%25eth0', 'x:y@[::1']) {
      expect(termsOf(line({ address }))).toMatchObject({ remote: undefined, sends: true });
    }
  });

  it('writes IPv6 addresses as sockets do', () => {
    const found = textLine([line({ address: '2001:DB8:0:0:0:0:0:7' })], true);
    expect('terms' in found && found.terms.remote?.address).toBe('2001:db8::7');
  });

  it.each([
    ['SRTP', { protocol: 'RTP/SAVP' }, 302],
    ['no T.140', { a: ['rtpmap:98 t140c/8000', 'rtpmap:100 red/8000'] }, 305],
    ['a payload type that would be RTCP', { formats: ['72'], a: ['rtpmap:72 t140/1000'] }, 305],
    ['addresses of the other family', { address: '2001:db8::7' }, 301],
  ])('with %s is refused with a warning', (_what, parts, warning) => {
    expect(textLine([line(parts)], false)).toMatchObject({ status: 488, warning });
  });

  it('is taken at the first line that can be had, among others', () => {
    const audio = line({ kind: 'audio', a: [] });
    const found = textLine(
      [audio, line({ port: 0 }), line({ protocol: 'RTP/SAVP' }), line()],
      false,
    );
    expect('terms' in found && found.index).toBe(3);
    expect([audio, line({ port: 0 }), line(), line({ protocol: 'TCP/FOO' })].map(isText)).toEqual([
      false,
      false,
      true,
      false,
    ]);
  });
});
