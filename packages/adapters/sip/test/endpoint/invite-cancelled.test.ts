import { describe, expect, it } from '@jest/globals';
import type { Flow } from '@usher/core/adapter';

import { Bench, readRequest, UDP } from './bench.js';
import { invite, usageOf } from './inviting.js';
import { OFFER, response } from './peer.js';

const T1 = 500;
const ANSWER = { extra: ['Content-Type: application/sdp'], body: OFFER };
const CONTACT = { contact: '<sip:alice@192.0.2.2:5080>' };

describe('taking an INVITE of ours back', () => {
  it('waits for a provisional answer, and then sends CANCEL on the way of the INVITE', () => {
    const bench = new Bench();
    const sent = invite(bench);
    bench.execute({ type: 'cancel', usage: usageOf(bench) });
    expect(bench.take()).toEqual([]);
    bench.receive(response(sent, 180, 'Ringing'));
    const cancel = bench.request();
    expect(cancel.method).toBe('CANCEL');
    expect(cancel.via.raw).toBe(sent.via.raw);
    expect(cancel.uri).toBe(sent.uri);
    expect([cancel.callId, cancel.cseq.number, cancel.from.raw, cancel.to.raw]).toEqual([
      sent.callId,
      sent.cseq.number,
      sent.from.raw,
      sent.to.raw,
    ]);
    bench.receive(response(cancel, 200));
    bench.receive(response(sent, 487, 'Request Terminated'));
    expect(bench.event('declined')).toMatchObject({ status: 487 });
    expect(bench.types).not.toContain('progressed');
    bench.elapse(64 * T1);
    expect(bench.endpoint.counts).toMatchObject({ dialogs: 0, client: 0 });
  });

  it('too late meets a 200, which hears ACK and BYE: no session comes of it', () => {
    const bench = new Bench();
    const sent = invite(bench);
    bench.receive(response(sent, 180, 'Ringing'));
    bench.execute({ type: 'cancel', usage: usageOf(bench) });
    bench.take();
    const ok = response(sent, 200, 'OK', { ...CONTACT, ...ANSWER });
    bench.receive(ok);
    expect(bench.take().map((one) => readRequest(one).method)).toEqual(['ACK', 'BYE']);
    expect(bench.event('declined')).toMatchObject({ status: 487 });
    expect(bench.types).not.toContain('established');
    bench.receive(ok);
    expect(bench.request().method).toBe('ACK');
    expect(bench.endpoint.counts.dialogs).toBe(0);
  });

  it('counts as done 64*T1 after a CANCEL that nothing comes of', () => {
    const bench = new Bench();
    const sent = invite(bench);
    bench.receive(response(sent, 100, 'Trying'));
    bench.execute({ type: 'cancel', usage: usageOf(bench) });
    bench.elapse(64 * T1 - 1);
    expect(bench.types).not.toContain('declined');
    bench.elapse(1);
    expect(bench.event('declined')).toMatchObject({ status: 487 });
    bench.elapse(64 * T1);
    expect(bench.endpoint.counts).toMatchObject({ client: 0 });
  });

  it('before it could leave keeps it from leaving', () => {
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
    bench.execute({ type: 'cancel', usage: usageOf(bench) });
    expect(bench.event('declined')).toMatchObject({ status: 487 });
    const hops = [{ transport: 'udp', remote: UDP.remote }];
    bench.execute({ type: 'located', request: bench.event('unlocated').request, hops });
    expect(bench.take()).toEqual([]);
  });

  it('keeps it from being tried another way', () => {
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
    bench.take();
    bench.execute({ type: 'cancel', usage: usageOf(bench) });
    bench.execute({ type: 'failed', flow: hops[0] ?? UDP });
    expect(bench.take()).toEqual([]);
    expect(bench.event('declined')).toMatchObject({ status: 503 });
  });

  it('happens by itself where nothing but provisional answers come for three minutes', () => {
    const bench = new Bench();
    const sent = invite(bench);
    bench.receive(response(sent, 180, 'Ringing'));
    bench.elapse(100_000);
    bench.receive(response(sent, 180, 'Ringing'));
    bench.elapse(179_999);
    expect(bench.take()).toEqual([]);
    bench.elapse(1);
    expect(bench.request().method).toBe('CANCEL');
  });
});
