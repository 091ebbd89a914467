import { describe, expect, it } from '@jest/globals';
import { Address } from '@usher/core';
import { RecordingReceiver } from '@usher/core/testing';

import { sip } from '../../src/index.js';
import { readRequest, readResponse, TCP } from '../endpoint/bench.js';
import { invite, request, response } from '../endpoint/peer.js';
import { House } from './house.js';
import { Stage } from './stage.js';

const NOTHING = { bytes: new Uint8Array() };
const target = Address.parse('sip:alice@192.0.2.2:5080');

describe('opening a user agent', () => {
  it('where a listener is everywhere, and nobody says what peers are told, is an error that says what to write', async () => {
    const everywhere = [{ transport: 'udp', address: '0.0.0.0', port: 5060 }];
    await expect(Stage.open({}, everywhere)).rejects.toMatchObject({
      code: 'no-advertise',
      message: expect.stringContaining("advertise: '"),
    });
    const stage = await Stage.open({ advertise: 'sip.example.com:5062' }, everywhere);
    await stage.receive(invite());
    expect(stage.response().contacts[0]?.uri).toBe('sip:bot@sip.example.com:5062');
    expect(stage.userAgent.listening).toEqual(everywhere);
  });

  it.each(['', 'a b', 'sip:host', 'host:0', 'host:65536', '[::1'])(
    'with %j to be told to peers is an error',
    async (advertise) => {
      await expect(Stage.open({ advertise })).rejects.toMatchObject({ code: 'bad-advertise' });
    },
  );

  it('tells an IPv6 address in brackets', async () => {
    const stage = await Stage.open({}, [{ transport: 'udp', address: '2001:db8::1', port: 5060 }]);
    await stage.receive(invite());
    const ok = stage.response();
    expect(ok.contacts[0]?.uri).toBe('sip:bot@[2001:db8::1]:5060');
    expect(new TextDecoder().decode(ok.body)).toContain('c=IN IP6 2001:db8::1\r\n');
  });

  it('with a proxy that is none is an error as it is made', () => {
    expect(() => sip({ listen: [], proxy: 'proxy.example.com' })).toThrow(
      expect.objectContaining({ code: 'bad-proxy' }),
    );
  });

  it('lets wait what arrives before all places are listened at', async () => {
    const stage = await Stage.open();
    await stage.userAgent.close();
    const { network } = stage;
    const open = network.open.bind(network);
    network.open = async (events) => {
      const listening = await open(events);
      events.receive(new TextEncoder().encode(invite()), TCP);
      return listening;
    };
    await stage.userAgent.open(stage.house);
    await stage.clock.settle();
    expect(stage.house.knocks).toHaveLength(1);
  });
});

describe('a listener', () => {
  it.each([
    ['127.0.0.1:5060', 'no SIP URI'],
    ['sip:127.0.0.1;transport=carrier-pigeon', 'transport "carrier-pigeon"'],
    ['sip:localhost:5060', 'numeric'],
    ['sip:bot@127.0.0.1:5060', 'user'],
    ['sips:127.0.0.1;transport=udp', 'transport "udp"'],
    ['tel:+49301234', 'no SIP URI|scheme'],
    ['sip:127.0.0.1:99999', 'no SIP URI'],
    ['', 'no SIP URI'],
  ])('that reads %j is an error that says what to write', (listen, why) => {
    expect(() => sip({ listen: [listen] })).toThrow(
      expect.objectContaining({
        code: 'bad-listener',
        message: expect.stringMatching(
          new RegExp(`${why}.*sip:127\\.0\\.0\\.1:5060;transport=udp`),
        ),
      }),
    );
  });

  it('that reads as one should is listened at, with port 0 for any that is free', async () => {
    const userAgent = sip({
      name: 'edge',
      listen: [
        'sip:127.0.0.1:0',
        'sip:127.0.0.1:0;transport=tcp',
        'sip:127.0.0.1:0;transport=ws',
        'sip:[::1]:0;transport=tcp',
      ],
    });
    await userAgent.open(new House());
    expect(userAgent.listening.map(({ transport, address }) => [transport, address])).toEqual([
      ['udp', '127.0.0.1'],
      ['tcp', '127.0.0.1'],
      ['ws', '127.0.0.1'],
      ['tcp', '::1'],
    ]);
    for (const { port } of userAgent.listening) expect(port).toBeGreaterThan(0);
    expect(userAgent.name).toBe('edge');
    await userAgent.close();
    expect(userAgent.listening).toEqual([]);
  });
});

describe('closing a user agent', () => {
  it('answers who waits 503, says BYE to who talks, and takes its own invitations back', async () => {
    const stage = await Stage.open();
    await stage.session();
    stage.house.decide = () => {};
    await stage.receive(invite({ callId: 'waiting', branch: 'z9hG4bKw' }));
    const pager = request('MESSAGE', {
      callId: 'pager',
      extra: ['Content-Type: text/plain'],
      body: 'x',
      from: '<sip:b@example.com>;tag=b',
    });
    await stage.receive(pager);
    const invited = stage.userAgent.invite(target, new RecordingReceiver());
    const ours = stage.request();
    await stage.receive(response(ours, 180, 'Ringing'));
    const closing = stage.userAgent.close();
    const sent = stage.take();
    const seen = sent.map(({ text }) =>
      text.startsWith('SIP') ? text.slice(8, 11) : text.split(' ')[0],
    );
    expect(seen).toEqual(['BYE', '503', 'CANCEL', '503']);
    for (const one of sent) {
      if (one.text.startsWith('BYE')) await stage.respond(readRequest(one));
    }
    await stage.receive(response(ours, 487, 'Request Terminated'));
    await closing;
    expect(await invited).toMatchObject({ type: 'rejected', status: 487 });
    expect(stage.network.closed).toBe(true);
    expect(stage.talk.heard.ends).toEqual([{ by: 'host', why: 'drain' }]);
    expect(stage.house.knocks.slice(1).every(({ invitation }) => invitation.signal.aborted)).toBe(
      true,
    );
    expect(stage.clock.now()).toBe(0);
  });

  it('waits two seconds for who is silent, and no longer', async () => {
    const stage = await Stage.open();
    await stage.session();
    const { medium } = stage.talk;
    const invited = stage.userAgent.invite(target, new RecordingReceiver());
    const seen: string[] = [];
    void stage.userAgent.close().then(() => seen.push('closed'));
    void medium?.end({ by: 'host', why: 'drain' }).then(() => seen.push('ended'));
    await stage.clock.advance(1_999);
    expect(seen).toEqual([]);
    await stage.clock.advance(1);
    expect(seen.toSorted()).toEqual(['closed', 'ended']);
    expect(await invited).toMatchObject({ type: 'rejected' });
    expect(stage.clock.waiting).toBe(0);
    await stage.receive(invite());
    expect(stage.house.knocks).toHaveLength(1);
  });

  it('leaves nothing of sessions that are in the middle of something', async () => {
    const stage = await Stage.open();
    await stage.receive(invite());
    expect(readResponse(stage.take()[0] ?? NOTHING).status).toBe(200);
    const { medium } = stage.talk;
    const said = medium?.send({ contentType: 'text/plain', body: new Uint8Array(1) }, '1');
    const closing = stage.userAgent.close();
    await stage.clock.advance(2_000);
    await closing;
    expect(await said).toMatchObject({ type: 'failed' });
    expect(stage.clock.waiting).toBe(0);
  });
});

describe('a user agent', () => {
  it('keeps nothing of what is over', async () => {
    const stage = await Stage.open();
    stage.house.decide = (knock) => void knock.answer({ type: 'reject', status: 486 });
    await stage.receive(invite({ callId: 'refused' }));
    stage.house.decide = () => {};
    await stage.receive(invite({ callId: 'cancelled', branch: 'z9hG4bKk' }));
    await stage.receive(request('CANCEL', { callId: 'cancelled', branch: 'z9hG4bKk' }));
    stage.house.refusal = { status: 503 };
    await stage.receive(invite({ callId: 'full' }));
    await stage.receive(invite({ callId: 'unreadable', body: 'x' }));
    const declined = stage.userAgent.invite(target, new RecordingReceiver());
    const sent = stage.take().find(({ text }) => text.startsWith('INVITE'));
    await stage.receive(response(readRequest(sent ?? NOTHING), 486, 'Busy'));
    await declined;
    await stage.clock.advance(100_000);
    const rest = { dialogs: 0, pending: 0, server: 0, client: 0, connections: 0 };
    expect(stage.userAgent.counts).toEqual({ ...rest, parties: 0, pagers: 0, deliveries: 0 });
    expect(stage.clock.waiting).toBe(0);
  });
});

describe('what a peer does wrong', () => {
  it('is told to the house, with who did it and what answered it', async () => {
    const stage = await Stage.open();
    await stage.receive(request('BYE', { toTag: 'nobody' }));
    await stage.receive('noise\r\n\r\n', TCP);
    expect(stage.house.violations).toMatchObject([
      { code: 'unknown-dialog', peer: 'udp 192.0.2.2:5080', status: 481 },
      { peer: 'tcp 192.0.2.2:40000' },
    ]);
  });

  it('on a stream that cannot be cut any more ends the connection', async () => {
    const stage = await Stage.open();
    await stage.receive(request('OPTIONS').replace('Content-Length: 0', 'Content-Length: x'), TCP);
    expect(stage.network.disconnected).toEqual([TCP]);
  });
});
