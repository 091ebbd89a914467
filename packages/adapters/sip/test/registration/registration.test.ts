import { describe, expect, it } from '@jest/globals';

import type { SipRequest } from '../../src/syntax/message.js';
import { credentials } from '../endpoint/asking.js';
import { INSTANCE, REGISTRAR_UDP, Stage } from './stage.js';

const HOUR = 3_600_000;

const numbers = (register: SipRequest): [string, number] => [register.callId, register.cseq.number];

describe('a REGISTER', () => {
  it('names the domain, the address in To and From alike, and where we are (RFC 3261, 10.2)', () => {
    const register = new Stage().open();
    expect(register.method).toBe('REGISTER');
    expect(register.uri).toBe('sip:192.0.2.9;transport=tcp');
    expect(register.to.uri).toBe('sip:bot@example.com');
    expect(register.from.uri).toBe('sip:bot@example.com');
    expect(register.toTag).toBeUndefined();
    expect(register.get('Expires')).toBe('3600');
    const [contact] = register.contacts;
    expect(contact?.uri).toBe('sip:bot@192.0.2.1:5060;transport=tcp');
  });

  it('tells which instance we are, and which flow it is (RFC 5626, 4.2.1)', () => {
    const register = new Stage([{ regId: 2 }]).open();
    const [contact] = register.contacts;
    expect(contact?.params.get('+sip.instance')).toBe(`<${INSTANCE}>`);
    expect(contact?.params.get('reg-id')).toBe('2');
    expect(register.supported).toEqual(expect.arrayContaining(['path', 'outbound', 'gruu']));
  });

  it('without outbound names no flow', () => {
    const register = new Stage([{ outbound: false }]).open();
    expect(register.contacts[0]?.params.has('reg-id')).toBe(false);
    expect(register.supported).not.toContain('outbound');
  });

  it('goes by the route that it was given', () => {
    const route = { value: '<sip:192.0.2.8;lr>', uri: 'sip:192.0.2.8;lr' };
    const { bench } = new Stage([{ route }]);
    bench.execute({ type: 'register' });
    expect(bench.sent[0]?.to?.remote.address).toBe('192.0.2.8');
    expect(bench.request().routes.map(({ uri }) => uri)).toEqual(['sip:192.0.2.8;lr']);
  });

  it('is proved where the registrar asks for that, under the same Call-ID and with a higher CSeq', () => {
    const stage = new Stage([{}], { credentials: credentials() });
    const register = stage.open();
    stage.answer(register, 401, [
      'WWW-Authenticate: Digest realm="example.com", nonce="n", qop="auth", algorithm=SHA-256',
    ]);
    const [again] = stage.registers();
    expect(again?.callId).toBe(register.callId);
    expect(again?.cseq.number).toBe(register.cseq.number + 1);
    expect(again?.get('Authorization')).toContain('uri="sip:192.0.2.9;transport=tcp"');
  });
});

describe('what the registrar grants', () => {
  it('is told, with the moment until which it holds', () => {
    const stage = new Stage();
    stage.registered({ expires: 600 });
    expect(stage.state).toMatchObject({
      address: 'sip:bot@example.com',
      standing: 'registered',
      until: 600_000,
    });
  });

  it('is read from our own Contact among others', () => {
    const stage = new Stage();
    const register = stage.open();
    stage.bind(register, {
      contact: [
        '<sip:bot@192.0.2.77>;expires=60',
        `<sip:bot@192.0.2.1:5060;transport=tcp>;+sip.instance="<urn:uuid:0>";reg-id=1;expires=70`,
        `${register.get('Contact')};expires=1200`,
      ].join(', '),
    });
    expect(stage.state.until).toBe(1_200_000);
  });

  it('is what Expires says where the Contact does not, and what was asked for where neither does', () => {
    const said = new Stage();
    const register = said.open();
    said.bind(register, { contact: register.get('Contact') ?? '', extra: ['Expires: 900'] });
    expect(said.state.until).toBe(900_000);

    const silent = new Stage();
    silent.bind(silent.open(), { contact: null });
    expect(silent.state.until).toBe(HOUR);
  });

  it('is believed for a day at most', () => {
    const stage = new Stage();
    stage.registered({ expires: 4_294_967_295 });
    expect(stage.state.until).toBe(24 * HOUR);
  });

  it('is nothing where it binds others and not us', () => {
    const stage = new Stage();
    stage.bind(stage.open(), {
      contact: '<sip:bot@192.0.2.77>;expires=60, <sip:bot@192.0.2.78>;expires=60',
    });
    expect(stage.state.standing).toBe('failed');
    expect(stage.bench.event('violated').code).toBe('unbound');
  });

  it('is nothing where our Contact is malformed, and that is told', () => {
    const stage = new Stage();
    stage.bind(stage.open(), { contact: '<sip:bot@192.0.2.1' });
    expect(stage.state.standing).toBe('failed');
  });
});

describe('a refresh', () => {
  it('leaves in the last third of what was granted, so that there is time to try again', () => {
    for (const expires of [60, 600, 3_600]) {
      const stage = new Stage();
      stage.registered({ expires });
      const { after } = stage.next();
      expect(after).toBeGreaterThanOrEqual(0.66 * expires * 1_000);
      expect(after).toBeLessThanOrEqual(0.9 * expires * 1_000);
    }
  });

  it('has the Call-ID of the first and a higher CSeq, and goes by the same flow', () => {
    const stage = new Stage();
    const first = stage.registered({ expires: 60 });
    stage.bench.elapse(60_000);
    const sent = stage.bench.take().filter(({ text }) => text.startsWith('REGISTER'));
    expect(sent).toHaveLength(1);
    expect(sent[0]?.to?.connection).toBe(stage.flow.connection);
    expect(sent[0]?.text).toContain(`Call-ID: ${first.callId}`);
    expect(sent[0]?.text).toContain(`CSeq: ${first.cseq.number + 1} REGISTER`);
  });

  it('comes no more often than every five seconds, whatever the registrar grants', () => {
    const stage = new Stage();
    stage.registered({ expires: 1 });
    expect(stage.next().after).toBeGreaterThanOrEqual(5_000);
  });

  it('is told as such', () => {
    const stage = new Stage();
    stage.registered({ expires: 60 });
    expect(stage.state.refreshed).toBe(false);
    stage.bind(stage.next().register, { expires: 60 });
    expect(stage.state).toMatchObject({ standing: 'registered', refreshed: true });
  });
});

describe('a registrar that wants it otherwise', () => {
  it('is asked for no less than it takes, at once (RFC 3261, 10.2.8)', () => {
    const stage = new Stage([{ expires: 60 }]);
    const register = stage.open();
    stage.answer(register, 423, ['Min-Expires: 300']);
    const again = stage.bench.request();
    expect(again.get('Expires')).toBe('300');
    expect(numbers(again)).toEqual([register.callId, register.cseq.number + 1]);
  });

  it('is not asked for more than a day, nor for ever more', () => {
    const stage = new Stage([{ expires: 60 }]);
    stage.answer(stage.open(), 423, ['Min-Expires: 100000']);
    expect(stage.registers()).toEqual([]);
    expect(stage.state).toMatchObject({ standing: 'failed', status: 423 });

    const greedy = new Stage([{ expires: 60 }]);
    let least = 60;
    let asked = 0;
    for (let register: SipRequest | undefined = greedy.open(); register !== undefined;) {
      asked += 1;
      least += 1;
      greedy.answer(register, 423, [`Min-Expires: ${least}`]);
      [register] = greedy.registers();
    }
    expect(asked).toBeLessThan(6);
  });

  it('is followed to another place: for this once, or for good (RFC 3261, 21.3.2, 21.3.3)', () => {
    for (const [status, later] of [
      [302, 'sip:192.0.2.9;transport=tcp'],
      [301, 'sip:192.0.2.10;transport=tcp'],
    ] as const) {
      const stage = new Stage();
      stage.answer(stage.open(), status, ['Contact: <sip:bot@192.0.2.10;transport=tcp>']);
      const moved = stage.bench.request();
      expect(moved.uri).toBe('sip:192.0.2.10;transport=tcp');
      stage.bind(moved, { expires: 60 });
      const { register, to } = stage.next();
      expect(register.uri).toBe(later);
      // The way to the one is not the way to the other.
      expect(to?.connection).toBe(status === 301 ? stage.flow.connection : undefined);
    }
  });

  it('is not followed out of TLS, nor to anything but SIP', () => {
    const contacts = [
      'sip:192.0.2.10',
      'sip:192.0.2.10;transport=tls',
      'https://a.example',
      'tel:+4930',
    ];
    for (const contact of contacts) {
      const stage = new Stage([{ registrar: 'sips:192.0.2.9' }], { transports: ['tls', 'udp'] });
      stage.answer(stage.open(), 301, [`Contact: <${contact}>`]);
      expect(stage.registers()).toEqual([]);
      expect(stage.state.standing).toBe('failed');
    }
  });

  it('need not know of flows (439, RFC 5626, 11.6)', () => {
    const stage = new Stage();
    stage.answer(stage.open(), 439);
    expect(stage.bench.request().supported).not.toContain('outbound');
  });
});

describe('a failure', () => {
  it('is tried again after 30 to 60 seconds, then twice as long each time, at most half an hour (RFC 5626, 4.5)', () => {
    const stage = new Stage();
    let register = stage.open();
    for (const most of [60, 120, 240, 480, 960, 1_800, 1_800]) {
      stage.answer(register, 500);
      const { after, register: again } = stage.next();
      expect(after).toBeGreaterThanOrEqual((most / 2) * 1_000);
      expect(after).toBeLessThanOrEqual(most * 1_000);
      register = again;
    }
  });

  it('is told, with its status and when it is tried again', () => {
    const stage = new Stage();
    stage.answer(stage.open(), 503);
    const { next = 0, ...state } = stage.state;
    expect(state).toMatchObject({ standing: 'failed', status: 503, why: 'As It Is' });
    expect(stage.next().after).toBe(next);
  });

  it('that somebody has to do something about is tried again after a quarter of an hour and more', () => {
    for (const status of [401, 403, 404, 405, 603]) {
      const stage = new Stage();
      stage.answer(stage.open(), status);
      expect(stage.next().after).toBeGreaterThanOrEqual(900_000);
    }
  });

  it('is tried again no sooner than the registrar says', () => {
    const stage = new Stage();
    stage.answer(stage.open(), 503, ['Retry-After: 700']);
    expect(stage.next().after).toBeGreaterThanOrEqual(700_000);
  });

  it('makes no pause of more than half an hour, whatever the registrar says', () => {
    const stage = new Stage();
    stage.answer(stage.open(), 503, ['Retry-After: 4294967295']);
    expect(stage.next().after).toBeLessThanOrEqual(1_800_000);
  });

  it('is forgotten once a binding was kept up', () => {
    const stage = new Stage();
    stage.answer(stage.open(), 500);
    stage.answer(stage.next().register, 500);
    stage.bind(stage.next().register, { expires: 60 });
    stage.bind(stage.next().register, { expires: 60 });
    stage.answer(stage.next().register, 500);
    expect(stage.next().after).toBeLessThanOrEqual(60_000);
  });

  it('of a registrar that never answers is one, by UDP after 32 seconds', () => {
    const stage = new Stage([{ registrar: 'sip:192.0.2.9' }], {}, REGISTRAR_UDP);
    stage.open();
    stage.bench.elapse(32_000);
    expect(stage.state).toMatchObject({ standing: 'failed', status: 408 });
  });

  it('has a longer pause while another flow of the same address stands', () => {
    const stage = new Stage([{}, { registrar: 'sip:192.0.2.8', regId: 2 }]);
    stage.bench.execute({ type: 'register' });
    const [one, two] = stage.registers();
    if (one === undefined || two === undefined) throw new Error('two REGISTERs were expected');
    stage.bind(one);
    stage.answer(two, 500);
    const { next = 0 } = stage.state;
    expect(next).toBeGreaterThanOrEqual(90_000);
    expect(next).toBeLessThanOrEqual(180_000);
  });
});

describe('to leave', () => {
  it('takes the binding back by the flow that it came by (RFC 3261, 10.2.2)', () => {
    const stage = new Stage();
    const first = stage.registered();
    stage.bench.execute({ type: 'drain' });
    const [{ to } = {}] = stage.bench.sent;
    expect(to?.connection).toBe(stage.flow.connection);
    const last = stage.bench.request();
    expect(last.get('Expires')).toBe('0');
    expect(numbers(last)).toEqual([first.callId, first.cseq.number + 1]);
    stage.answer(last, 200);
    expect(stage.state.standing).toBe('removed');
    stage.bench.elapse(4 * HOUR);
    expect(stage.registers()).toEqual([]);
  });

  it('asks whoever keeps the binding, where the registrar had sent us on', () => {
    const stage = new Stage();
    stage.answer(stage.open(), 302, ['Contact: <sip:192.0.2.10;transport=tcp>']);
    stage.bind(stage.bench.request());
    stage.bench.execute({ type: 'drain' });
    expect(stage.bench.request().uri).toBe('sip:192.0.2.10;transport=tcp');
  });

  it('waits for the answer to what was asked before', () => {
    const stage = new Stage();
    const register = stage.open();
    stage.bench.execute({ type: 'drain' });
    expect(stage.registers()).toEqual([]);
    expect(stage.state.standing).toBe('registering');
    stage.bind(register);
    expect(stage.bench.request().get('Expires')).toBe('0');
  });

  it('says nothing where nothing is bound', () => {
    const stage = new Stage();
    stage.answer(stage.open(), 403);
    stage.bench.execute({ type: 'drain' });
    expect(stage.registers()).toEqual([]);
    expect(stage.state.standing).toBe('removed');
    stage.bench.elapse(4 * HOUR);
    expect(stage.registers()).toEqual([]);
  });

  it('is done even where the registrar says no', () => {
    const stage = new Stage();
    stage.registered();
    stage.bench.execute({ type: 'drain' });
    stage.answer(stage.bench.request(), 500);
    expect(stage.state.standing).toBe('removed');
  });
});
