import { describe, expect, it } from '@jest/globals';
import type { Content } from '@usher/core';
import { Address } from '@usher/core';

import { readRequest } from '../endpoint/bench.js';
import { Stage } from './stage.js';

const text = (said: string): Content => ({
  contentType: 'text/plain',
  body: new TextEncoder().encode(said),
});

describe('a message of ours to somebody with whom we have no session', () => {
  it('goes to the numeric host that its address names, or by the proxy', async () => {
    for (const [proxy, expected] of [
      [undefined, '192.0.2.9 5070'],
      ['sip:192.0.2.33;transport=tcp', '192.0.2.33 5060'],
    ] as const) {
      const stage = await Stage.open(proxy === undefined ? {} : { proxy });
      const target = Address.parse('sip:carol@192.0.2.9:5070');
      const from = Address.parse('sip:me@example.com');
      const sent = stage.userAgent.send(target, text('hi'), { from, displayName: 'Me "1"' });
      const [only] = stage.take();
      expect(`${only?.to?.remote.address} ${only?.to?.remote.port}`).toBe(expected);
      const message = readRequest(only ?? { bytes: new Uint8Array() });
      expect(message.uri).toBe('sip:carol@192.0.2.9:5070');
      expect(message.from.displayName).toBe('Me "1"');
      expect(message.all('Route')).toEqual(proxy === undefined ? [] : [`<${proxy};lr>`]);
      await stage.respond(message, 486);
      expect(await sent).toEqual({ type: 'failed', status: 486, reason: 'OK' });
    }
  });

  it('finds the way to a name, and goes on to the next where the first is silent', async () => {
    const asked: string[] = [];
    const stage = await Stage.open({
      resolver: {
        addresses: (host) => {
          asked.push(host);
          return Promise.resolve(['192.0.2.41', '192.0.2.42']);
        },
        services: () => Promise.resolve([]),
        pointers: () => Promise.resolve([]),
      },
    });
    const sent = stage.userAgent.send(Address.parse('sip:carol@example.com:5060'), text('hi'));
    await stage.clock.settle();
    const [first] = stage.take();
    expect(asked).toEqual(['example.com']);
    await stage.clock.advance(32_000);
    const second = stage.take().find(({ to }) => to?.remote.address === '192.0.2.42');
    expect(first?.to?.remote.address).toBe('192.0.2.41');
    await stage.receive(readBack(second));
    expect(await sent).toEqual({ type: 'delivered', status: 200 });
  });

  it.each([
    ['no resolver', {}],
    [
      'one that fails',
      {
        resolver: {
          addresses: () => Promise.reject(new Error('SERVFAIL')),
          services: () => Promise.reject(new Error('SERVFAIL')),
          pointers: () => Promise.reject(new Error('SERVFAIL')),
        },
      },
    ],
  ])('fails with 503 where a name cannot be found, for there is %s', async (_what, options) => {
    const stage = await Stage.open(options);
    const sent = await stage.userAgent.send(Address.parse('sip:carol@example.com'), text('hi'));
    expect(sent).toMatchObject({ type: 'failed', status: 503 });
  });

  it('fails with 413 by itself where it is too large for a datagram', async () => {
    const stage = await Stage.open();
    const target = Address.parse('sip:carol@192.0.2.9');
    const sent = await stage.userAgent.send(target, text('x'.repeat(1_300)));
    expect(sent).toMatchObject({ type: 'failed', status: 413 });
    expect(stage.take()).toEqual([]);
  });
});

/** A 200 to what was sent. */
function readBack(sent: { readonly text: string } | undefined): string {
  const lines = (sent?.text ?? '').split('\r\n\r\n')[0]?.split('\r\n') ?? [];
  const kept = lines.filter((line) => /^(?:Via|From|To|Call-ID|CSeq):/.test(line));
  return ['SIP/2.0 200 OK', ...kept, 'Content-Length: 0', '', ''].join('\r\n');
}
