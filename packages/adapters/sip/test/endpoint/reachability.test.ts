/** What proves that somebody is where he seems to be, and what does not; and what goes to where nobody has proved to be. */
import { describe, expect, it } from '@jest/globals';
import type { Flow } from '@usher/core/adapter';

import type { SipResponse } from '../../src/syntax/message.js';
import { Bench, readRequest, readResponse, type Sent, UDP } from './bench.js';
import {
  ack,
  answer,
  established,
  invite,
  request,
  response,
  say,
  takeMessages,
  type Wish,
  within,
} from './peer.js';

const T1 = 500;
const MINUTE = 60_000;
const TEXT = ['Content-Type: text/plain'];
const NOTHING: Sent = { at: 0, to: undefined, bytes: new Uint8Array(), text: '' };
const at = (address: string, port = 5060): Flow => ({ ...UDP, remote: { address, port } });
const ALICE = at('198.51.100.1');
const VICTIM = at('203.0.113.5');

let calls = 0;

/** An invitation like no other. */
function anew(wish: Wish = {}): Wish {
  calls += 1;
  const id = `anew${calls}`;
  return { callId: id, branch: `z9hG4bK${id}`, contact: '<sip:alice@198.51.100.1>', ...wish };
}

/** Invites, and is accepted; the 200. */
function enter(bench: Bench, from: Flow, wish: Wish): SipResponse {
  bench.receive(invite(wish), from);
  answer(bench, 200);
  return bench.response();
}

/** Whether somebody is taken to be there: only then is a 200 said again that nobody confirms. */
function isBelieved(bench: Bench, from: Flow): boolean {
  enter(bench, from, anew());
  bench.elapse(T1);
  return bench.take().length > 0;
}

describe('a source of datagrams is known to be there', () => {
  it('by the ACK to an answer that went there, whatever it said', () => {
    for (const status of [200, 302, 404, 486, 603]) {
      const bench = Bench.amongStrangers();
      const wish = anew();
      bench.receive(invite(wish), ALICE);
      answer(bench, status);
      const { toTag } = bench.response();
      expect(isBelieved(bench, ALICE)).toBe(false);
      const { callId, branch } = wish;
      bench.receive(request('ACK', { callId, branch, toTag } as Wish), ALICE);
      bench.take();
      expect([status, isBelieved(bench, ALICE)]).toEqual([status, true]);
    }
  });

  it('by any request within the dialog that an answer to it has made', () => {
    for (const method of ['MESSAGE', 'OPTIONS', 'BYE']) {
      const bench = Bench.amongStrangers();
      takeMessages(bench);
      const ok = enter(bench, ALICE, anew());
      bench.receive(within(ok, method, 2, { extra: TEXT, body: 'x' }), ALICE);
      bench.take();
      expect([method, isBelieved(bench, ALICE)]).toEqual([method, true]);
    }
  });

  it('by its response to a request of ours', () => {
    const bench = Bench.amongStrangers();
    bench.execute({
      type: 'page',
      reference: 1,
      parts: {
        uri: 'sip:alice@198.51.100.1',
        from: '<sip:bot@192.0.2.1>;tag=b',
        callId: 'page',
        sequence: 1,
        fields: [['Content-Type', 'text/plain']],
        body: new Uint8Array(3),
      },
      way: ALICE,
    });
    const sent = bench.request();
    expect(isBelieved(bench, ALICE)).toBe(false);
    bench.receive(response(sent, 200), ALICE);
    expect(isBelieved(bench, ALICE)).toBe(true);
  });

  it('and so is each of its ports, but no other address of its network', () => {
    const bench = Bench.amongStrangers();
    bench.receive(ack(enter(bench, ALICE, anew()), {}), ALICE);
    const ok = enter(bench, ALICE, anew());
    bench.receive(ack(ok), ALICE);
    expect(isBelieved(bench, at('198.51.100.1', 9))).toBe(true);
    expect(isBelieved(bench, at('198.51.100.2'))).toBe(false);
  });

  it('for ten minutes from its last proof', () => {
    const bench = Bench.amongStrangers();
    const meet = (): void => {
      const ok = enter(bench, ALICE, anew());
      bench.receive(ack(ok), ALICE);
      bench.receive(within(ok, 'BYE', 2), ALICE);
      bench.take();
    };
    meet();
    bench.elapse(9 * MINUTE);
    meet();
    bench.elapse(10 * MINUTE - 1);
    const wish = anew();
    const ok = enter(bench, ALICE, wish);
    bench.elapse(T1);
    expect(bench.take()).toHaveLength(1);
    bench.receive(ack(ok), ALICE);
    bench.receive(within(ok, 'BYE', 2), ALICE);
    bench.take();
    bench.elapse(10 * MINUTE);
    expect(isBelieved(bench, ALICE)).toBe(false);
  });

  it('until it does not confirm what was said to it eleven times', () => {
    const bench = Bench.amongStrangers();
    bench.receive(ack(enter(bench, ALICE, anew())), ALICE);
    enter(bench, ALICE, anew());
    bench.elapse(64 * T1);
    const sent = bench.take();
    expect(sent.map(({ text }) => text.slice(0, 11))).toEqual([
      ...Array<string>(10).fill('SIP/2.0 200'),
      'BYE sip:ali',
    ]);
    bench.elapse(64 * T1);
    bench.take();
    expect(isBelieved(bench, ALICE)).toBe(false);
  });
});

describe('a source of datagrams is not known to be there', () => {
  it('by what anybody may say: requests, retransmissions, CANCEL, and ACKs that name no answer of ours', () => {
    const bench = Bench.amongStrangers();
    const wish = anew();
    const text = invite(wish);
    for (let time = 0; time < 3; time += 1) bench.receive(text, VICTIM);
    const { callId, branch } = wish;
    bench.receive(request('ACK', { callId, branch } as Wish), VICTIM);
    bench.receive(request('ACK', { callId, branch, toTag: 'guessed' } as Wish), VICTIM);
    bench.receive(request('CANCEL', { callId, branch } as Wish), VICTIM);
    bench.receive(request('ACK', { callId, branch, toTag: 'guessed' } as Wish), VICTIM);
    bench.receive(request('OPTIONS', anew()), VICTIM);
    bench.take();
    expect(isBelieved(bench, VICTIM)).toBe(false);
  });

  it('by the tag of an answer that somebody else got', () => {
    const bench = Bench.amongStrangers();
    takeMessages(bench);
    // Mallory has a dialog of his own, and says in it that he can be reached where the victim is.
    const wish = anew({ contact: '<sip:mallory@203.0.113.5>' });
    const ok = enter(bench, ALICE, wish);
    bench.receive(ack(ok), VICTIM);
    bench.receive(within(ok, 'MESSAGE', 2, { extra: TEXT, body: 'x' }), VICTIM);
    bench.take();
    expect(isBelieved(bench, VICTIM)).toBe(false);
    // Nor is the tag of one refusal any good for another.
    const [mine, feigned] = [anew(), anew()];
    bench.receive(invite(mine), ALICE);
    answer(bench, 486);
    const { toTag } = bench.response();
    bench.receive(invite(feigned), VICTIM);
    answer(bench, 486);
    bench.take();
    const { callId, branch } = feigned;
    bench.receive(request('ACK', { callId, branch, toTag } as Wish), VICTIM);
    expect(isBelieved(bench, VICTIM)).toBe(false);
  });

  it('by the tag that all answers without state have', () => {
    const bench = Bench.amongStrangers();
    const [mine, feigned] = [anew(), anew()];
    bench.receive(request('REGISTER', mine), ALICE);
    const { toTag } = bench.response();
    bench.receive(invite(feigned), VICTIM);
    answer(bench, 486);
    bench.take();
    const { callId, branch } = feigned;
    bench.receive(request('ACK', { callId, branch, toTag } as Wish), VICTIM);
    expect(isBelieved(bench, VICTIM)).toBe(false);
  });
});

describe('where a peer says that it can be reached, and nobody has answered from', () => {
  const moved: Wish = { contact: '<sip:mallory@203.0.113.5>' };

  it('no more goes than comes from the peer, though he himself is there', () => {
    const bench = new Bench();
    takeMessages(bench);
    const ok = established(bench, moved);
    let octetsIn = 1_000;
    let octetsOut = 0;
    for (let sequence = 2; sequence < 200; sequence += 1) {
      const text = within(ok, 'MESSAGE', sequence, { extra: TEXT, body: 'hi' });
      octetsIn += text.length;
      bench.receive(text);
      say(bench, 'hi', sequence);
      bench.elapse(100);
      for (const { to, bytes } of bench.take()) {
        if (to?.remote.address === VICTIM.remote.address) octetsOut += bytes.length;
      }
    }
    expect(octetsOut).toBeLessThanOrEqual(octetsIn);
    expect(octetsOut).toBeGreaterThan(octetsIn / 2);
  });

  it('a message goes twice at most, and when nobody answers it, no BYE but what is paid for', () => {
    const bench = new Bench();
    established(bench, moved);
    say(bench, 'hello');
    bench.elapse(200_000);
    const sent = bench.take();
    expect(sent.length).toBeLessThanOrEqual(3);
    expect(sent.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThanOrEqual(1_000);
    expect(bench.event('ended')).toMatchObject({ by: 'network', status: 408 });
    expect(bench.endpoint.counts).toMatchObject({ dialogs: 0, client: 0 });
  });

  it('as much goes as there is to say, once somebody has answered from there', () => {
    const bench = new Bench();
    established(bench, moved);
    say(bench, 'hello', 1);
    bench.receive(response(bench.request(), 200), VICTIM);
    say(bench, 'again', 2);
    bench.elapse(64 * T1 - 1);
    expect(bench.take()).toHaveLength(11);
  });

  it('the same goes where that place has a name', () => {
    const bench = new Bench();
    established(bench, { contact: '<sip:mallory@victim.example.com>' });
    say(bench, 'hello');
    const { request: unlocated } = bench.event('unlocated');
    bench.execute({ type: 'located', request: unlocated, hops: [VICTIM] });
    bench.elapse(64 * T1 - 1);
    expect(bench.take().length).toBeLessThanOrEqual(2);
  });

  it('a re-INVITE from there is answered, and its 200 not said again beyond what is paid for', () => {
    const bench = new Bench();
    const ok = established(bench, moved);
    bench.receive(
      within(ok, 'INVITE', 2, { extra: ['Content-Type: application/sdp'], body: 'v=0', ...moved }),
      VICTIM,
    );
    const { transaction } = bench.event('offered');
    bench.execute({ type: 'respond', transaction, answer: { status: 200 } });
    bench.elapse(64 * T1);
    const sent = bench.take().filter(({ to }) => to?.remote.address === VICTIM.remote.address);
    expect(sent.map(({ text }) => text.slice(0, 11))).toEqual(['SIP/2.0 200']);
  });
});

describe('sessions that strangers never confirm', () => {
  it('take no more room than there is for them: the oldest is given up, and nobody else', () => {
    const bench = new Bench();
    let ended = 0;
    bench.observe = (event) => {
      if (event.type === 'invited') answer(bench, 200);
      if (event.type === 'ended') ended += 1;
    };
    bench.receive(invite(anew()));
    const known = bench.event('invited').usage;
    for (let count = 0; count < 5_000; count += 1) {
      bench.receive(invite(anew()), at(`203.0.${count >> 8}.${count & 255}`));
      bench.sent.length = 0;
      bench.events.length = 0;
    }
    expect(bench.endpoint.counts.dialogs).toBe(1_025);
    expect(ended).toBe(5_000 - 1_024);
    expect(known.state).toBe('answered');
  });

  it('do not keep out who confirms', () => {
    const bench = Bench.amongStrangers();
    bench.observe = (event) => {
      if (event.type === 'invited') answer(bench, 200);
    };
    const wish = anew();
    bench.receive(invite(wish), ALICE);
    const [sent] = bench.take();
    const ok = readResponse(sent ?? NOTHING);
    bench.receive(ack(ok), ALICE);
    for (let count = 0; count < 5_000; count += 1) {
      bench.receive(invite(anew()), at(`203.0.${count >> 8}.${count & 255}`));
    }
    bench.take();
    bench.receive(within(ok, 'OPTIONS', 2), ALICE);
    expect(bench.response().status).toBe(200);
  });
});

describe('an answer to a stranger', () => {
  it('leaves out what can be left out, and nothing that it means', () => {
    const bench = Bench.amongStrangers();
    bench.receive(request('OPTIONS', anew({ extra: [`Subject: ${'x'.repeat(400)}`] })), ALICE);
    expect(bench.response().get('Allow')).toContain('MESSAGE');
    bench.receive(request('OPTIONS', anew()), ALICE);
    const short = bench.response();
    expect([short.status, short.get('Accept-Encoding')]).toEqual([200, undefined]);
    bench.receive(request('REGISTER', anew({ from: '<sip:a@b.c>;tag=1' })), ALICE);
    expect(bench.response().status).toBe(405);
  });

  it('says the reason that it was given, and copies what it has to', () => {
    const bench = Bench.amongStrangers();
    const extra = ['Record-Route: <sip:192.0.2.9;lr>', 'Timestamp: 54'];
    bench.receive(invite(anew({ extra })), ALICE);
    const { transaction } = bench.event('invited');
    const text = 'At Lunch';
    bench.execute({ type: 'respond', transaction, answer: { status: 486, text } });
    expect([bench.response().reason, bench.types.at(-1)]).toEqual([text, 'invited']);
    bench.receive(invite(anew({ extra })), ALICE);
    answer(bench, 200, [['Content-Type', 'application/sdp']]);
    const ok = bench.response();
    expect(ok.recordRoutes.map(({ uri }) => uri)).toEqual(['sip:192.0.2.9;lr']);
    expect([ok.contacts.length, ok.mediaType]).toEqual([1, 'application/sdp']);
  });

  it('is said again without a question only by halves: a refusal is not', () => {
    const bench = Bench.amongStrangers();
    bench.receive(invite(anew({ extra: [`Subject: ${'x'.repeat(1_000)}`] })), ALICE);
    answer(bench, 486);
    bench.elapse(100_000);
    expect(bench.take()).toHaveLength(1);
  });
});

it('a request of ours that is answered elsewhere than it went proves nothing of either place', () => {
  const bench = new Bench();
  established(bench, { contact: '<sip:mallory@203.0.113.5>' });
  say(bench, 'hello');
  const sent = readRequest(bench.take()[0] ?? NOTHING);
  bench.receive(response(sent, 200), at('203.0.113.99'));
  expect(isBelieved(bench, VICTIM)).toBe(false);
  expect(isBelieved(bench, at('203.0.113.99'))).toBe(false);
});
