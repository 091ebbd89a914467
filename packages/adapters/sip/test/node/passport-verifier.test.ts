/** Whether a PASSporT was signed by somebody who may speak for its origin: certificates, where they come from, and how they are had. */
import type { ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';

import { afterEach, describe, expect, it } from '@jest/globals';
import { LocalProtocolError, RemoteProtocolError } from '@usher/core';

import { type Fetch, type Fetched, httpsFetch } from '../../src/node/https-fetch.js';
import { NodePassportVerifier } from '../../src/node/node-passport-verifier.js';
import { passportVerifier } from '../../src/node/passport-files.js';
import type { SignerCertificatesOptions } from '../../src/node/signer-certificates.js';
import { parseIdentityField } from '../../src/passport/identity-field.js';
import { type Passport, readPassport } from '../../src/passport/passport.js';
import {
  identity,
  INFO,
  NOW,
  pem,
  pemFile,
  shaken,
  type Signing,
  token,
} from '../passport/signing.js';

const HOSTS = ['cert.example.org'];

/** A PASSporT as it comes from the wire. */
function passport(text: string): Passport {
  const field = parseIdentityField(text);
  if (field instanceof Error) throw field;
  const read = readPassport(field, { from: '', to: '', date: undefined });
  if (read === undefined || read instanceof Error) throw new Error(`no PASSporT: ${read?.message}`);
  return read;
}

const signed = (signing: Signing = {}): Passport => passport(identity(token(signing)));

/** A server that has this, and what it was asked for. */
function serving(document: string | Uint8Array | ((url: URL) => Partial<Fetched>)): {
  readonly asked: string[];
  readonly fetch: Fetch;
} {
  const asked: string[] = [];
  const fetch: Fetch = (url) => {
    asked.push(url.href);
    const body = typeof document === 'string' ? Buffer.from(document) : document;
    const answer = typeof body === 'function' ? body(url) : { body: new Uint8Array(body) };
    return Promise.resolve({ status: 200, location: undefined, body: new Uint8Array(), ...answer });
  };
  return { asked, fetch };
}

function verifierOf(
  fetch: Fetch,
  options: Partial<SignerCertificatesOptions> = {},
): NodePassportVerifier {
  return new NodePassportVerifier({
    authorities: pem('authority'),
    hosts: HOSTS,
    fetch,
    ...options,
  });
}

/** `verified`, or the status and why. */
async function outcome(
  verifier: NodePassportVerifier,
  said: Passport = signed(),
  now = NOW,
): Promise<string> {
  const fault = await verifier.verify(said, now);
  return fault === undefined ? 'verified' : `${fault.status} ${fault.message}`;
}

const chain = (...names: string[]): string => names.map(pem).join('');

/** What comes of a PASSporT that was signed by the key of this certificate. */
function by(name: string, signing: Signing = {}, ...between: string[]): Promise<string> {
  const { fetch } = serving(chain(name, ...(between.length === 0 ? ['between'] : between)));
  return outcome(verifierOf(fetch), signed({ key: name, ...signing }));
}

describe('a PASSporT', () => {
  it('holds where its signer comes from an authority, straight or by way of others', async () => {
    expect(await by('provider')).toBe('verified');
    expect(await by('direct')).toBe('verified');
  });

  it('of SHAKEN holds like any other', async () => {
    const said = passport(identity(shaken('B'), ';ppt=shaken'));
    expect(await outcome(verifierOf(serving(chain('provider', 'between')).fetch), said)).toBe(
      'verified',
    );
  });

  it('holds with a certificate in DER', async () => {
    const der = Buffer.from(pem('direct').replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
    const { fetch } = serving(new Uint8Array(der));
    expect(await outcome(verifierOf(fetch), signed({ key: 'direct' }))).toBe('verified');
  });

  it('does not hold where anything of it was changed: 438', async () => {
    const verifier = verifierOf(serving(chain('provider', 'between')).fetch);
    const said = signed();
    const signature = said.signature.slice();
    signature[40] = (signature[40] ?? 0) ^ 1;
    expect(await outcome(verifier, { ...said, signature })).toMatch(/^438/);
    expect(await outcome(verifier, { ...said, input: `${said.input}A` })).toMatch(/^438/);
    expect(await outcome(verifier, { ...said, signature: new Uint8Array(64) })).toMatch(/^438/);
    expect(await outcome(verifier, signed({ key: 'direct' }))).toMatch(/^438/);
  });
});

describe('the certificate of a signer', () => {
  it.each([
    ['that comes from no authority of ours', 'unknown', 'no authority'],
    ['that signed itself', 'self-signed', 'no authority'],
    ['that somebody issued who may not', 'child', 'no authority'],
    ['that somebody issued who is no authority', 'grandchild', 'no authority'],
    ['that has expired', 'expired', 'expired'],
    ['that is yet to hold', 'early', 'yet to hold'],
    ['with a key of another curve', 'curve', 'P-256'],
    ['that was signed by SHA-1', 'weak', 'too weak'],
  ])('%s is refused with 437', async (_what, name, why) => {
    const { fetch } = serving(
      chain(name, 'between', 'provider', 'loose', 'stranger', 'self-signed'),
    );
    const found = await outcome(
      verifierOf(fetch),
      signed({ key: name === 'curve' ? 'provider' : name }),
    );
    expect(found).toMatch(/^437 /);
    expect(found).toContain(why);
  });

  it('is refused with 437 where one on the way to its authority has expired, or is missing', async () => {
    expect(await by('late', {}, 'old-between')).toContain('437');
    expect(await by('provider', {}, 'stranger')).toContain('437');
  });

  it('is refused with 437 once its authority has expired', async () => {
    const { fetch } = serving(chain('provider', 'between'));
    expect(await outcome(verifierOf(fetch), signed(), Date.UTC(2121, 0))).toContain('437');
  });

  it('is none where the document holds nothing, a text or a key: 437', async () => {
    for (const document of [
      '',
      'hello',
      pem('provider.key'),
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await outcome(verifierOf(serving(document).fetch))).toMatch(
        /^437 there is no certificate/,
      );
    }
  });

  it.each([
    ['a provider, for any number', 'provider', { tn: '4420' }, true],
    ['one number, for that', 'one', { tn: '12155551212' }, true],
    ['one number, for no other', 'one', { tn: '12155551213' }, false],
    ['a range, for its first number', 'range', { tn: '4930123000' }, true],
    ['a range, for its last number', 'range', { tn: '4930123999' }, true],
    ['a range, not for the number before', 'range', { tn: '4930122999' }, false],
    ['a range, not for the number behind', 'range', { tn: '4930124000' }, false],
    ['a range, not for a longer number', 'range', { tn: '04930123000' }, false],
    ['nobody in particular, for a number', 'plain', { tn: '12155551212' }, true],
    ['a domain, not for a number', 'domain', { tn: '12155551212' }, false],
    ['a domain, for its users', 'domain', { uri: 'sip:alice@example.org' }, true],
    ['a domain, not for those of another', 'domain', { uri: 'sip:alice@example.com' }, false],
    [
      'a domain, not for those of one within it',
      'domain',
      { uri: 'sip:alice@a.example.org' },
      false,
    ],
    ['a user, for them', 'user', { uri: 'sip:carol@example.org' }, true],
    ['a user, for no other', 'user', { uri: 'sip:alice@example.org' }, false],
    ['a provider, not for a domain', 'provider', { uri: 'sip:alice@example.org' }, false],
    ['nobody in particular, not for a domain', 'plain', { uri: 'sip:alice@example.org' }, false],
    ['a domain, not for what is no address', 'domain', { uri: 'nobody' }, false],
  ])('of %s', async (_what, name, orig, holds) => {
    const found = await by(name, { claims: { orig } });
    expect(found).toBe(
      holds ? 'verified' : '437 its certificate is not for the origin that it names',
    );
  });
});

describe('where the certificate is fetched', () => {
  const { fetch } = serving(chain('provider', 'between'));
  const at = (info: string): Passport =>
    passport(identity(token({ head: { x5u: info } }), '', info));

  it.each([
    'http://cert.example.org/a',
    'ftp://cert.example.org/a',
    'https://other.example.org/a',
    'https://cert.example.org.evil.example/a',
    'https://evil.example/?cert.example.org',
    'https://cert.example.org@evil.example/a',
    'https://me:secret@cert.example.org/a',
    'https://cert.example.org:8443/a',
    'https://127.0.0.1/a',
    'https://[::1]/a',
    'https://169.254.169.254/latest/meta-data',
    'file:///etc/passwd',
    'cert.example.org',
    '',
  ])('is never %j, which is refused with 436', async (info) => {
    const other = serving(chain('provider', 'between'));
    expect(await outcome(verifierOf(other.fetch), at(info))).toMatch(/^436/);
    expect(other.asked).toEqual([]);
  });

  it('is a host that was named, with its port where that is no usual one, or one below a domain that was', async () => {
    const verifier = verifierOf(fetch, { hosts: ['a.example:8443', '*.Example.net', 'B.example'] });
    const found = async (info: string): Promise<string> =>
      (await outcome(verifier, at(info))).slice(0, 8);
    expect(await found('https://a.example:8443/x')).toBe('verified');
    expect(await found('https://b.example:443/x')).toBe('verified');
    expect(await found('https://cert.example.net/x')).toBe('verified');
    for (const info of [
      'https://a.example/',
      'https://example.net/',
      'https://a.b.example.net/',
      'https://c.example.net:8443/',
      'https://evilexample.net/',
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await found(info)).toMatch(/^436/);
    }
  });

  it('may be elsewhere on the list, and nowhere else, however often it is said', async () => {
    const moved = (to: string): Promise<string> => {
      const there = serving((url) =>
        url.pathname === '/passport.cer'
          ? { status: 302, location: to }
          : { body: new Uint8Array(Buffer.from(chain('provider', 'between'))) },
      );
      return outcome(verifierOf(there.fetch));
    };
    expect(await moved('/b')).toBe('verified');
    expect(await moved('https://cert.example.org/b')).toBe('verified');
    for (const to of ['http://cert.example.org/b', 'https://127.0.0.1/b', '//evil.example/b']) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await moved(to)).toMatch(/^436/);
    }
    const circle = serving(() => ({ status: 301, location: INFO }));
    expect(await outcome(verifierOf(circle.fetch))).toMatch(/^436 .*circle/);
    expect(circle.asked).toHaveLength(4);
  });

  it('answers with a certificate, or there is none: 436', async () => {
    for (const status of [204, 304, 404, 500]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await outcome(verifierOf(serving(() => ({ status })).fetch))).toMatch(/^436/);
    }
    const broken: Fetch = () => Promise.reject(new Error('secret'));
    expect(await outcome(verifierOf(broken))).toBe(
      '436 the certificate cannot be fetched: it broke off',
    );
  });
});

describe('what was fetched', () => {
  it('is kept for an hour, and fetched once for all who wait for it', async () => {
    const { asked, fetch } = serving(chain('provider', 'between'));
    const verifier = verifierOf(fetch);
    const said = signed();
    await Promise.all([outcome(verifier, said), outcome(verifier, said), outcome(verifier, said)]);
    expect(await outcome(verifier, said, NOW + 3_599_999)).toBe('verified');
    expect(asked).toHaveLength(1);
    expect(await outcome(verifier, said, NOW + 3_600_000)).toBe('verified');
    expect(asked).toHaveLength(2);
  });

  it('in vain is asked for again after half a minute, and not before', async () => {
    const { asked, fetch } = serving(() => ({ status: 404 }));
    const verifier = verifierOf(fetch);
    await outcome(verifier);
    await outcome(verifier, signed(), NOW + 29_999);
    expect(asked).toHaveLength(1);
    await outcome(verifier, signed(), NOW + 30_000);
    expect(asked).toHaveLength(2);
  });

  it('is one of a thousand at most', async () => {
    const { asked, fetch } = serving(() => ({ status: 404 }));
    const verifier = verifierOf(fetch);
    const said = signed();
    const place = (number: number): Passport => ({
      ...said,
      info: `https://cert.example.org/${number}`,
    });
    for (let number = 0; number <= 1_000; number += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await outcome(verifier, place(number));
    }
    await outcome(verifier, place(1));
    expect(asked).toHaveLength(1_001);
    await outcome(verifier, place(0));
    expect(asked).toHaveLength(1_002);
  });

  it('is one of 32 at a time: whoever names more places hears 436 at once', async () => {
    const never: Fetch = () => new Promise(() => {});
    const verifier = verifierOf(never);
    const said = signed();
    for (let number = 0; number < 32; number += 1) {
      void verifier.verify({ ...said, info: `https://cert.example.org/${number}` }, NOW);
    }
    expect(await outcome(verifier)).toBe('436 too many are fetched at the moment');
  });
});

describe('a verifier', () => {
  const refused = (options: Partial<SignerCertificatesOptions>): (() => unknown) => {
    return () => verifierOf(serving('').fetch, options);
  };

  it('needs authorities, and hosts to ask', () => {
    const bad = expect.objectContaining({ code: 'bad-passports' });
    expect(refused({ authorities: '' })).toThrow(bad);
    expect(refused({ authorities: 'hello' })).toThrow(bad);
    expect(refused({ authorities: pem('provider') })).toThrow(bad);
    expect(refused({ authorities: chain('authority', 'provider') })).toThrow(bad);
    expect(refused({ hosts: [] })).toThrow(bad);
  });

  it('is made of files, which are named where they cannot be read', () => {
    expect(passportVerifier({ authorities: pemFile('authority'), hosts: HOSTS })).toBeInstanceOf(
      NodePassportVerifier,
    );
    const missing = (): unknown =>
      passportVerifier({ authorities: ['/nowhere.pem'], hosts: HOSTS });
    expect(missing).toThrow(LocalProtocolError);
    expect(missing).toThrow('/nowhere.pem');
  });
});

describe('a server of certificates', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function listening(
    answer: (response: ServerResponse, path: string) => void,
  ): Promise<string> {
    const made = createServer(
      { cert: pem('server'), key: pem('server.key') },
      (request, response) => answer(response, request.url ?? ''),
    );
    server = made;
    await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(made.address() as AddressInfo).port}`;
  }

  const asking = (
    host: string,
    options: Partial<SignerCertificatesOptions> = {},
  ): Promise<string> => {
    const verifier = verifierOf(httpsFetch(pem('authority')), { hosts: [host], ...options });
    const info = `https://${host}/passport.cer`;
    return outcome(verifier, passport(identity(token({ head: { x5u: info } }), '', info)));
  };

  it('is asked by HTTPS, and what it has is taken', async () => {
    const host = await listening((response) => response.end(chain('provider', 'between')));
    expect(await asking(host)).toBe('verified');
  });

  it('has to show a certificate that holds for it', async () => {
    const host = await listening((response) => response.end(chain('provider', 'between')));
    expect(await asking(host, { fetch: httpsFetch() })).toMatch(/^436 .*(ISSUER|VERIFY|SIGNED)/);
  });

  it('gets no further than 32 KiB', async () => {
    const host = await listening((response) => response.end('x'.repeat(32 * 1024 + 1)));
    expect(await asking(host)).toMatch(/^436/);
  });

  it('has so long for all of its answer, whether it says nothing or a little at a time', async () => {
    const host = await listening((response) => void response.write('-'));
    expect(await asking(host, { timeout: 50 })).toBe(
      '436 the certificate cannot be fetched: not in time',
    );
  });

  it('that is not there is told of by its code alone', async () => {
    const host = await listening((response) => response.end());
    server?.close();
    server?.closeAllConnections();
    expect(await asking(host)).toBe('436 the certificate cannot be fetched: ECONNREFUSED');
  });
});

describe('what a verifier says of a fault', () => {
  it('is a value', async () => {
    const fault = await verifierOf(serving('').fetch).verify(signed(), NOW);
    expect(fault).toBeInstanceOf(RemoteProtocolError);
  });
});
