import { describe, expect, it } from '@jest/globals';

import { read, wrong } from './read.js';

const BOT = "---\nid: echo\nplugin: '@usher/echo#echo'\norder: 10\n";

function house(...lines: string[]): string {
  return `${lines.join('\n')}\n${BOT}`;
}

const SECURE =
  '{ uri: sips:127.0.0.1:5061, certificate: ./cert.pem, key: ./key.pem, ca: ca.pem, clients: required }';

describe('a place to listen with TLS', () => {
  it('is a table with its files, among others or alone', () => {
    for (const text of [
      house('listen:', '  - sip:127.0.0.1', `  - ${SECURE}`),
      house(`listen: ${SECURE}`),
    ]) {
      const { house: read_, problems } = read(text);
      expect(problems).toEqual([]);
      expect(read_.listen.at(-1)).toMatchObject({
        text: 'sips:127.0.0.1:5061',
        transport: 'tls',
        host: '127.0.0.1',
        port: 5061,
        certificate: {
          certificate: './cert.pem',
          key: './key.pem',
          ca: 'ca.pem',
          clients: 'required',
        },
      });
    }
  });

  it.each([
    ['sips:127.0.0.1', 'tls', 5061],
    ['sips:127.0.0.1;transport=tcp', 'tls', 5061],
    ['sip:127.0.0.1;transport=tls', 'tls', 5061],
    ["'sips:[::1];transport=ws'", 'wss', 443],
    ['sip:127.0.0.1:8443;transport=wss', 'wss', 8443],
  ])('%s is %s at port %d', (uri, transport, port) => {
    const text = house('listen:', `  - { uri: ${uri}, certificate: c.pem, key: k.pem }`);
    expect(read(text).problems).toEqual([]);
    expect(read(text).house.listen).toMatchObject([{ transport, port }]);
  });

  it('knows where each of its files is named', () => {
    const text = house(
      'listen:',
      '  - uri: sips:127.0.0.1',
      '    certificate: c.pem',
      '    key: k.pem',
    );
    const [place] = read(text).house.listen;
    expect(place?.place).toMatchObject({ line: 2 });
    expect(place?.filePlaces).toMatchObject({ certificate: { line: 3 }, key: { line: 4 } });
  });

  it.each([
    [
      'needs a certificate',
      ['listen: sips:127.0.0.1'],
      /^usher\.yaml:1:\d+: `listen` must be with a certificate and its key where TLS is spoken; write it like `\{ uri: .*bad-value/,
    ],
    [
      'needs its key',
      ['listen:', '  - uri: sips:127.0.0.1', '    certificate: c.pem'],
      /^usher\.yaml:2:5: `listen\.key` is missing: .*missing-key/,
    ],
    [
      'needs its key where it stands alone, too',
      ['listen:', '  uri: sips:127.0.0.1', '  certificate: c.pem'],
      /^usher\.yaml:1:1: `listen\.key` is missing: .*missing-key/,
    ],
    [
      'has no certificate without TLS',
      ['listen:', '  - { uri: sip:127.0.0.1, certificate: c.pem, key: k.pem }'],
      /^usher\.yaml:2:\d+: `listen\.uri` must be with TLS where there is a certificate; .*bad-value/,
    ],
    [
      'is not UDP',
      ['listen:', '  - { uri: sips:127.0.0.1;transport=udp, certificate: c.pem, key: k.pem }'],
      /^usher\.yaml:2:\d+: `listen\.uri` must be of transport tcp or ws; `udp` is not served/,
    ],
    [
      'asks peers in one of three ways',
      [
        'listen:',
        '  - uri: sips:127.0.0.1',
        '    certificate: c.pem',
        '    key: k.pem',
        '    clients: some',
      ],
      /^usher\.yaml:5:5: `listen\.clients` must be `required`, `asked` or `none`; found the text `some`/,
    ],
    [
      'has no other keys',
      [
        'listen:',
        '  - uri: sips:127.0.0.1',
        '    certificat: c.pem',
        '    certificate: c.pem',
        '    key: k.pem',
      ],
      /^usher\.yaml:3:5: unknown key `certificat` in a place to listen; did you mean `certificate`\?/,
    ],
  ])('%s', (_what, lines, expected) => {
    const [line, ...others] = wrong(house(...lines));
    expect(line).toMatch(expected);
    expect(others).toEqual([]);
  });

  it('that others can reach is an open door, unless who comes there must show a certificate', () => {
    const place = (clients: string): string =>
      house(
        'listen:',
        `  - { uri: sips:192.0.2.1, certificate: c.pem, key: k.pem, clients: ${clients} }`,
      );
    expect(wrong(place('asked'))).toEqual([expect.stringContaining('[open-door]')]);
    expect(wrong(place('required'))).toEqual([]);
  });
});

describe('the pages that may come in', () => {
  it('are origins, one or several', () => {
    expect(
      read(house('listen: sip:127.0.0.1;transport=ws', 'origins: https://example.com')).house,
    ).toMatchObject({ origins: ['https://example.com'] });
    expect(
      wrong(
        house('listen: sip:127.0.0.1', "origins: ['http://localhost:3000', https://a.example]"),
      ),
    ).toEqual([]);
  });

  it.each(['https://example.com/', 'example.com', "'*'", 'https://Example.com'])(
    'are not %s',
    (text) => {
      const [line, ...others] = wrong(house('listen: sip:127.0.0.1', `origins: ${text}`));
      expect(line).toMatch(/^usher\.yaml:2:\d+: `origins` must be the origin of a page/);
      expect(others).toEqual([]);
    },
  );
});
