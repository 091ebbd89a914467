/** SIP URIs: their parts, their equality and their printing (RFC 3261, 19.1). */
import { describe, expect, test } from '@jest/globals';
import { oneof, property, stringMatching } from 'fast-check';

import { parseUri, printUri, type SipUri, toAddress } from '../../src/syntax/uri.js';
import { uriEquals } from '../../src/syntax/uri-equality.js';
import { anyText, exceptionTo } from './arbitraries.js';

function uri(text: string): SipUri {
  const parsed = parseUri(text);
  if (parsed === undefined) throw new Error(`${text} is no SIP URI`);
  return parsed;
}

describe('a SIP URI', () => {
  test('has scheme, user, password, host, port, parameters and headers', () => {
    const parsed = uri(
      'SIPS:alice:secret@Example.COM:5061;transport=TCP;lr;maddr=192.0.2.1;ob?Subject=a%20b&priority=urgent',
    );
    expect(parsed).toMatchObject({
      scheme: 'sips',
      user: 'alice',
      password: 'secret',
      host: 'example.com',
      port: 5061,
    });
    expect([...parsed.params]).toEqual([
      ['transport', 'TCP'],
      ['lr', undefined],
      ['maddr', '192.0.2.1'],
      ['ob', undefined],
    ]);
    expect([...parsed.headers]).toEqual([
      ['subject', 'a%20b'],
      ['priority', 'urgent'],
    ]);
  });

  test('unescapes what means the same, once, and nothing else', () => {
    const parsed = uri('sip:cal%6Cer@host5.example.net;%6C%72;n%61me=v%61lue%25%34%31');
    expect(parsed.user).toBe('caller');
    expect([...parsed.params]).toEqual([
      ['lr', undefined],
      ['name', 'value%2541'],
    ]);
    expect(parseUri(printUri(parsed))).toEqual(parsed);
    expect(uri('sip:null-%00-null@h').user).toBe('null-%00-null');
    expect(uri('sip:a%40b@h').user).toBe('a%40b');
    expect(uri('sip:a%3ab@h').user).toBe('a%3Ab');
  });

  test.each([
    ['sip:[2001:db8::10]', '[2001:db8::10]', undefined],
    ['sip:[2001:DB8::10]:5070', '[2001:db8::10]', 5070],
    ['sip:u@[::ffff:192.0.2.10]:19823', '[::ffff:192.0.2.10]', 19_823],
    ['sip:[::]', '[::]', undefined],
    ['sip:2001:db8::10', undefined, undefined],
    ['sip:[2001:db8::10', undefined, undefined],
    ['sip:[2001:db8:::192.0.2.1]', undefined, undefined],
    ['sip:[1:2:3:4:5:6:7]', undefined, undefined],
    ['sip:[1:2:3:4:5:6:7:8:9]', undefined, undefined],
    ['sip:[::1.2.3.256]', undefined, undefined],
    ['sip:[1:2:3:4:5:6:7::8]', undefined, undefined],
    ['sip:[1:2:3:4:5:6::8]', '[1:2:3:4:5:6::8]', undefined],
    ['sip:[::12345]', undefined, undefined],
  ])('%s has the IPv6 host %s (RFC 5118, 4)', (text, host, port) => {
    const parsed = parseUri(text);
    expect(parsed?.host).toBe(host);
    expect(parsed?.port).toBe(port);
  });

  test.each([
    '',
    'sip',
    'sip:',
    'sip:@h',
    'sip:a@',
    'sip:a@b@c',
    'sip:a b@c',
    'sip:a@b c',
    'sip:a@b:',
    'sip:a@b:0',
    'sip:a@b:65536',
    'sip:a@b:5060x',
    'sip:a@b;',
    'sip:a@b;;lr',
    'sip:a@b;x=',
    'sip:a@b;=x',
    'sip:a@b;x=1;X=2',
    'sip:a@b?x',
    'sip:a@b?=x',
    'sip:a@b;x="1"',
    'sip:<a@b>',
    'sip:é@b',
    'sip:%4@b',
    'sip:%zz@b',
    'sip:a@b\r\nVia:x',
    'tel:+1',
    'mailto:a@b',
  ])('"%s" is none', (text) => {
    expect(parseUri(text)).toBeUndefined();
  });

  test('an address of any scheme is taken from a URI, without its parameters', () => {
    expect(String(toAddress('sip:Alice@Example.com:5070;transport=tcp?x=y'))).toBe(
      'sip:Alice@example.com:5070',
    );
    expect(String(toAddress('tel:+12015550123;phone-context=x'))).toBe('tel:+12015550123');
    expect(toAddress('alice')).toBeUndefined();
  });

  test('that is printed reads back as the same, whatever text it came from', () => {
    const prefixed = anyText.map((text) => `sip:${text}`);
    const same = property(
      oneof(anyText, prefixed, stringMatching(/^sip:[\w%;=.:@?&]{1,30}$/)),
      (text) => {
        const parsed = parseUri(text);
        if (parsed === undefined) return true;
        const again = parseUri(printUri(parsed));
        return (
          again !== undefined && uriEquals(again, parsed) && printUri(again) === printUri(parsed)
        );
      },
    );
    expect(exceptionTo(same)).toBeUndefined();
  });
});

describe('two SIP URIs (RFC 3261, 19.1.4)', () => {
  test.each([
    ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtLanTa.CoM;Transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;security=on'],
    ['sip:carol@chicago.com;newparam=5', 'sip:carol@chicago.com;security=on'],
    [
      'sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com',
      'sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com',
    ],
    [
      'sip:alice@atlanta.com?subject=project%20x&priority=urgent',
      'sip:alice@atlanta.com?priority=urgent&subject=project%20x',
    ],
    ['sip:a@[2001:db8::1]', 'sip:a@[2001:DB8:0:0:0:0:0:1]'],
  ])('%s and %s are the same', (a, b) => {
    expect(uriEquals(uri(a), uri(b))).toBe(true);
    expect(uriEquals(uri(b), uri(a))).toBe(true);
  });

  test.each([
    ['SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:6000;transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting'],
    ['sip:bob@phone21.boxesbybob.com', 'sip:bob@192.0.2.4'],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off'],
    ['sip:a@b', 'sips:a@b'],
    ['sip:a@b', 'sip:b'],
    ['sip:a:x@b', 'sip:a@b'],
    ['sip:a@b;maddr=192.0.2.1', 'sip:a@b'],
    ['sip:a@b;user=phone', 'sip:a@b'],
    ['sip:a%40c@b', 'sip:a%41c@b'],
    ['sip:a@[::1]', 'sip:a@[::2]'],
  ])('%s and %s are not the same', (a, b) => {
    expect(uriEquals(uri(a), uri(b))).toBe(false);
    expect(uriEquals(uri(b), uri(a))).toBe(false);
  });
});
