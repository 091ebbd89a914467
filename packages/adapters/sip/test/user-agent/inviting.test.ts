import { describe, expect, it } from '@jest/globals';
import { Address } from '@usher/core';
import { RecordingReceiver } from '@usher/core/testing';

import { sip } from '../../src/index.js';
import { readRequest } from '../endpoint/bench.js';
import { OFFER, response } from '../endpoint/peer.js';
import { Stage } from './stage.js';

const target = Address.parse('sip:alice@192.0.2.2:5080');

describe('inviting', () => {
  it('says who we are, and offers messages', async () => {
    const stage = await Stage.open({ address: 'sip:usher@example.org' });
    void stage.userAgent.invite(target, new RecordingReceiver(), {
      displayName: 'Ä "U"',
      subject: 'hi',
    });
    const sent = stage.request();
    expect([sent.from.uri, sent.from.displayName, sent.get('Subject')]).toEqual([
      'sip:usher@example.org',
      'Ä "U"',
      'hi',
    ]);
    expect(sent.contacts[0]?.uri).toBe('sip:usher@192.0.2.1:5060');
    expect(new TextDecoder().decode(sent.body)).toContain('m=message 5060 sip null\r\n');
  });

  it('goes by the transports that it is told to use', async () => {
    const stage = await Stage.open({ transports: ['tcp'] });
    void stage.userAgent.invite(target, new RecordingReceiver());
    expect(stage.take().map(({ to }) => to?.transport)).toEqual(['tcp']);
    const other = await Stage.open({ transports: ['tls'] });
    const secure = Address.parse('sips:alice@192.0.2.2');
    void other.userAgent.invite(secure, new RecordingReceiver());
    expect(other.take().map(({ to }) => [to?.transport, to?.remote.port])).toEqual([['tls', 5061]]);
  });

  it('where none of its transports leads comes to 503', async () => {
    const stage = await Stage.open({ transports: ['udp'] });
    const secure = Address.parse('sips:alice@192.0.2.2');
    const invited = stage.userAgent.invite(secure, new RecordingReceiver());
    expect(await invited).toMatchObject({ type: 'rejected', status: 503 });
    expect(stage.take()).toEqual([]);
  });

  it('a peer that answers with something else than messages comes to 488: it hears ACK and BYE', async () => {
    for (const body of [
      OFFER.replace('m=message 5080 sip', 'm=message 5080 TCP/MSRP'),
      OFFER.replace('5080 sip', '0 sip'),
      'nonsense',
    ]) {
      const stage = await Stage.open();
      const invited = stage.userAgent.invite(target, new RecordingReceiver());
      const extra = ['Content-Type: application/sdp'];
      const contact = '<sip:alice@192.0.2.2:5080>';
      await stage.receive(response(stage.request(), 200, 'OK', { contact, extra, body }));
      expect(await invited).toMatchObject({ type: 'rejected', status: 488 });
      expect(stage.take().map((sent) => readRequest(sent).method)).toEqual(['ACK', 'BYE']);
    }
  });

  it('tells the targets of a redirection, the preferred one first', async () => {
    const stage = await Stage.open();
    const invited = stage.userAgent.invite(target, new RecordingReceiver());
    const contact =
      '<sip:b@example.com>;q=0.2, "A" <sip:a@example.com>;q=0.8, <sip:c@example.com>;q=0.5';
    await stage.receive(response(stage.request(), 302, 'Moved', { contact }));
    expect(await invited).toEqual({
      type: 'forwarded',
      status: 302,
      targets: ['sip:a@example.com', 'sip:c@example.com', 'sip:b@example.com'],
    });
  });

  it('tells of a redirection to nowhere as a rejection', async () => {
    const stage = await Stage.open();
    const invited = stage.userAgent.invite(target, new RecordingReceiver());
    await stage.receive(response(stage.request(), 302, 'Moved'));
    expect(await invited).toMatchObject({ type: 'rejected', status: 302 });
  });

  it('tells of each sign of progress', async () => {
    const stage = await Stage.open();
    const seen: [number, string][] = [];
    void stage.userAgent.invite(target, new RecordingReceiver(), {
      progress: (status, text) => seen.push([status, text]),
    });
    const sent = stage.request();
    for (const [status, text] of [
      [100, 'Trying'],
      [180, 'Ringing'],
      [101, 'Progress'],
    ] as const) {
      await stage.receive(response(sent, status, text));
    }
    expect(seen).toEqual([
      [180, 'Ringing'],
      [101, 'Progress'],
    ]);
  });

  it('with what no message may have is rejected with 400, and nothing leaves', async () => {
    const stage = await Stage.open();
    const invited = stage.userAgent.invite(target, new RecordingReceiver(), {
      subject: 'a\r\nEvil: b',
    });
    expect(await invited).toMatchObject({ type: 'rejected', status: 400 });
    expect(stage.take()).toEqual([]);
    expect(stage.userAgent.counts).toMatchObject({ client: 0, dialogs: 0 });
  });

  it('before it is open is an error', async () => {
    const userAgent = sip({ listen: [] });
    await expect(userAgent.invite(target, new RecordingReceiver())).rejects.toMatchObject({
      code: 'not-open',
    });
  });
});
