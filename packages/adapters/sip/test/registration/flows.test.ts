import { describe, expect, it } from '@jest/globals';
import type { Flow } from '@usher/core/adapter';

import { Trust } from '../../src/endpoint/trust.js';
import { UDP } from '../endpoint/bench.js';
import { accepted, invite, request } from '../endpoint/peer.js';
import { REGISTRAR, REGISTRAR_UDP, Stage } from './stage.js';

const OUTBOUND = { extra: ['Require: outbound'] };
/** The flow on which a new connection to the registrar is known. */
const AGAIN: Flow = { ...REGISTRAR, connection: 22 };

/** Time passes until something is sent; how long that took. */
function untilSent(stage: Stage): number {
  const { bench } = stage;
  const since = bench.now;
  while (bench.sent.length === 0) bench.elapse(500);
  return bench.now - since;
}

describe('the flow that we registered on', () => {
  it('is pinged by a double CRLF every 95 to 120 seconds (RFC 5626, 4.4.1)', () => {
    const stage = new Stage();
    stage.registered(OUTBOUND);
    for (let round = 0; round < 5; round += 1) {
      const after = untilSent(stage);
      expect(after).toBeGreaterThanOrEqual(95_000);
      expect(after).toBeLessThanOrEqual(120_500);
      expect(stage.pings()).toBe(1);
      stage.bench.receive('\r\n', REGISTRAR);
    }
  });

  it('is pinged every 24 to 29 seconds by datagram, so that an address translator keeps it open (RFC 5626, 4.4.2)', () => {
    const stage = new Stage([{ registrar: 'sip:192.0.2.9' }], {}, REGISTRAR_UDP);
    stage.registered();
    stage.bench.elapse(290_000);
    const pings = stage.pings();
    expect(pings).toBeGreaterThanOrEqual(10);
    expect(pings).toBeLessThanOrEqual(12);
    expect(stage.state.standing).toBe('registered');
  });

  it('is pinged within the time that the registrar gives (Flow-Timer, RFC 5626, 4.4)', () => {
    const stage = new Stage();
    stage.registered({ extra: ['Require: outbound', 'Flow-Timer: 30'] });
    const after = untilSent(stage);
    expect(after).toBeGreaterThanOrEqual(24_000);
    expect(after).toBeLessThanOrEqual(30_500);
  });

  it('is dead where a ping is not answered within ten seconds: it is closed, and another one registered on', () => {
    const stage = new Stage();
    const first = stage.registered(OUTBOUND);
    untilSent(stage);
    expect(stage.pings()).toBe(1);
    stage.bench.elapse(10_000);
    expect(stage.bench.event('unframed').flow.connection).toBe(REGISTRAR.connection);
    const [{ to } = {}] = stage.bench.sent;
    expect(to?.connection).toBeUndefined();
    const again = stage.bench.request();
    expect(again.callId).toBe(first.callId);
    expect(again.cseq.number).toBe(first.cseq.number + 1);
  });

  it('is held to pongs only where the registrar has agreed to them, or sent one', () => {
    const stage = new Stage();
    stage.registered();
    stage.bench.elapse(1_000_000);
    expect(stage.state.standing).toBe('registered');
    expect(stage.registers()).toEqual([]);

    untilSent(stage);
    stage.bench.receive('\r\n', REGISTRAR);
    stage.bench.elapse(131_000);
    expect(stage.registers()).toHaveLength(1);
  });

  it('lives where anything else comes instead of a pong', () => {
    const stage = new Stage();
    stage.registered(OUTBOUND);
    untilSent(stage);
    stage.bench.receive(
      request('OPTIONS', { via: 'SIP/2.0/TCP 192.0.2.9;branch=z9hG4bKo' }),
      REGISTRAR,
    );
    stage.bench.elapse(20_000);
    expect(stage.state.standing).toBe('registered');
  });

  it('is dead ten seconds after a ping though others follow, and though a refresh is under way', () => {
    const stage = new Stage();
    const { bench } = stage;
    stage.registered({ expires: 60, extra: ['Require: outbound', 'Flow-Timer: 6'] });
    let refresh = '';
    while (refresh === '') {
      bench.elapse(500);
      for (const { text } of bench.take()) {
        if (text === '\r\n\r\n') bench.receive('\r\n', REGISTRAR);
        else refresh = text;
      }
    }
    expect(refresh).toMatch(/^REGISTER/);
    bench.elapse(17_000);
    expect(bench.types).toContain('unframed');
    expect(stage.state.standing).toBe('registering');
    const again = bench.sent.find(({ text }) => text.startsWith('REGISTER'));
    expect(again).toBeDefined();
    expect(again?.to?.connection).toBeUndefined();
  });

  it('is not kept alive without outbound', () => {
    const stage = new Stage([{ outbound: false }]);
    stage.registered();
    stage.bench.elapse(1_000_000);
    expect(stage.pings()).toBe(0);
  });

  it('is kept alive after the binding is gone, for the sessions that rest on it', () => {
    const stage = new Stage();
    stage.registered(OUTBOUND);
    stage.bench.execute({ type: 'drain' });
    stage.answer(stage.bench.request(), 200);
    stage.bench.elapse(121_000);
    expect(stage.pings()).toBe(1);
  });
});

describe('a flow that is lost', () => {
  const close = (stage: Stage, flow: Flow = REGISTRAR): void =>
    stage.bench.execute({ type: 'closed', flow });

  it('is followed by another one at once', () => {
    const stage = new Stage();
    stage.registered();
    stage.bench.elapse(60_000);
    close(stage);
    const again = stage.bench.request();
    expect(again.method).toBe('REGISTER');
    expect(stage.state).toMatchObject({
      standing: 'registering',
      why: 'the way to the registrar was lost',
    });
    stage.flow = AGAIN;
    stage.bind(again);
    expect(stage.state.standing).toBe('registered');
  });

  it('that lasted no longer than the shortest pause is followed after a pause, so that nobody is hammered', () => {
    const stage = new Stage();
    let register = stage.open();
    let attempts = 0;
    while (stage.bench.now < 3_600_000) {
      attempts += 1;
      stage.flow = { ...REGISTRAR, connection: 100 + attempts };
      stage.bind(register);
      close(stage, stage.flow);
      ({ register } = stage.next());
    }
    // RFC 5626, 4.5: 30 to 60 s, 60 to 120 s, …, half an hour.
    expect(attempts).toBeLessThan(12);
  });

  it('is not looked for once we leave', () => {
    const stage = new Stage();
    stage.registered();
    stage.bench.execute({ type: 'drain' });
    stage.answer(stage.bench.request(), 200);
    close(stage);
    stage.bench.elapse(4_000_000);
    expect(stage.registers()).toEqual([]);
  });

  it('is known by the refresh that is not answered', () => {
    const stage = new Stage([{ registrar: 'sip:192.0.2.9' }], {}, REGISTRAR_UDP);
    stage.registered({ expires: 600 });
    stage.next();
    stage.bench.elapse(31_999);
    stage.registers();
    stage.bench.elapse(1);
    expect(stage.state.standing).toBe('registering');
    expect(stage.registers()).toHaveLength(1);
  });

  it('is another matter than some other connection', () => {
    const stage = new Stage();
    stage.registered();
    close(stage, { ...REGISTRAR, connection: 99 });
    expect(stage.registers()).toEqual([]);
  });
});

describe('whoever is at the other end of it', () => {
  const asserting = {
    via: 'SIP/2.0/TCP 192.0.2.9;branch=z9hG4bKp;rport',
    extra: ['P-Asserted-Identity: <sip:alice@example.com>'],
  };

  it('is trusted, as we went there', () => {
    const stage = new Stage();
    stage.registered();
    stage.bench.receive(invite(asserting), REGISTRAR);
    expect(stage.bench.event('invited').provenance).toMatchObject({
      trusted: true,
      identity: { how: 'asserted' },
    });
  });

  it('comes in where only trusted peers do; others do not', () => {
    const trust = new Trust({ networks: ['198.51.100.0/24'] });
    const stage = new Stage([{}], { trust });
    stage.registered();
    stage.bench.receive(invite(asserting), REGISTRAR);
    expect(stage.bench.types).toContain('invited');
    stage.bench.take();
    stage.bench.receive(invite({ callId: 'other' }), { ...REGISTRAR, connection: 31 });
    expect(stage.bench.response().status).toBe(403);
  });

  it('is trusted no longer once the connection is gone: its number may be anybody’s', () => {
    const stage = new Stage();
    stage.registered();
    stage.bench.execute({ type: 'closed', flow: REGISTRAR });
    stage.bench.take();
    stage.bench.receive(invite(asserting), REGISTRAR);
    expect(stage.bench.event('invited').provenance.trusted).toBe(false);
  });

  it('is not trusted by datagram, where anybody can feign an address, yet known to be there', () => {
    const stage = new Stage([{ registrar: 'sip:192.0.2.9' }], {}, REGISTRAR_UDP);
    stage.registered();
    const via = 'SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKp;rport';
    stage.bench.receive(invite({ ...asserting, via }), REGISTRAR_UDP);
    const { provenance, transaction } = stage.bench.event('invited');
    expect(provenance.trusted).toBe(false);
    // Whoever has proved to be there gets more than he has sent (see reachability).
    expect(transaction.credit).toBeUndefined();
  });

  it('makes nobody else be asked to prove anything', () => {
    const stage = new Stage();
    stage.registered();
    stage.bench.receive(invite(), UDP);
    expect(stage.bench.event('invited').provenance.trusted).toBe(false);
  });
});

describe('our Contact in a dialog by that flow', () => {
  const GRUU = 'sip:bot@example.com;gr=urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6';
  const wish = {
    uri: 'sip:bot@192.0.2.1:5060;transport=tcp',
    via: 'SIP/2.0/TCP 192.0.2.9;branch=z9hG4bKc;rport',
  };
  const contact = (stage: Stage, from: Flow = REGISTRAR, uri = wish.uri): string | undefined =>
    accepted(stage.bench, { ...wish, uri }, from).get('Contact');

  it('says that we are reached by it, where the registrar knows of flows (RFC 5626, 4.3)', () => {
    const stage = new Stage();
    stage.registered(OUTBOUND);
    expect(contact(stage)).toBe('<sip:bot@192.0.2.1:5060;transport=tcp;ob>');
  });

  it('is our globally routable one, where the registrar gives one (RFC 5627, 4.4.1)', () => {
    const stage = new Stage();
    stage.registered({ params: `;pub-gruu="${GRUU}";temp-gruu="sip:t@example.com;gr"` });
    expect(contact(stage)).toBe(`<${GRUU}>`);
  });

  it('is not that one for another user, nor by another way', () => {
    const stage = new Stage();
    stage.registered({ params: `;pub-gruu="${GRUU}"` });
    expect(contact(stage, REGISTRAR, 'sip:other@192.0.2.1')).not.toContain('gr=');
    const elsewhere = new Stage();
    elsewhere.registered({ params: `;pub-gruu="${GRUU}"` });
    expect(contact(elsewhere, { ...REGISTRAR, connection: 31 })).not.toContain('gr=');
  });

  it('is nothing that leads elsewhere than a SIP URI can', () => {
    for (const bad of ['https://example.com;gr', 'sip:bot@example.com', 'sip:a b@example.com;gr']) {
      const stage = new Stage();
      stage.registered({ params: `;pub-gruu="${bad}"` });
      expect(contact(stage)).toBe('<sip:bot@192.0.2.1:5060;transport=tcp>');
    }
  });

  it('is as ever in a REGISTER', () => {
    const stage = new Stage();
    stage.registered({ expires: 60, params: `;pub-gruu="${GRUU}"` });
    expect(stage.next().register.contacts[0]?.uri).toBe('sip:bot@192.0.2.1:5060;transport=tcp');
  });
});

describe('a service route', () => {
  it('is told with the binding, whole and in order (RFC 3608, 6.1)', () => {
    const stage = new Stage();
    stage.registered({
      extra: ['Service-Route: <sip:p1.example.com;lr>, <sip:p2.example.com;lr>'],
    });
    expect(stage.bench.event('registration').route).toEqual({
      value: '<sip:p1.example.com;lr>, <sip:p2.example.com;lr>',
      uri: 'sip:p1.example.com;lr',
    });
  });

  it('is nothing where it is malformed, or leads out of SIP', () => {
    const stage = new Stage();
    stage.registered({ extra: ['Service-Route: <https://example.com>'] });
    expect(stage.bench.event('registration').route).toBeUndefined();
    expect(stage.state.standing).toBe('registered');
  });
});
