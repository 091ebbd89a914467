/** How much a request has to say so that its challenge is no larger by datagram. */
import { describe, expect, it } from '@jest/globals';

import { parseChallenge } from '../../src/authentication/challenge.js';
import type { DigestAlgorithm } from '../../src/authentication/digest-algorithm.js';
import { nodeDigestHash } from '../../src/node/node-digest-hash.js';
import { serverOf } from '../authentication/stage.js';
import { bytesOf } from '../syntax/corpora.js';
import { Bench, readResponse, UDP } from './bench.js';

/** As `interop/sipp/pager.xml` sends it. */
const SIPP = new TextEncoder().encode(
  [
    'MESSAGE sip:echo@127.0.0.1:5060 SIP/2.0',
    'Via: SIP/2.0/UDP 127.0.0.1:5080;branch=z9hG4bK-1234-1-0',
    'Max-Forwards: 70',
    'From: <sip:caller1@127.0.0.1:5080>;tag=1234c1',
    'To: <sip:echo@127.0.0.1:5060>',
    'Call-ID: 1-1234@127.0.0.1',
    'CSeq: 1 MESSAGE',
    'Content-Type: text/plain;charset=UTF-8',
    'Content-Length:    25',
    '',
    'pager message of caller 1',
  ].join('\r\n'),
);

/** What is answered to a datagram from there; undefined where that would be larger. */
function challengeOf(
  message: Uint8Array,
  address: string,
  algorithms: readonly DigestAlgorithm[] = ['SHA-256'],
): string | undefined {
  const server = serverOf({ algorithms });
  const bench = new Bench({ authentication: { server, hash: nodeDigestHash } });
  bench.receive(message, { ...UDP, remote: { address, port: 60_000 } });
  const [sent] = bench.take();
  if (sent === undefined) return undefined;
  expect(sent.bytes.length).toBeLessThanOrEqual(message.length);
  expect(readResponse(sent).status).toBe(401);
  return sent.text;
}

describe('a message of one line by datagram is challenged', () => {
  it.each([
    ['SIPp', SIPP],
    ['Linphone', bytesOf('captures/26-linphone-daemon-pager.sip')],
    ['Pidgin', bytesOf('captures/30-prpl-simple-pager-html-in-text-plain.sip')],
    ['baresip, by a proxy', bytesOf('captures/32-baresip-pager-after-proxy.sip')],
    ['Twinkle, by a proxy', bytesOf('captures/33-twinkle-pager-after-proxy.sip')],
    ['Rakia, by a proxy', bytesOf('captures/34-rakia-pager-after-proxy.sip')],
    ['Jami, by a proxy', bytesOf('captures/35-jami-pager-after-proxy.sip')],
    ['JsSIP', bytesOf('captures/52-jssip-ws-pager-message.sip')],
  ])('that %s sends, wherever it comes from', (_who, message) => {
    for (const address of ['127.0.0.1', '192.168.100.200']) {
      const text = challengeOf(message, address) ?? '';
      expect(parseChallenge(/WWW-Authenticate: ?(.*)\r\n/.exec(text)?.[1] ?? '')).toMatchObject({
        realm: 'example.com',
        algorithm: 'SHA-256',
        qop: ['auth'],
      });
      expect(/^(?:t|To): ?.*;tag=\w+\r$/m.test(text)).toBe(true);
    }
  });
});

describe('where there is little room', () => {
  const linphone = bytesOf('captures/26-linphone-daemon-pager.sip');

  it('all that can be said at length is', () => {
    expect(challengeOf(linphone, '192.168.100.200')).toContain('\r\nCall-ID: ');
  });

  it('names are compact, and all challenges are there', () => {
    const text = challengeOf(linphone, '192.168.100.200', ['SHA-256', 'MD5']) ?? '';
    expect(text).toContain('\r\ni:');
    expect(text.match(/WWW-Authenticate/g)).toHaveLength(2);
  });

  it('the preferred challenge is there alone (RFC 8760, 2.3)', () => {
    const text = challengeOf(SIPP, '127.0.0.1', ['MD5', 'SHA-256']) ?? '';
    expect(text.match(/WWW-Authenticate/g)).toHaveLength(1);
    expect(text).toContain('algorithm=SHA-256');
  });

  it('two letters are enough', () => {
    const short = new TextDecoder()
      .decode(SIPP)
      .replace('pager message of caller 1', 'hi')
      .replace('25', ' 2');
    expect(challengeOf(new TextEncoder().encode(short), '127.0.0.1')).toContain('401 No\r\n');
  });

  it('nothing is told of where it came from', () => {
    expect(challengeOf(SIPP, '192.168.100.200')).not.toContain('received');
  });

  it('nothing at all is said in the end', () => {
    const short = new TextDecoder()
      .decode(SIPP)
      .replace('pager message of caller 1', '')
      .replace('25', '0');
    expect(challengeOf(new TextEncoder().encode(short), '127.0.0.1')).toBeUndefined();
  });
});
