import { describe, expect, it } from '@jest/globals';

import { read, wrong } from './read.js';

const BOT = "---\nid: echo\nplugin: '@usher/echo#echo'\norder: 10\n";
const house = (...lines: string[]): string => `${lines.join('\n')}\n${BOT}`;
/** A house that others can reach, with this about trust. */
const open = (...lines: string[]): string => house('listen: sip:192.0.2.1:5070', ...lines);
const SECURE = 'listen: { uri: sips:192.0.2.1, certificate: c.pem, key: k.pem, clients: asked }';

describe('who is trusted', () => {
  it('is everyone, by one word', () => {
    expect(read(open('trust: everyone')).house).toMatchObject({ trust: 'everyone' });
  });

  it('is whoever is in some networks, one or several', () => {
    const text = open('trust: { networks: [10.0.0.0/8, 192.0.2.7, "2001:db8::/32"] }');
    expect(wrong(text)).toEqual([]);
    expect(read(text).house).toMatchObject({
      trust: { networks: ['10.0.0.0/8', '192.0.2.7', '2001:db8::/32'] },
      trustPlace: { line: 2 },
    });
    expect(read(open('trust: { networks: 192.0.2.7 }')).house.trust).toEqual({
      networks: ['192.0.2.7'],
    });
  });

  it('is whoever shows a certificate of some names, where certificates are asked for', () => {
    const text = house(SECURE, 'trust: { certificates: proxy.example.com }');
    expect(wrong(text)).toEqual([]);
    expect(read(text).house.trust).toEqual({ certificates: ['proxy.example.com'] });
  });

  it('cannot be known by a certificate that nobody is asked for', () => {
    expect(wrong(open('trust:', '  certificates: proxy.example.com'))).toEqual([
      'usher.yaml:3:3: no place to listen asks for certificates, so that nobody can be trusted by one; write `clients: asked` or `clients: required` at a place with TLS [unasked-certificates]',
    ]);
  });

  it.each([
    [
      'trust: nobody',
      /^usher\.yaml:2:1: `trust` must be `everyone`, or a table such as `\{ networks: \[192\.0\.2\.0\/24\] \}`; found the text `nobody` \[bad-value\]/,
    ],
    ['trust: {}', /`trust` must be `everyone`, or a table such as .*found a table/],
    ['trust: [192.0.2.0/24]', /`trust` must be `everyone`, or a table such as .*found a row/],
    [
      'trust: { networks: 10.0.0.0/33 }',
      /`trust\.networks` must be a network such as `10\.0\.0\.0\/8`/,
    ],
    ['trust: { networks: 10.1.2.3/8 }', /`trust\.networks` must be a network such as/],
    ['trust: { networks: proxy.example.com }', /`trust\.networks` must be a network such as/],
    ['trust: { networks: [] }', /`trust\.networks` must be a network such as/],
    [
      'trust: { netwoks: 192.0.2.0/24 }',
      /unknown key `netwoks` in trust; did you mean `networks`\? Write `networks: \[10/,
    ],
    [
      'trust: { passports: { hosts: a.example } }',
      /`trust\.passports\.authorities` is missing: it must be a file in PEM/,
    ],
    [
      'trust: { passports: { authorities: a.pem } }',
      /`trust\.passports\.hosts` is missing: it must be a host/,
    ],
    [
      'trust: { passports: { authorities: a.pem, hosts: https://a.example } }',
      /`trust\.passports\.hosts` must be a host such as `cert\.example\.org`/,
    ],
    [
      'trust: { passports: { authorities: a.pem, hosts: a.example, required: maybe } }',
      /`trust\.passports\.required` must be `true` or `false`/,
    ],
    [
      'trust: { passports: { authorities: a.pem, hosts: a.example, addresses: "a b" } }',
      /`trust\.passports\.addresses` must be a pattern/,
    ],
  ])('is not said by %s', (line, why) => {
    const told = wrong(house('listen: sip:127.0.0.1', line));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(why);
  });

  it.each(['*.example.com', 'tel:+1'])('is not said by a certificate of %s', (name) => {
    const [line] = wrong(house(SECURE, `trust: { certificates: '${name}' }`));
    expect(line).toMatch(/`trust\.certificates` must be a name in a certificate such as/);
  });
});

describe('by whose signatures others are known', () => {
  it('is said by authorities, hosts, and what they are needed for', () => {
    const text = open(
      'trust:',
      '  passports:',
      '    authorities: ./sti-ca.pem',
      "    hosts: [cert.example.org, cert.example.net:8443, '*.example.com']",
      '    required: true',
      "    addresses: ['*@example.com', tel:+49*]",
    );
    expect(wrong(text)).toEqual([]);
    expect(read(text).house.trust).toEqual({
      passports: {
        authorities: ['./sti-ca.pem'],
        hosts: ['cert.example.org', 'cert.example.net:8443', '*.example.com'],
        required: true,
        addresses: ['*@example.com', 'tel:+49*'],
      },
    });
  });
});

describe('a place to listen that others can reach', () => {
  const PASSPORTS = 'authorities: a.pem, hosts: a.example';
  it.each([
    ['without a word about trust', [], true],
    ['for everyone', ['trust: everyone'], false],
    ['for some networks', ['trust: { networks: 10.0.0.0/8 }'], false],
    [
      'for those who show a PASSporT if they have one',
      [`trust: { passports: { ${PASSPORTS} } }`],
      true,
    ],
    [
      'for those who need not show a PASSporT',
      [`trust: { passports: { ${PASSPORTS}, required: false } }`],
      true,
    ],
    [
      'for those alone who show a PASSporT',
      [`trust: { passports: { ${PASSPORTS}, required: true } }`],
      false,
    ],
    [
      'for those who prove who they are',
      ['authentication: { realm: a, users: [{ username: b, password: c }] }'],
      false,
    ],
  ])('%s is %j an open door: %s', (_what, lines, isOpen) => {
    const told = wrong(open(...lines));
    expect(told.some((line) => line.endsWith('[open-door]'))).toBe(isOpen);
    expect(told).toHaveLength(isOpen ? 1 : 0);
  });

  it('and asks for certificates is closed by the names of those who are trusted', () => {
    expect(wrong(house(SECURE)).join()).toContain('[open-door]');
    expect(wrong(house(SECURE, 'trust: { certificates: proxy.example.com }'))).toEqual([]);
  });

  it('says which lines to write, each of which closes it', () => {
    const [told = ''] = wrong(open());
    expect(told).toBe(
      'usher.yaml:1:1: `192.0.2.1:5070` can be reached from other machines, and who comes there need not prove who they are; listen on 127.0.0.1, name those who may come in under `authentication`, or the peers that are trusted as in `trust: { networks: [192.0.2.0/24] }`, or write `trust: everyone` in the house if this is meant [open-door]',
    );
    const lines = [...told.matchAll(/`(trust: [^`]*)`/g)].map((found) => found[1] ?? '');
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(wrong(open(line))).toEqual([]);
  });
});

describe('the authorities that we trust when we connect to others', () => {
  it('are files, one or several, each of which is known with its place', () => {
    const text = house('listen: sip:127.0.0.1', 'authorities:', '  - ./a.pem', '  - b.pem');
    expect(wrong(text)).toEqual([]);
    expect(read(text).house.authorities).toMatchObject([
      { file: './a.pem', place: { line: 3 } },
      { file: 'b.pem', place: { line: 4 } },
    ]);
    expect(
      read(house('listen: sip:127.0.0.1', 'authorities: a.pem')).house.authorities,
    ).toMatchObject([{ file: 'a.pem' }]);
    expect(read(house('listen: sip:127.0.0.1')).house.authorities).toEqual([]);
  });

  it('are nothing else', () => {
    expect(wrong(house('listen: sip:127.0.0.1', 'authorities: 1'))[0]).toMatch(
      /`authorities` must be a file in PEM such as `\.\/ca\.pem`/,
    );
  });
});

describe('those who try one password after the other', () => {
  it('are borne so often, and then not heard for so long', () => {
    const text = open(
      'authentication: { realm: a, users: [{ username: b, password: c }], failures: 5, silence: 10m }',
    );
    expect(wrong(text)).toEqual([]);
    expect(read(text).house.authentication).toMatchObject({ failures: 5, silence: '10m' });
  });
});
