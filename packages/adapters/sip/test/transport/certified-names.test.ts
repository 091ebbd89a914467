import { X509Certificate } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import {
  type Certified,
  certifiedNames,
  spokenFor,
  whyNot,
} from '../../src/transport/certified-names.js';
import { pem } from '../node/certificate.js';

function fixture(name: string): Certified {
  return new X509Certificate(pem(name)).toLegacyObject();
}

function certificate(subjectaltname: string | undefined, CN?: string | string[]): Certified {
  return { subjectaltname, subject: { CN } };
}

describe('whom a certificate names (RFC 5922, 7.1)', () => {
  it.each([
    ['the host of a SIP URI', 'URI:sip:example.com', ['example.com']],
    [
      'a scheme in capitals, a port and parameters',
      'URI:SIP:Example.COM:5061;a=b',
      ['example.com'],
    ],
    ['no URI of another scheme', 'URI:sips:example.com, URI:https://example.com', []],
    ['no URI of a user', 'URI:sip:alice@example.com', []],
    ['a DNS name, where no SIP URI names a domain', 'DNS:example.com', ['example.com']],
    [
      'a DNS name beside the URI of a user',
      'URI:sip:alice@example.com, DNS:example.net',
      ['example.net'],
    ],
    ['no DNS name beside a SIP URI', 'DNS:example.net, URI:sip:example.com', ['example.com']],
    ['neither mail nor IP addresses', 'email:a@example.com, IP Address:192.0.2.1', []],
    [
      'no name that hides in a quoted one',
      'DNS:"a.example, URI:sip:evil.example"',
      ['a.example, uri:sip:evil.example'],
    ],
    ['a name behind a quoted one', 'DNS:"a\\u002cb", DNS:c.example', ['a,b', 'c.example']],
    ['nothing in what is broken off', 'DNS:"a', ['']],
    ['nothing in what has no type', 'example.com', []],
  ])('%s', (_what, names, domains) => {
    expect(certifiedNames(certificate(names, 'cn.example')).domains).toEqual(domains);
  });

  it('the common name counts where there are no alternative names, and is a name of a host', () => {
    expect(certifiedNames(certificate(undefined, 'Example.com')).domains).toEqual(['example.com']);
    expect(certifiedNames(certificate(undefined, ['a.example', 'A Person'])).domains).toEqual([
      'a.example',
    ]);
    expect(certifiedNames(certificate(undefined)).domains).toEqual([]);
    expect(certifiedNames(certificate('email:a@example.com', 'example.com')).domains).toEqual([]);
  });

  it('a peer may speak for its users and domains, but never by a common name', () => {
    expect(spokenFor(fixture('alice'))).toEqual(['sip:alice@example.org']);
    expect(spokenFor(fixture('domain'))).toEqual(['sip:example.com']);
    expect(spokenFor(fixture('common-name'))).toEqual([]);
  });
});

describe('whether a certificate is that of who is wanted (RFC 5922, 7.2)', () => {
  it.each([
    ['domain', 'example.com', true],
    ['domain', 'EXAMPLE.com', true],
    ['domain', 'sip.example.com', false],
    ['domain', 'ample.com', false],
    // Its DNS name does not count, for it has a SIP URI; nor does its common name.
    ['domain', 'other.example.net', false],
    ['domain', 'one.example.com', false],
    ['domain', '127.0.0.1', true],
    ['domain', '127.0.0.2', false],
    ['dns', 'dns.example.com', true],
    ['dns', '127.0.0.1', false],
    ['wildcard', 'foo.example.com', false],
    ['wildcard', 'example.com', false],
    ['wildcard', 'wildcard.example.com', false],
    ['common-name', 'example.com', true],
    ['common-name', 'www.example.com', false],
    ['alice', 'example.org', false],
    ['alice', 'alice', false],
  ])('%s for %s: %p', (name, wanted, isTheirs) => {
    const why = whyNot(wanted, fixture(name));
    expect(why === undefined).toBe(isTheirs);
    if (why !== undefined) expect(why).toContain(`not that of ${wanted}`);
  });

  it('an IPv6 address is the same however it is written', () => {
    const numeric = certificate('IP Address:2001:DB8:0:0:0:0:0:1');
    expect(whyNot('2001:db8::1', numeric)).toBeUndefined();
    expect(whyNot('[2001:db8::1]', numeric)).toBeUndefined();
    expect(whyNot('2001:db8::2', numeric)).toBeDefined();
  });
});
