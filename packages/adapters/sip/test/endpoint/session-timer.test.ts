import { describe, expect, it } from '@jest/globals';

import { Bench, readRequest, readResponse, UDP } from './bench.js';
import { accepted, ack, answer, established, invite, OFFER, response, within } from './peer.js';
import { invite as inviteOut } from './inviting.js';

const TIMED = { interval: 1_800 };
const ALLOWING = ['Allow: INVITE, ACK, BYE, UPDATE'];
const CONTACT = '<sip:alice@192.0.2.2:5080>';

const timer = (value: string): string[] => ['Supported: timer', `Session-Expires: ${value}`];

/** Lets almost so many seconds pass, and sees that nothing leaves; then the last one. */
function quietUntil(bench: Bench, seconds: number): void {
  bench.elapse((seconds - 1) * 1_000);
  expect(bench.take()).toEqual([]);
  bench.elapse(1_000);
}

describe('a session timer that a peer asks for', () => {
  it.each([
    ['1800;refresher=uas', '1800;refresher=uas', undefined],
    ['1800;refresher=uac', '1800;refresher=uac', 'timer'],
    ['1800', '1800;refresher=uac', 'timer'],
    // RFC 4028, 9: it may be made shorter, and never longer.
    ['7200;refresher=uac', '1800;refresher=uac', 'timer'],
    ['90;refresher=uas', '90;refresher=uas', undefined],
  ])('as %s is agreed to as %s', (asked, agreed, require) => {
    const bench = new Bench(TIMED);
    const ok = accepted(bench, { extra: timer(asked) });
    expect(ok.get('Session-Expires')).toBe(agreed);
    expect(ok.get('Require')).toBe(require);
  });

  it('is not made shorter than its Min-SE', () => {
    const bench = new Bench(TIMED);
    const ok = accepted(bench, { extra: [...timer('7200'), 'Min-SE: 3600'] });
    expect(ok.get('Session-Expires')).toBe('3600;refresher=uac');
  });

  it('is agreed to where it is required, and where we ask for none ourselves', () => {
    const bench = new Bench();
    const extra = ['Require: timer', 'Session-Expires: 600'];
    expect(accepted(bench, { extra }).get('Session-Expires')).toBe('600;refresher=uac');
  });

  it('that only a proxy has asked for is kept by us, who refresh', () => {
    const bench = new Bench(TIMED);
    const ok = accepted(bench, { extra: ['Session-Expires: 600'] });
    expect(ok.get('Session-Expires')).toBe('600;refresher=uas');
  });

  it('below 90 seconds is answered 422 with how much is enough', () => {
    const bench = new Bench(TIMED);
    bench.receive(invite({ extra: timer('89') }));
    const refused = bench.response();
    expect(refused.status).toBe(422);
    expect(refused.get('Min-SE')).toBe('90');
  });

  it('that is unreadable is taken as none', () => {
    const bench = new Bench(TIMED);
    const ok = accepted(bench, { extra: timer('soon') });
    expect(ok.get('Session-Expires')).toBe('1800;refresher=uac');
  });

  it('of which the peer has taken care no more ends the session 32 seconds before it runs out', () => {
    const bench = new Bench(TIMED);
    established(bench, { extra: timer('1800;refresher=uac') });
    quietUntil(bench, 1_800 - 32);
    expect(bench.request().method).toBe('BYE');
    expect(bench.event('ended')).toMatchObject({ by: 'network', status: 408 });
  });

  it('runs anew with each UPDATE of the peer, and with each INVITE', () => {
    const bench = new Bench(TIMED);
    const extra = timer('1800;refresher=uac');
    const ok = established(bench, { extra });
    bench.elapse(1_000_000);
    bench.receive(within(ok, 'UPDATE', 2, { extra, contact: CONTACT }));
    const updated = bench.response();
    expect(updated.status).toBe(200);
    expect(updated.get('Session-Expires')).toBe('1800;refresher=uac');
    bench.elapse(1_000_000);
    bench.receive(within(ok, 'INVITE', 3, { extra, contact: CONTACT }));
    bench.execute({
      type: 'respond',
      transaction: bench.event('offered').transaction,
      answer: { status: 200 },
    });
    expect(bench.response().get('Session-Expires')).toBe('1800;refresher=uac');
    bench.receive(ack(ok, { sequence: 3 }));
    quietUntil(bench, 1_800 - 32);
    expect(bench.request().method).toBe('BYE');
  });
});

describe('a session that we refresh', () => {
  it('is refreshed by UPDATE at half its time, again and again', () => {
    const bench = new Bench(TIMED);
    established(bench, { extra: [...timer('1800;refresher=uas'), ...ALLOWING] });
    for (let round = 0; round < 3; round += 1) {
      quietUntil(bench, 900);
      const update = bench.request();
      expect(update.method).toBe('UPDATE');
      expect(update.get('Session-Expires')).toBe('1800;refresher=uac');
      expect(update.supported).toContain('timer');
      expect(update.contacts).toHaveLength(1);
      expect(update.body).toHaveLength(0);
      bench.receive(
        response(update, 200, 'OK', { extra: ['Session-Expires: 1800;refresher=uac'] }),
      );
    }
    expect(bench.endpoint.counts.dialogs).toBe(1);
  });

  it('of a peer that knows nothing of timers is refreshed all the same, without a word of it before', () => {
    const bench = new Bench(TIMED);
    const ok = established(bench, { extra: ALLOWING });
    expect(ok.get('Session-Expires')).toBeUndefined();
    quietUntil(bench, 900);
    bench.receive(response(bench.request(), 200));
    quietUntil(bench, 900);
    expect(bench.request().method).toBe('UPDATE');
  });

  it('is over when the peer does not answer any more: BYE, and the house hears of 408', () => {
    const bench = new Bench(TIMED);
    established(bench, { extra: ALLOWING });
    bench.elapse(900_000 + 32_000);
    expect(bench.event('ended')).toMatchObject({ by: 'network', status: 408 });
    expect(readRequest(bench.take().at(-1) ?? { bytes: new Uint8Array() }).method).toBe('BYE');
  });

  it('is over when the peer does not know it any more (481)', () => {
    const bench = new Bench(TIMED);
    established(bench, { extra: ALLOWING });
    bench.elapse(900_000);
    bench.receive(response(bench.request(), 481, 'Gone'));
    expect(bench.event('ended')).toMatchObject({ by: 'network', status: 481 });
    expect(bench.request().method).toBe('BYE');
  });

  it('goes on where the peer refuses the refresh, as it is there', () => {
    const bench = new Bench(TIMED);
    established(bench, { extra: ALLOWING });
    bench.elapse(900_000);
    bench.receive(response(bench.request(), 500, 'Oops'));
    expect(bench.types).not.toContain('ended');
    quietUntil(bench, 900);
    expect(bench.request().method).toBe('UPDATE');
  });

  it('is asked for again as a longer one where the peer says 422', () => {
    const bench = new Bench(TIMED);
    established(bench, { extra: ALLOWING });
    bench.elapse(900_000);
    bench.receive(response(bench.request(), 422, 'Too Small', { extra: ['Min-SE: 3600'] }));
    expect(bench.request().get('Session-Expires')).toBe('3600;refresher=uac');
  });

  it('is refreshed by INVITE with the description as it is, where the peer takes no UPDATE', () => {
    const bench = new Bench(TIMED);
    bench.observe = (event) => {
      if (event.type !== 'refreshing') return;
      bench.execute({ type: 'refresh', usage: event.usage, body: new TextEncoder().encode(OFFER) });
    };
    established(bench);
    quietUntil(bench, 900);
    const again = bench.request();
    expect(again.method).toBe('INVITE');
    expect(again.mediaType).toBe('application/sdp');
    const ok = response(again, 200, 'OK', { contact: CONTACT });
    bench.receive(ok);
    const first = bench.request();
    expect([first.method, first.cseq.number]).toEqual(['ACK', again.cseq.number]);
    // RFC 3261, 13.2.2.4: each 2xx has its ACK.
    bench.receive(ok);
    expect(bench.request().method).toBe('ACK');
    quietUntil(bench, 900);
    expect(bench.request().method).toBe('INVITE');
  });

  it('is refreshed by INVITE from then on, where UPDATE is answered 405', () => {
    const bench = new Bench(TIMED);
    established(bench, { extra: ALLOWING });
    bench.elapse(900_000);
    bench.receive(response(bench.request(), 405, 'No'));
    expect(bench.types).toContain('refreshing');
  });

  it('says a description of several media as it was, so that their number stays (RFC 3264, 8)', () => {
    const bench = new Bench(TIMED);
    bench.receive(invite());
    const body = new TextEncoder().encode(`${OFFER}m=audio 0 RTP/AVP 0\r\n`);
    bench.execute({
      type: 'respond',
      transaction: bench.event('invited').transaction,
      answer: { status: 200, body },
    });
    bench.receive(ack(bench.response()));
    bench.elapse(900_000);
    expect([...bench.request().body]).toEqual([...body]);
  });

  it('is given up where its INVITE is only ever answered provisionally', () => {
    const bench = new Bench(TIMED);
    bench.observe = (event) => {
      if (event.type !== 'refreshing') return;
      bench.execute({ type: 'refresh', usage: event.usage, body: new TextEncoder().encode(OFFER) });
    };
    established(bench);
    bench.elapse(900_000);
    bench.receive(response(bench.request(), 180, 'Ringing'));
    bench.elapse(60_000);
    expect(bench.request().method).toBe('CANCEL');
    bench.elapse(32_000);
    expect(bench.event('ended')).toMatchObject({ by: 'network', status: 408 });
  });

  it('asks nothing of anybody once it is over', () => {
    const bench = new Bench(TIMED);
    const ok = established(bench, { extra: ALLOWING });
    bench.receive(within(ok, 'BYE', 2));
    bench.take();
    bench.elapse(4_000_000);
    expect(bench.take()).toEqual([]);
    expect(bench.endpoint.deadline).toBeUndefined();
  });

  it('is one of five thousand, each of them refreshed', () => {
    const bench = new Bench(TIMED);
    for (let index = 0; index < 5_000; index += 1) {
      const callId = `c${index}`;
      bench.receive(invite({ callId, tag: callId, extra: ALLOWING }));
      answer(bench, 200);
      bench.receive(ack(bench.response(), { callId, tag: callId }));
    }
    bench.take();
    bench.elapse(899_000);
    expect(bench.take()).toEqual([]);
    bench.elapse(1_020);
    expect(bench.take()).toHaveLength(5_000);
  });
});

describe('an invitation of ours', () => {
  it('asks for a timer, and refreshes where the peer says nothing of one', () => {
    const bench = new Bench(TIMED);
    const asked = inviteOut(bench);
    expect(asked.get('Session-Expires')).toBe('1800');
    expect(asked.supported).toEqual(['timer', 'replaces', 'norefersub']);
    bench.receive(response(asked, 200, 'OK', { contact: CONTACT, extra: ALLOWING, body: '' }));
    expect(bench.request().method).toBe('ACK');
    quietUntil(bench, 900);
    expect(bench.request().method).toBe('UPDATE');
  });

  it('leaves it to the peer where it says so, and ends without it', () => {
    const bench = new Bench(TIMED);
    const extra = ['Session-Expires: 600;refresher=uas', 'Require: timer'];
    bench.receive(response(inviteOut(bench), 200, 'OK', { contact: CONTACT, extra }));
    bench.take();
    quietUntil(bench, 600 - 32);
    expect(bench.request().method).toBe('BYE');
  });

  it('that is answered 422 is sent again with the longer time that the peer wants', () => {
    const bench = new Bench(TIMED);
    const asked = inviteOut(bench);
    bench.receive(response(asked, 422, 'Too Small', { extra: ['Min-SE: 3600'] }));
    const [, sent] = bench.take();
    const again = readRequest(sent ?? { bytes: new Uint8Array() });
    expect(again.method).toBe('INVITE');
    expect(again.callId).toBe(asked.callId);
    expect(again.fromTag).toBe(asked.fromTag);
    expect(again.cseq.number).toBe(2);
    expect(again.get('Session-Expires')).toBe('3600');
    expect(again.get('Min-SE')).toBe('3600');
    bench.receive(response(again, 422, 'Too Small', { extra: ['Min-SE: 3600'] }));
    expect(bench.event('declined')).toMatchObject({ status: 422 });
  });

  it('says nothing of timers where we ask for none', () => {
    const bench = new Bench();
    expect(inviteOut(bench).get('Session-Expires')).toBeUndefined();
  });
});

describe('two who change one session at the same time', () => {
  function glaring(): { bench: Bench; ok: ReturnType<typeof established> } {
    const bench = new Bench(TIMED);
    bench.observe = (event) => {
      if (event.type !== 'refreshing') return;
      bench.execute({ type: 'refresh', usage: event.usage, body: new TextEncoder().encode(OFFER) });
    };
    const ok = established(bench);
    bench.elapse(900_000);
    return { bench, ok };
  }

  it('both hear 491, and whoever did not begin the dialog tries again within two seconds', () => {
    const { bench, ok } = glaring();
    const ours = bench.request();
    bench.receive(within(ok, 'INVITE', 2, { contact: CONTACT }));
    expect(bench.response().status).toBe(491);
    bench.receive(ack(ok, { sequence: 2 }));
    bench.receive(response(ours, 491, 'Request Pending'));
    expect(bench.request().method).toBe('ACK');
    bench.elapse(2_000);
    expect(bench.take().map(({ text }) => text.split(' ')[0])).toContain('INVITE');
  });

  it('one of whom refreshes by an UPDATE without an offer are not in each other’s way', () => {
    const { bench, ok } = glaring();
    bench.take();
    bench.receive(within(ok, 'UPDATE', 2, { contact: CONTACT }));
    expect(bench.response().status).toBe(200);
    const extra = ['Content-Type: application/sdp'];
    bench.receive(within(ok, 'UPDATE', 3, { contact: CONTACT, extra, body: OFFER }));
    expect(bench.response().status).toBe(491);
  });

  it('one of whom owns the Call-ID waits two seconds at least', () => {
    const bench = new Bench(TIMED);
    bench.receive(response(inviteOut(bench), 200, 'OK', { contact: CONTACT, extra: ALLOWING }));
    bench.take();
    bench.elapse(900_000);
    bench.receive(response(bench.request(), 491, 'Request Pending'));
    bench.elapse(2_099);
    expect(bench.take()).toEqual([]);
    bench.elapse(1_901);
    const [again] = bench.take();
    expect(again?.text).toMatch(/^UPDATE /);
  });
});

describe('UPDATE', () => {
  it('with an offer is laid before the house, whose 200 needs no ACK', () => {
    const bench = new Bench();
    const ok = established(bench);
    const extra = ['Content-Type: application/sdp'];
    const contact = '<sip:alice@192.0.2.9:5099>';
    bench.receive(within(ok, 'UPDATE', 2, { extra, body: OFFER, contact }));
    const { transaction } = bench.event('offered');
    bench.execute({ type: 'respond', transaction, answer: { status: 200 } });
    expect(bench.response().contacts).toHaveLength(1);
    bench.elapse(64_000);
    expect(bench.take()).toEqual([]);
    expect(bench.event('invited').usage.dialog?.remoteTarget).toBe('sip:alice@192.0.2.9:5099');
  });

  it('must not lead us where the dialog does not lead', () => {
    const bench = new Bench();
    const ok = established(bench);
    bench.receive(within(ok, 'UPDATE', 2, { contact: '<sip:alice@127.0.0.1:5080>' }));
    expect(bench.response().status).toBe(403);
  });

  it('while the INVITE has no final answer is to be tried again later: 500', () => {
    const bench = new Bench();
    bench.receive(invite());
    bench.elapse(500);
    const [, sent] = bench.take();
    const ringing = readResponse(sent ?? { bytes: new Uint8Array() });
    expect(ringing.status).toBe(180);
    bench.receive(within(ringing, 'UPDATE', 2, { contact: CONTACT }));
    const refused = bench.response();
    expect(refused.status).toBe(500);
    expect(refused.get('Retry-After')).toMatch(/^\d+$/);
  });

  it('with an offer while our 200 has no ACK is to be tried again later, and without one it is not', () => {
    const bench = new Bench();
    const ok = accepted(bench);
    const extra = ['Content-Type: application/sdp'];
    bench.receive(within(ok, 'UPDATE', 2, { extra, body: OFFER, contact: CONTACT }));
    expect(bench.response().status).toBe(500);
    bench.receive(within(ok, 'UPDATE', 3, { contact: CONTACT }));
    expect(bench.response().status).toBe(200);
  });

  it('with a body that is no description is answered 415', () => {
    const bench = new Bench();
    const ok = established(bench);
    bench.receive(within(ok, 'UPDATE', 2, { extra: ['Content-Type: text/x'], body: 'x' }));
    expect(bench.response().status).toBe(415);
  });

  it('of somebody else than the peer is answered 403', () => {
    const bench = new Bench();
    const ok = established(bench);
    const other = { ...UDP, remote: { address: '198.51.100.7', port: 5080 } };
    bench.receive(within(ok, 'UPDATE', 2), other);
    expect(bench.response().status).toBe(403);
  });
});
