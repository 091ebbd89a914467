import { describe, expect, it } from '@jest/globals';
import type { Flow } from '@usher/core/adapter';

import { Bench, readRequest, TCP, UDP } from './bench.js';
import { invite, usageOf } from './inviting.js';
import { OFFER, request, response } from './peer.js';

const T1 = 500;
const NOTHING = { bytes: new Uint8Array() };
const ANSWER = { extra: ['Content-Type: application/sdp'], body: OFFER };
const CONTACT = { contact: '<sip:alice@192.0.2.2:5080>' };

describe('an INVITE of ours', () => {
  it('leaves for a numeric host at once, with all that a request needs', () => {
    const bench = new Bench();
    const sent = invite(bench);
    expect(sent.uri).toBe('sip:alice@192.0.2.2:5080');
    expect(sent.via.raw).toMatch(
      /^SIP\/2\.0\/UDP 192\.0\.2\.1:5060;branch=z9hG4bK[a-z2-7]{26};rport$/,
    );
    expect(sent.maxForwards).toBe(70);
    expect(sent.fromTag).toMatch(/^[a-z2-7]{26}$/);
    expect(sent.toTag).toBeUndefined();
    expect(sent.callId).toMatch(/^[a-z2-7]{26}$/);
    expect(sent.contacts.map(({ uri }) => uri)).toEqual(['sip:bot@192.0.2.1:5060']);
    expect(bench.event('inviting').reference).toBe(1);
  });

  it('is sent again by timer A, and comes to 408 after 64*T1', () => {
    const bench = new Bench();
    invite(bench);
    bench.elapse(64 * T1);
    expect(bench.take().map(({ at }) => at)).toEqual([500, 1_500, 3_500, 7_500, 15_500, 31_500]);
    expect(bench.event('declined')).toMatchObject({ status: 408 });
  });

  it('comes to 503 where there is no way', () => {
    const bench = new Bench();
    invite(bench);
    bench.execute({ type: 'failed', flow: { transport: 'udp', remote: UDP.remote } });
    expect(bench.event('declined')).toMatchObject({ status: 503 });
    bench.elapse(64 * T1);
    expect(bench.endpoint.counts).toMatchObject({ client: 0, dialogs: 0 });
  });

  it('asks for a name, and tells 503 where that leads nowhere', () => {
    const bench = new Bench();
    bench.execute({
      type: 'invite',
      reference: 1,
      parts: {
        uri: 'sip:a@example.com',
        from: '<sip:b@example.com>',
        user: 'b',
        fields: [],
        body: new Uint8Array(),
      },
    });
    expect(bench.take()).toEqual([]);
    bench.execute({ type: 'located', request: bench.event('unlocated').request, hops: [] });
    expect(bench.event('declined')).toMatchObject({ status: 503 });
  });

  it('tells of each provisional answer but 100', () => {
    const bench = new Bench();
    const sent = invite(bench);
    for (const status of [100, 180, 101, 183, 180]) bench.receive(response(sent, status, 'Hm'));
    const seen = bench.events.flatMap((event) =>
      event.type === 'progressed' ? [event.status] : [],
    );
    expect(seen).toEqual([180, 101, 183, 180]);
  });

  it.each([302, 404, 486, 500, 603])(
    'that is answered %d is declined, and acknowledged',
    (status) => {
      const bench = new Bench();
      const sent = invite(bench);
      bench.receive(response(sent, status, 'No', { contact: '<sip:desk@example.com>' }));
      const declined = bench.event('declined');
      expect(declined).toMatchObject({ status, text: 'No' });
      expect(declined.response?.contacts[0]?.uri).toBe('sip:desk@example.com');
      const ack = bench.request();
      expect([ack.method, ack.via.branch]).toEqual(['ACK', sent.via.branch]);
      bench.elapse(64 * T1);
      expect(bench.endpoint.counts).toMatchObject({ dialogs: 0, client: 0 });
    },
  );

  it('goes to the next hop on 503, in a transaction of its own', () => {
    const bench = new Bench();
    bench.execute({
      type: 'invite',
      reference: 1,
      parts: {
        uri: 'sip:a@example.com',
        from: '<sip:b@example.com>',
        user: 'b',
        fields: [],
        body: new Uint8Array(),
      },
    });
    const hops: Flow[] = ['192.0.2.21', '192.0.2.22'].map((address) => ({
      transport: 'udp',
      remote: { address, port: 5060 },
    }));
    bench.execute({ type: 'located', request: bench.event('unlocated').request, hops });
    const [first] = bench.take();
    bench.receive(response(readRequest(first ?? NOTHING), 503, 'Busy'));
    const [ack, second] = bench.take();
    expect(readRequest(ack ?? NOTHING).method).toBe('ACK');
    expect(second?.to?.remote.address).toBe('192.0.2.22');
    bench.receive(response(readRequest(second ?? NOTHING), 486, 'Busy'));
    expect(bench.event('declined').status).toBe(486);
  });
});

describe('an accepted INVITE of ours', () => {
  it('is acknowledged in its dialog, by a request of its own', () => {
    const bench = new Bench();
    const sent = invite(bench);
    const routes = ['Record-Route: <sip:192.0.2.9;lr>, <sip:192.0.2.8;lr>', ...ANSWER.extra];
    bench.receive(
      response(sent, 200, 'OK', { ...CONTACT, ...ANSWER, extra: routes, toTag: 'theirs' }),
    );
    const [only] = bench.take();
    const ack = readRequest(only ?? NOTHING);
    expect(ack.method).toBe('ACK');
    expect(ack.uri).toBe('sip:alice@192.0.2.2:5080');
    expect([ack.callId, ack.fromTag, ack.toTag, ack.cseq.number]).toEqual([
      sent.callId,
      sent.fromTag,
      'theirs',
      1,
    ]);
    expect(ack.via.branch).not.toBe(sent.via.branch);
    // RFC 3261, 12.1.2: the route set is the Record-Route in reverse order.
    expect(ack.all('Route')).toEqual(['<sip:192.0.2.8;lr>', '<sip:192.0.2.9;lr>']);
    expect(only?.to?.remote.address).toBe('192.0.2.8');
    expect(bench.types).toEqual(['inviting', 'established']);
    expect(bench.endpoint.counts.dialogs).toBe(1);
  });

  it('is acknowledged again each time its 200 comes again, and told once', () => {
    const bench = new Bench();
    const sent = invite(bench);
    const ok = response(sent, 200, 'OK', { ...CONTACT, ...ANSWER });
    for (let time = 0; time < 3; time += 1) {
      bench.receive(ok);
      expect(bench.request().method).toBe('ACK');
      bench.elapse(1_000);
    }
    expect(bench.types).toEqual(['inviting', 'established']);
  });

  it('is one session however many forks accept: the others hear ACK and BYE', () => {
    const bench = new Bench();
    const sent = invite(bench);
    bench.receive(response(sent, 200, 'OK', { ...CONTACT, ...ANSWER, toTag: 'first' }));
    bench.take();
    const other = response(sent, 200, 'OK', { contact: '<sip:alice@192.0.2.3>', toTag: 'second' });
    bench.receive(other);
    const [ack, bye] = bench.take().map(readRequest);
    expect([ack?.method, ack?.toTag, ack?.uri]).toEqual(['ACK', 'second', 'sip:alice@192.0.2.3']);
    expect([bye?.method, bye?.toTag, bye?.cseq.number]).toEqual(['BYE', 'second', 2]);
    bench.receive(other);
    expect(bench.request().method).toBe('ACK');
    expect(bench.types).toEqual(['inviting', 'established']);
    expect(bench.endpoint.counts.dialogs).toBe(1);
  });

  it('is a session that the peer can end, and speak in', () => {
    const bench = new Bench();
    const sent = invite(bench);
    bench.receive(response(sent, 200, 'OK', { ...CONTACT, ...ANSWER, toTag: 'theirs' }));
    const { callId } = sent;
    const wish = { callId, tag: 'theirs', toTag: sent.fromTag };
    bench.take();
    bench.receive(
      request('MESSAGE', { ...wish, sequence: 1, extra: ['Content-Type: text/plain'], body: 'x' }),
    );
    expect(bench.event('message').usage).toBe(usageOf(bench));
    bench.receive(request('BYE', { ...wish, sequence: 2 }));
    expect(bench.event('ended')).toMatchObject({ by: 'peer' });
    bench.elapse(64 * T1);
    expect(bench.endpoint.counts).toMatchObject({ dialogs: 0, client: 0, server: 0 });
  });

  it('at rest is nothing but its dialog', () => {
    const bench = new Bench();
    const sent = invite(bench);
    bench.receive(response(sent, 200, 'OK', { ...CONTACT, ...ANSWER }));
    bench.elapse(64 * T1);
    expect(bench.endpoint.counts).toMatchObject({ dialogs: 1, pending: 0, client: 0, server: 0 });
    expect(bench.endpoint.deadline).toBeUndefined();
  });

  it('over a connection goes on over that connection', () => {
    const bench = new Bench();
    const sent = invite(bench, 'sip:alice@192.0.2.2:40000;transport=tcp');
    bench.receive(
      response(sent, 200, 'OK', { contact: '<sip:alice@10.0.0.1;transport=tcp>' }),
      TCP,
    );
    expect(bench.take()[0]?.to).toBe(TCP);
  });
});
