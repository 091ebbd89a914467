import { describe, expect, it } from '@jest/globals';

import { Bench, readResponse, UDP } from './bench.js';
import { invite, OFFER, request } from './peer.js';

const TEXT = ['Content-Type: text/plain'];
const NOTHING = { bytes: new Uint8Array() };

/** What the endpoint answers to this, by itself and without asking the house. */
function refusal(message: string, options: ConstructorParameters<typeof Bench>[0] = {}) {
  const bench = new Bench(options);
  bench.receive(message);
  expect(bench.types).not.toContain('invited');
  expect(bench.types).not.toContain('paged');
  const response = bench.response();
  expect(response.toTag ?? '').not.toBe('');
  return response;
}

describe('what the endpoint refuses', () => {
  it.each(['REGISTER', 'SUBSCRIBE', 'PUBLISH', 'INFO', 'PRACK'])(
    '%s is known and not allowed: 405 with Allow',
    (method) => {
      const response = refusal(request(method));
      expect(response.status).toBe(405);
      expect(response.get('Allow')).toBe(
        'INVITE, ACK, CANCEL, BYE, MESSAGE, OPTIONS, UPDATE, REFER, NOTIFY',
      );
    },
  );

  // RFC 3311, 5.2; RFC 6665, 4.1.3; RFC 3515, 5.1: nobody is invited on a stranger's word.
  it.each([
    ['UPDATE', 481],
    ['NOTIFY', 481],
    ['REFER', 403],
  ])('%s outside any dialog is answered %d', (method, status) => {
    expect(refusal(request(method)).status).toBe(status);
  });

  it.each(['FROBNICATE', 'invite', 'RE%47IST%45R'])('%s is unknown: 501 with Allow', (method) => {
    const response = refusal(request(method));
    expect(response.status).toBe(501);
    expect(response.get('Allow')).toContain('INVITE');
  });

  it.each(['tel:+15551234', 'soap.beep://192.0.2.103:3002', 'nobodyknows:abc'])(
    'the Request-URI %s is of a scheme that is not ours: 416',
    (uri) => {
      expect(refusal(request('OPTIONS', { uri })).status).toBe(416);
      expect(refusal(invite({ uri })).status).toBe(416);
    },
  );

  it('what requires an extension hears 420 and which ones are unsupported; Proxy-Require is not for us', () => {
    const extra = [
      'Require: 100rel, com.example.x',
      'Require: com.example.y, timer',
      'Proxy-Require: sec-agree',
    ];
    for (const message of [request('OPTIONS', { extra }), invite({ extra })]) {
      const response = refusal(message);
      expect(response.status).toBe(420);
      expect(response.list('Unsupported')).toEqual(['100rel', 'com.example.x', 'com.example.y']);
    }
    const bench = new Bench();
    bench.receive(request('OPTIONS', { extra: ['Proxy-Require: sec-agree'] }));
    expect(bench.response().status).toBe(200);
  });

  it('an INVITE whose body is no session description hears 415 with Accept', () => {
    const extra = ['Content-Type: application/unknown'];
    const response = refusal(request('INVITE', { extra, body: 'x' }));
    expect(response.status).toBe(415);
    expect(response.get('Accept')).toBe('application/sdp, multipart/mixed, multipart/alternative');
  });

  it('an INVITE whose body is of a type that bots judge is let in; so is one that can be passed over', () => {
    const extra = ['Content-Type: application/ms-conf-invite+xml'];
    const bench = new Bench({ applications: ['application/ms-conf-invite+xml'] });
    bench.receive(request('INVITE', { extra, body: '<x/>' }));
    expect(bench.types).toEqual(['invited']);
    const optional = [...extra, 'Content-Disposition: session;handling=optional'];
    const other = new Bench();
    other.receive(request('INVITE', { extra: optional, body: '<x/>' }));
    expect(other.types).toEqual(['invited']);
  });

  it('a message of a type that we do not take hears 415 with Accept', () => {
    const extra = ['Content-Type: image/gif'];
    const response = refusal(request('MESSAGE', { extra, body: 'x' }));
    expect(response.status).toBe(415);
    expect(response.get('Accept')).toBe(
      'text/*, application/im-iscomposing+xml, multipart/alternative',
    );
  });

  it.each(['gzip', 'deflate', 'x-unknown'])(
    'a body in the encoding %s hears 415 with Accept-Encoding',
    (encoding) => {
      const extra = [`Content-Encoding: ${encoding}`];
      const messages = [
        request('MESSAGE', { extra: [...extra, ...TEXT], body: 'x' }),
        invite({ extra }),
        request('MESSAGE', { extra: [`e: ${encoding}`, ...TEXT], body: 'x' }),
      ];
      for (const message of messages) {
        const response = refusal(message);
        expect(response.status).toBe(415);
        expect(response.get('Accept-Encoding')).toBe('identity');
      }
    },
  );

  it('a body without a type hears 400', () => {
    expect(refusal(request('MESSAGE', { body: 'x' })).status).toBe(400);
    expect(refusal(request('INVITE', { body: OFFER })).status).toBe(400);
  });

  it('an INVITE that accepts no session description hears 406; one that accepts any is let in', () => {
    expect(refusal(invite({ extra: ['Accept: text/nobodyKnowsThis'] })).status).toBe(406);
    expect(refusal(invite({ extra: ['Accept:'] })).status).toBe(406);
    for (const accept of [
      '*/*',
      'application/*;q=0.5, text/plain',
      'text/plain, Application/SDP',
    ]) {
      const bench = new Bench();
      bench.receive(invite({ extra: [`Accept: ${accept}`] }));
      expect(bench.types).toEqual(['invited']);
    }
  });

  it('the same request on another way hears 482', () => {
    for (const method of ['INVITE', 'OPTIONS', 'MESSAGE']) {
      const wish = {
        extra: method === 'MESSAGE' ? TEXT : [],
        body: method === 'MESSAGE' ? 'x' : '',
      };
      const bench = new Bench();
      bench.receive(request(method, wish));
      bench.take();
      const told = bench.types.length;
      bench.receive(request(method, wish));
      expect(bench.response().status).toBe(482);
      expect(bench.types.slice(told)).toEqual(['violated']);
    }
  });

  it('an INVITE that is to replace a session replaces none: 481', () => {
    const extra = ['Replaces: 425928@example.org;to-tag=7743;from-tag=6472'];
    expect(refusal(invite({ extra })).status).toBe(481);
  });

  it('a route that cannot be read hears 400', () => {
    expect(refusal(invite({ extra: ['Record-Route: "p <sip:x'] })).status).toBe(400);
    expect(refusal(invite({ extra: ['Record-Route: <tel:123>'] })).status).toBe(400);
  });
});

describe('what the endpoint does by itself', () => {
  it('OPTIONS is answered 200 with what we allow, accept and support', () => {
    const bench = new Bench();
    bench.receive(request('OPTIONS'));
    const response = bench.response();
    expect(response.status).toBe(200);
    expect(response.get('Allow')).toContain('MESSAGE');
    expect(response.get('Accept')).toContain('application/sdp');
    expect(response.get('Supported')).toBe('timer, replaces, norefersub');
  });

  it('a request with Max-Forwards 0 has arrived, and is answered like any other', () => {
    const bench = new Bench();
    bench.receive(request('OPTIONS').replace('Max-Forwards: 70', 'Max-Forwards: 0'));
    expect(bench.response().status).toBe(200);
  });

  it('draining, it answers INVITE and OPTIONS 503 without Retry-After, and goes on with what it has', () => {
    const bench = new Bench();
    bench.receive(invite());
    bench.execute({ type: 'drain' });
    for (const message of [invite({ callId: 'new' }), request('OPTIONS', { callId: 'other' })]) {
      bench.receive(message);
      const response = bench.response();
      expect([response.status, response.get('Retry-After')]).toEqual([503, undefined]);
    }
    const { transaction } = bench.event('invited');
    bench.execute({ type: 'respond', transaction, answer: { status: 200 } });
    const ok = bench.response();
    expect(ok.status).toBe(200);
    bench.receive(request('OPTIONS', { toTag: ok.toTag, sequence: 2 }));
    expect(bench.response().status).toBe(200);
  });

  it('an answer goes to where the request came from, whatever its Via says', () => {
    const bench = new Bench();
    const via =
      'SIP/2.0/UDP 203.0.113.9:9;branch=z9hG4bKv;received=203.0.113.9;maddr=203.0.113.9;rport=9';
    bench.receive(request('OPTIONS', { via }));
    const [sent] = bench.take();
    expect(sent?.to?.remote).toEqual(UDP.remote);
    const stamped = readResponse(sent ?? NOTHING).via;
    expect([stamped.params.get('received'), stamped.params.get('rport')]).toEqual([
      '192.0.2.2',
      '5080',
    ]);
  });
});
