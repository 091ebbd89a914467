import { describe, expect, it } from '@jest/globals';
import { Address } from '@usher/core';
import type { Invited, InviteOptions } from '@usher/core/adapter';
import { RecordingReceiver } from '@usher/core/testing';

import type { SipRequest } from '../../src/syntax/message.js';
import { OFFER, response } from '../endpoint/peer.js';
import { readRequest } from '../endpoint/bench.js';
import { Stage } from './stage.js';

const target = Address.parse('sip:alice@192.0.2.2:5080');

interface Scene {
  readonly stage: Stage;
  readonly invited: Promise<Invited>;
}

async function inviting(options: InviteOptions = {}, to = target): Promise<Scene> {
  const stage = await Stage.open({ address: 'sip:usher@example.org' });
  const invited = stage.userAgent.invite(to, new RecordingReceiver(), {
    redirects: 'follow',
    ...options,
  });
  return { stage, invited };
}

/** The INVITE that left last; the ACK before it is passed over. */
function last(stage: Stage): SipRequest {
  const sent = stage.take().map(readRequest);
  const [invite, ...more] = sent.filter(({ method }) => method === 'INVITE');
  if (invite === undefined || more.length > 0) {
    throw new Error(`one INVITE was expected: ${sent.map(({ method }) => method).join()}`);
  }
  return invite;
}

async function redirect(
  stage: Stage,
  to: SipRequest,
  contact: string,
  status = 302,
): Promise<void> {
  await stage.receive(response(to, status, 'Moved Temporarily', { contact }));
}

describe('a redirection is followed (RFC 3261, 8.1.3.4)', () => {
  it('by an INVITE to the preferred contact, with To and From as they were', async () => {
    const { stage, invited } = await inviting({ subject: 'hi' });
    const first = stage.request();
    const contact = '<sip:b@192.0.2.3>;q=0.2, <sip:a@192.0.2.4:5070;transport=udp>;q=0.8';
    await redirect(stage, first, contact);
    const second = last(stage);
    expect([second.uri, second.to.uri, second.from.uri, second.get('Subject')]).toEqual([
      'sip:a@192.0.2.4:5070;transport=udp',
      'sip:alice@192.0.2.2:5080',
      'sip:usher@example.org',
      'hi',
    ]);
    expect([first.get('Call-ID'), first.cseq.number]).not.toEqual([
      second.get('Call-ID'),
      second.cseq.number,
    ]);
    const extra = ['Content-Type: application/sdp'];
    const ok = { contact: '<sip:a@192.0.2.4:5070>', extra, body: OFFER };
    await stage.receive(response(second, 200, 'OK', ok));
    expect(await invited).toMatchObject({
      type: 'accepted',
      peer: Address.parse('sip:a@192.0.2.4:5070'),
    });
  });

  it('and the next contact where that one fails, as History-Info then tells (RFC 7044)', async () => {
    const { stage, invited } = await inviting();
    const first = stage.request();
    expect(first.get('History-Info')).toBeUndefined();
    await redirect(stage, first, '<sip:b@192.0.2.3>;q=0.2, <sip:a@192.0.2.4>;q=0.8');
    const second = last(stage);
    expect(second.get('History-Info')).toBe(
      '<sip:alice@192.0.2.2:5080?Reason=SIP%3Bcause%3D302%3Btext%3D%22Moved%20Temporarily%22>;index=1, ' +
        '<sip:a@192.0.2.4>;index=1.1;mp=1',
    );
    await stage.receive(response(second, 486, 'Busy Here'));
    const third = last(stage);
    expect(third.uri).toBe('sip:b@192.0.2.3');
    expect(third.list('History-Info')).toHaveLength(3);
    await stage.receive(response(third, 480, 'Temporarily Unavailable'));
    expect(await invited).toEqual({
      type: 'rejected',
      status: 480,
      text: 'Temporarily Unavailable',
    });
    expect(stage.userAgent.counts).toMatchObject({ parties: 0 });
  });

  it('but a 6xx is the last word', async () => {
    const { stage, invited } = await inviting();
    await redirect(stage, stage.request(), '<sip:b@192.0.2.3>, <sip:a@192.0.2.4>');
    await stage.receive(response(last(stage), 603, 'Decline'));
    expect(await invited).toMatchObject({ type: 'rejected', status: 603 });
  });

  it('no URI is tried twice: whoever sends us round is not followed', async () => {
    const { stage, invited } = await inviting();
    await redirect(stage, stage.request(), '<sip:b@192.0.2.3>');
    await redirect(stage, last(stage), '<sip:ALICE@192.0.2.2:5080>, <sip:alice@192.0.2.2:5080>');
    const third = last(stage);
    expect(third.uri).toBe('sip:ALICE@192.0.2.2:5080');
    await redirect(stage, third, '<sip:b@192.0.2.3?Subject=evil>, <sip:b@192.0.2.3;method=BYE>');
    expect(await invited).toMatchObject({ type: 'forwarded', status: 302 });
    expect(stage.take().map((sent) => readRequest(sent).method)).toEqual(['ACK']);
  });

  it('and five are followed at most', async () => {
    const { stage, invited } = await inviting();
    let invite = stage.request();
    for (let hop = 1; hop <= 5; hop += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one hop after the other
      await redirect(stage, invite, `<sip:hop${hop}@192.0.2.3>`);
      invite = last(stage);
      expect(invite.uri).toBe(`sip:hop${hop}@192.0.2.3`);
    }
    await redirect(stage, invite, '<sip:hop6@192.0.2.3>');
    expect(await invited).toEqual({
      type: 'forwarded',
      status: 302,
      targets: ['sip:hop6@192.0.2.3'],
    });
  });

  it('never from sips to sip, nor to a scheme of which we know nothing', async () => {
    const secure = Address.parse('sips:alice@192.0.2.2:5080');
    const { stage, invited } = await inviting({}, secure);
    await redirect(
      stage,
      stage.request(),
      '<sip:alice@192.0.2.2>, <tel:+1555>, <https://a.example>',
    );
    expect(await invited).toMatchObject({ type: 'forwarded', status: 302 });
  });

  it('nor to where the house does not allow it', async () => {
    const { stage, invited } = await inviting({ allows: ({ host }) => host === '192.0.2.4' });
    await redirect(stage, stage.request(), '<sip:a@192.0.2.3>, <sip:b@192.0.2.4>;q=0.1');
    const second = last(stage);
    expect(second.uri).toBe('sip:b@192.0.2.4');
    await redirect(stage, second, '<sip:c@192.0.2.3>');
    expect(await invited).toMatchObject({ type: 'forwarded', targets: ['sip:c@192.0.2.3'] });
  });

  it('and not where we are only to be told of it', async () => {
    const { stage, invited } = await inviting({ redirects: 'tell' });
    await redirect(stage, stage.request(), '<sip:a@192.0.2.3>');
    expect(await invited).toMatchObject({ type: 'forwarded', targets: ['sip:a@192.0.2.3'] });
  });

  it('nor after it was taken back', async () => {
    const abort = new AbortController();
    const { stage, invited } = await inviting({ signal: abort.signal });
    const first = stage.request();
    abort.abort();
    await redirect(stage, first, '<sip:a@192.0.2.3>');
    expect(await invited).toMatchObject({ type: 'forwarded' });
    expect(stage.take().map((sent) => readRequest(sent).method)).toEqual(['ACK']);
  });

  it('and taken back, the one that it was followed by hears a CANCEL', async () => {
    const abort = new AbortController();
    const { stage, invited } = await inviting({ signal: abort.signal });
    await redirect(stage, stage.request(), '<sip:a@192.0.2.3>');
    const second = last(stage);
    await stage.receive(response(second, 180, 'Ringing'));
    abort.abort();
    expect(stage.request().method).toBe('CANCEL');
    await stage.receive(response(second, 487, 'Request Terminated'));
    expect(await invited).toMatchObject({ type: 'rejected', status: 487 });
  });
});

describe('an invitation of ours', () => {
  it('says its conversation by both names, how far it may go, and what it is decorated with', async () => {
    const { stage } = await inviting({
      conversationId: 'c-1',
      hops: 6,
      headers: [['X-Team', 'blue']],
    });
    const sent = stage.request();
    expect(
      ['Conversation-ID', 'Ms-Conversation-ID', 'Max-Forwards', 'X-Team'].map((name) =>
        sent.get(name),
      ),
    ).toEqual(['c-1', 'c-1', '6', 'blue']);
  });

  it('tells where it has been before', async () => {
    const desk = Address.parse('sip:desk@example.org');
    const { stage } = await inviting({
      history: [{ address: desk, status: 302 }, { address: Address.parse('sip:b@example.org') }],
    });
    expect(stage.request().get('History-Info')).toBe(
      '<sip:desk@example.org?Reason=SIP%3Bcause%3D302>;index=1, ' +
        '<sip:b@example.org>;index=1.1;mp=1, <sip:alice@192.0.2.2:5080>;index=1.1.1;mp=1.1',
    );
  });
});

describe('a user agent', () => {
  it('knows by what addresses it is known', async () => {
    const stage = await Stage.open({ address: 'sip:usher@example.org' });
    expect(stage.userAgent.addresses.map(String)).toEqual([
      'sip:usher@example.org',
      'sip:192.0.2.1:5060',
      'sip:192.0.2.1:5060',
      'sip:192.0.2.1:8080',
    ]);
  });
});
