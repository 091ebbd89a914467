/** PASSporTs as they are read: nothing of them is believed yet. */
import { describe, expect, it } from '@jest/globals';
import { RemoteProtocolError } from '@usher/core';
import { string, property, uint8Array } from 'fast-check';

import { fromBase64url, toBase64url } from '../../src/passport/base64url.js';
import { addressClaimed, claimOf } from '../../src/passport/claimed.js';
import { type IdentityField, parseIdentityField } from '../../src/passport/identity-field.js';
import { type Passport, readPassport } from '../../src/passport/passport.js';
import { canonicalNumber, telephoneNumberIn } from '../../src/passport/telephone-number.js';
import { exceptionTo } from '../syntax/arbitraries.js';
import { CLAIMS, IAT, identity, INFO, part, shaken, signature, token } from './signing.js';

const SIGNED = {
  from: 'sip:+12155551212@example.net;user=phone',
  to: 'sip:bot@example.com',
  date: IAT,
};

function field(text: string): IdentityField {
  const parsed = parseIdentityField(text);
  if (parsed instanceof Error) throw parsed;
  return parsed;
}

/** What an Identity comes to: the PASSporT, the status that refuses it, or undefined where it counts as absent. */
function read(text: string, signed: Partial<typeof SIGNED> = {}): Passport | number | undefined {
  const parsed = parseIdentityField(text);
  if (parsed instanceof RemoteProtocolError) return parsed.status;
  const passport = readPassport(parsed, { ...SIGNED, ...signed });
  return passport instanceof RemoteProtocolError ? passport.status : passport;
}

describe('base64url', () => {
  it('is read back as what it was written from', () => {
    expect(
      exceptionTo(
        property(uint8Array(), (octets) => {
          const text = Buffer.from(octets).toString('base64url');
          expect(toBase64url(octets)).toBe(text);
          expect(fromBase64url(text)).toEqual(octets);
        }),
      ),
    ).toBeUndefined();
  });

  it.each(['A', 'AAAAA', 'AA==', 'AAA=', 'A+AA', 'A/AA', 'AB', 'AAB', 'A A', 'Ā', 'A\0AA'])(
    'is not %j: each sequence of octets has one text',
    (text) => expect(fromBase64url(text)).toBeUndefined(),
  );
});

describe('a telephone number', () => {
  it.each([
    ['tel:+1-215-555-1212', '12155551212', true],
    ['tel:+1(215)555.1212', '12155551212', true],
    ['sip:+12155551212@example.com', '12155551212', true],
    ['sip:2155551212@example.com;user=phone', '2155551212', true],
    ['sip:2155551212@example.com;USER=Phone;x=y', '2155551212', true],
    ['sip:2155551212@example.com', '2155551212', false],
    ['sip:+12155551212;npdi@example.com', '12155551212', true],
    ['tel:911;phone-context=+1', '911', true],
    ['sip:%2312%2A@example.com', '#12*', false],
  ])('in %s is %s', (uri, digits, certain) => {
    expect(telephoneNumberIn(uri)).toMatchObject({ digits, certain });
  });

  it.each([
    'sip:alice@example.com',
    'sip:alice@example.com;user=phone',
    'sip:1234567890123456@example.com',
    'tel:+',
    'mailto:12155551212@example.com',
    'sip:%zz@example.com',
    'sip:example.com',
    '',
  ])('is not in %j', (uri) => expect(telephoneNumberIn(uri)).toBeUndefined());

  it('has a plus sign as an address where it was written with one', () => {
    const address = (uri: string): string | undefined => telephoneNumberIn(uri)?.address.toString();
    expect(address('sip:+1-215@example.com')).toBe('tel:+1215');
    expect(address('sip:1215@example.com;user=phone')).toBe('tel:1215');
  });

  it('is signed without a plus sign and without what parts it for the eye (RFC 8224, 8.3)', () => {
    expect(canonicalNumber('+44 20 7946-0000')).toBe('442079460000');
    expect(canonicalNumber('++44')).toBeUndefined();
  });
});

describe('who is claimed to be somebody', () => {
  it.each([
    ['sip:Alice%41@EXAMPLE.com:5060;transport=tcp?x=y', { uri: 'sip:AliceA@example.com' }],
    ['sips:alice:secret@example.com', { uri: 'sips:alice@example.com' }],
    ['tel:+1-215', { tn: '1215' }],
    ['sip:example.com', undefined],
    ['nobody', undefined],
  ])('%s is claimed as %j (RFC 8224, 8.5)', (uri, claimed) => {
    expect(claimOf(uri)).toEqual(claimed);
  });

  it('is the one of a URI where the claim is of that, by number or by name', () => {
    const address = (
      claimed: Parameters<typeof addressClaimed>[0],
      uri: string,
    ): string | undefined => addressClaimed(claimed, uri)?.toString();
    expect(address({ tn: '12155551212' }, SIGNED.from)).toBe('tel:+12155551212');
    // Only the number was signed: whoever sends it from another host says nothing new.
    expect(address({ tn: '12155551212' }, 'sip:+12155551212@evil.example')).toBe(
      'tel:+12155551212',
    );
    expect(address({ tn: '12155551213' }, SIGNED.from)).toBeUndefined();
    expect(address({ uri: 'sip:alice@Example.com' }, 'sip:alice@example.com:5070;ob')).toBe(
      'sip:alice@example.com',
    );
    for (const other of ['sip:Alice@example.com', 'sip:alice@example.org', 'sip:example.com', '']) {
      expect(address({ uri: 'sip:alice@example.com' }, other)).toBeUndefined();
    }
  });

  it('is nobody where neither can be read', () => {
    expect(addressClaimed({ tn: 'alice' }, 'sip:bob@example.com')).toBeUndefined();
    expect(addressClaimed({ uri: '' }, '')).toBeUndefined();
  });
});

describe('the header field Identity', () => {
  it('says where the certificate is, and which extension and algorithm are meant', () => {
    expect(field(`a.b.c;info=<https://a.example/x;y>;alg=ES256;ppt="Shaken"`)).toEqual({
      token: 'a.b.c',
      info: 'https://a.example/x;y',
      algorithm: 'ES256',
      extension: 'shaken',
    });
    expect(field('a.b.c ; ppt=shaken ; INFO = <https://a.example/>')).toMatchObject({
      token: 'a.b.c',
      info: 'https://a.example/',
      extension: 'shaken',
    });
  });

  it.each([
    ['a.b.c', 436],
    ['a.b.c;alg=ES256', 436],
    ['a.b.c;info=https://a.example/', 436],
    ['a.b.c;info=<https://a.example/', 436],
    ['a.b.c;xinfo=<https://a.example/>', 436],
    ['a.b.c;info=<https://a.example/>;ppt=a;ppt=b', 438],
    ['a.b.c;ppt=a;info=<https://a.example/>;ppt=b', 438],
    ['a.b.c;info=<https://a.example/>;info=x', 438],
    ['a.b.c;info=<https://a.example/>,d.e.f', 438],
    ['', 436],
  ])('%j is refused with %i', (text, status) => {
    expect(parseIdentityField(text)).toMatchObject({ status });
  });

  it('is read or refused whatever it holds, in a time that its length bounds', () => {
    expect(
      exceptionTo(property(string({ unit: 'binary', maxLength: 300 }), (text) => void read(text))),
    ).toBeUndefined();
    const long = `;${' info ='.repeat(500)}<`;
    const before = process.hrtime.bigint();
    for (let time = 0; time < 20; time += 1) read(long + '>'.repeat(500));
    expect(Number(process.hrtime.bigint() - before) / 1e6).toBeLessThan(200);
  });
});

describe('a PASSporT in full', () => {
  it('says who signs whom to have invited whom, and when', () => {
    const said = token();
    const [head = '', claims = ''] = said.split('.');
    expect(read(identity(said))).toMatchObject({
      input: `${head}.${claims}`,
      info: INFO,
      orig: { tn: '12155551212' },
      dest: [{ uri: 'sip:bot@example.com' }],
      iat: IAT,
      attestation: undefined,
    });
  });

  it('of SHAKEN says how far its signer vouches for that', () => {
    for (const attestation of ['A', 'B', 'C']) {
      expect(read(identity(shaken(attestation), ';ppt=shaken'))).toMatchObject({ attestation });
    }
  });

  it('of another extension counts as absent (RFC 8224, 6.2)', () => {
    expect(read(identity(token({ head: { ppt: 'div' } }), ';ppt=div'))).toBeUndefined();
  });

  const head = part({ alg: 'ES256', typ: 'passport', x5u: INFO });
  const claims = part(CLAIMS);
  it.each([
    ['by no algorithm', identity(token({ head: { alg: 'none' } }))],
    ['by another algorithm', identity(token({ head: { alg: 'HS256' } }))],
    ['by another algorithm, says Identity', identity(token(), ';alg=RS256')],
    ['without a signature', identity(`${head}.${claims}.`)],
    ['with a signature in DER', identity(`${head}.${claims}.${'A'.repeat(95)}`)],
    ['with a fourth part', identity(`${token()}.x`)],
    ['of another type', identity(token({ head: { typ: 'JWT' } }))],
    ['that must be understood in part', identity(token({ head: { crit: ['x'] } }))],
    ['that says another extension than Identity', identity(shaken('A'))],
    ['that says no extension where Identity does', identity(token(), ';ppt=shaken')],
    ['whose head is no JSON', identity(`${part('{')}.${claims}.${signature('x')}`)],
    ['whose head is no object', identity(`${part([])}.${claims}.${signature('x')}`)],
    ['whose claims are not UTF-8', identity(`${head}.gICA.${signature('x')}`)],
    ['without orig', identity(token({ claims: { orig: undefined } }))],
    ['with two origs', identity(token({ claims: { orig: { tn: '1', uri: 'sip:a@b' } } }))],
    ['with an orig that is a list', identity(token({ claims: { orig: { tn: ['1'] } } }))],
    ['without dest', identity(token({ claims: { dest: {} } }))],
    ['with a dest that is no list', identity(token({ claims: { dest: { tn: '1' } } }))],
    ['with more dest than any', identity(token({ claims: { dest: { tn: Array(17).fill('1') } } }))],
    ['with an iat that is no number', identity(token({ claims: { iat: String(IAT) } }))],
    ['of SHAKEN without attest', identity(shaken(undefined), ';ppt=shaken')],
    ['of SHAKEN with another attest', identity(shaken('D'), ';ppt=shaken')],
    ['of SHAKEN with a list of them', identity(shaken(['A']), ';ppt=shaken')],
    [
      'of SHAKEN without origid',
      identity(shaken('A', { claims: { origid: undefined } }), ';ppt=shaken'),
    ],
  ])('%s is refused with 438', (_what, text) => expect(read(text)).toBe(438));

  it('whose certificate is elsewhere than Identity says is refused with 436', () => {
    expect(read(identity(token(), '', 'https://evil.example/'))).toBe(436);
  });

  it('reaches no prototype', () => {
    const said = `${head}.${part('{"__proto__":{"polluted":1},"orig":{"tn":"1"},"dest":{"tn":["1"]},"iat":1}')}`;
    expect(read(identity(`${said}.${signature(said)}`))).toMatchObject({ iat: 1 });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('a PASSporT in the compact form', () => {
  it('is what the request says, in the one way to write it (RFC 8225, 7 and 9)', () => {
    // The head is the example of RFC 8225, 4.4.
    const head =
      'eyJhbGciOiJFUzI1NiIsInR5cCI6InBhc3Nwb3J0IiwieDV1IjoiaHR0cHM6Ly9jZXJ0LmV4YW1wbGUub3JnL3Bhc3Nwb3J0LmNlciJ9';
    const claims = part(
      `{"dest":{"uri":["sip:bot@example.com"]},"iat":${IAT},"orig":{"tn":"12155551212"}}`,
    );
    const by = signature(`${head}.${claims}`);
    expect(read(identity(`..${by}`))).toMatchObject({
      input: `${head}.${claims}`,
      orig: { tn: '12155551212' },
      iat: IAT,
    });
  });

  it('claims a number of the invited one as a number', () => {
    const passport = read(identity(`..${signature('')}`), { to: 'tel:+1-215' });
    expect(passport).toMatchObject({ dest: [{ tn: '1215' }] });
  });

  it('cannot be had without a Date, without addresses, or of SHAKEN', () => {
    const compact = identity(`..${signature('')}`);
    expect(readPassport(field(compact), { ...SIGNED, date: undefined })).toMatchObject({
      status: 438,
    });
    expect(read(compact, { from: 'sip:example.com' })).toBe(438);
    expect(read(compact, { to: 'urn:x' })).toBe(438);
    expect(read(identity(`..${signature('')}`, ';ppt=shaken'))).toBe(438);
  });
});
