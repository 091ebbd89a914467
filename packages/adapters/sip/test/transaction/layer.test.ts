import { describe, expect, test } from '@jest/globals';
import type { Flow } from '@usher/core/adapter';

import { request, response, Stage, TCP, UDP } from './stage.js';

describe('matching requests by branch (RFC 3261, 17.2.3)', () => {
  const INVITE = request();

  test.each([
    ['another branch', { branch: 'z9hG4bKother' }],
    ['another port in sent-by', { via: 'SIP/2.0/UDP 192.0.2.7:5071;branch=z9hG4bKone' }],
    ['no port in sent-by', { via: 'SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKone' }],
    ['another host in sent-by', { via: 'SIP/2.0/UDP 192.0.2.8:5070;branch=z9hG4bKone' }],
    ['another method', { method: 'MESSAGE', cseq: '1 MESSAGE' }],
  ])('%s is another transaction', (_what, shape) => {
    const stage = new Stage();
    stage.opened(INVITE);
    expect(stage.arrive(request({ ...shape, callId: 'another' }))).not.toBe('absorbed');
    expect(stage.layer.counts.server).toBe(2);
  });

  test('the host of sent-by counts without case', () => {
    const stage = new Stage();
    stage.opened(request({ via: 'SIP/2.0/UDP PC.example.com;branch=z9hG4bKone' }));
    expect(stage.arrive(request({ via: 'SIP/2.0/UDP pc.EXAMPLE.com;branch=z9hG4bKone' }))).toBe(
      'absorbed',
    );
  });

  test('branch, sent-by and method decide, whatever else differs', () => {
    const stage = new Stage();
    stage.opened(INVITE);
    expect(
      stage.arrive(
        request({ callId: 'another', cseq: '7 INVITE', from: '<sip:eve@example.com>;tag=e' }),
      ),
    ).toBe('absorbed');
  });

  test('an ACK that belongs to nothing is handed up, and leaves nothing behind', () => {
    const stage = new Stage();
    expect(stage.arrive(request({ method: 'ACK' }))).toBe('ack');
    expect(stage.layer.counts).toEqual({ server: 0, open: 0, client: 0 });
  });

  test('a branch that is the magic cookie and nothing else does not tell transactions apart', () => {
    const stage = new Stage();
    stage.opened(request({ method: 'OPTIONS', branch: 'z9hG4bK', callId: 'a' }));
    stage.opened(request({ method: 'OPTIONS', branch: 'z9hG4bK', callId: 'b' }));
    expect(stage.arrive(request({ method: 'OPTIONS', branch: 'z9hG4bK', callId: 'b' }))).toBe(
      'absorbed',
    );
  });
});

describe('matching requests of RFC 2543, which have no such branch (RFC 3261, 17.2.3)', () => {
  const old = { via: 'SIP/2.0/UDP 192.0.2.7:5070' };

  test('the same Request-URI, tags, Call-ID, CSeq and top Via are the same transaction', () => {
    const stage = new Stage();
    stage.opened(request(old));
    expect(stage.arrive(request(old))).toBe('absorbed');
    expect(stage.log).toEqual(['0 SIP/2.0 100 Trying']);
  });

  test.each([
    ['Request-URI', { uri: 'sip:other@192.0.2.1' }],
    ['To tag', { to: '<sip:bot@192.0.2.1>;tag=x' }],
    ['From tag', { from: '<sip:alice@example.com>;tag=other' }],
    ['Call-ID', { callId: 'other' }],
    ['CSeq number', { cseq: '2 INVITE' }],
    ['top Via', { via: 'SIP/2.0/UDP 192.0.2.7:5071' }],
    ['top Via, by a branch without the cookie', { via: 'SIP/2.0/UDP 192.0.2.7:5070;branch=1' }],
  ])('another %s is another transaction', (_what, shape) => {
    const stage = new Stage();
    stage.opened(request(old));
    expect(stage.arrive(request({ ...old, ...shape }))).not.toBe('absorbed');
  });

  test('an ACK is known by the To tag of our answer', () => {
    const stage = new Stage();
    const invite = request(old);
    const transaction = stage.opened(invite);
    stage.respond(transaction, 486, invite);
    const wrong = request({ ...old, method: 'ACK', to: '<sip:bot@192.0.2.1>;tag=other' });
    expect(stage.arrive(wrong)).toBe('ack');
    expect(transaction.state).toBe('completed');
    const right = request({ ...old, method: 'ACK', to: '<sip:bot@192.0.2.1>;tag=bot' });
    expect(stage.arrive(right)).toBe('absorbed');
    expect(transaction.state).toBe('confirmed');
    stage.pass(5_000);
    expect(stage.layer.counts.server).toBe(0);
    expect(stage.arrive(right)).toBe('ack');
  });

  test('the ACK to a 2xx is handed up', () => {
    const stage = new Stage();
    const invite = request(old);
    stage.respond(stage.opened(invite), 200, invite);
    expect(
      stage.arrive(request({ ...old, method: 'ACK', to: '<sip:bot@192.0.2.1>;tag=bot' })),
    ).toBe('ack');
  });

  test('a CANCEL finds its INVITE', () => {
    const stage = new Stage();
    const transaction = stage.opened(request(old));
    expect(stage.layer.cancelled(request({ ...old, method: 'CANCEL' }))).toBe(transaction);
    expect(
      stage.layer.cancelled(request({ ...old, method: 'CANCEL', callId: 'other' })),
    ).toBeUndefined();
  });
});

describe('CANCEL (RFC 3261, 9.2)', () => {
  const CANCEL = request({ method: 'CANCEL' });

  test('is a transaction of its own that aims at the INVITE of the same branch and sent-by', () => {
    const stage = new Stage();
    const invite = stage.opened(request());
    const cancel = stage.opened(CANCEL);
    expect(cancel).not.toBe(invite);
    expect(stage.layer.cancelled(CANCEL)).toBe(invite);
    stage.respond(cancel, 200, CANCEL);
    expect(stage.arrive(CANCEL)).toBe('absorbed');
    expect(stage.log).toEqual(['0 SIP/2.0 200 Said', '0 SIP/2.0 200 Said']);
    expect(invite.state).toBe('proceeding');
  });

  test('finds an INVITE that has its final answer, too, and none that has been forgotten', () => {
    const stage = new Stage();
    const transaction = stage.opened(request());
    stage.respond(transaction, 200, request());
    expect(stage.layer.cancelled(CANCEL)).toBe(transaction);
    stage.pass(32_000);
    expect(stage.layer.cancelled(CANCEL)).toBeUndefined();
  });

  test('that matches no INVITE aims at nothing', () => {
    const stage = new Stage();
    stage.opened(request());
    expect(
      stage.layer.cancelled(request({ method: 'CANCEL', branch: 'z9hG4bKother' })),
    ).toBeUndefined();
    stage.opened(request({ method: 'MESSAGE', branch: 'z9hG4bKmessage' }));
    expect(
      stage.layer.cancelled(request({ method: 'CANCEL', branch: 'z9hG4bKmessage' })),
    ).toBeUndefined();
  });
});

describe('merged requests (RFC 3261, 8.2.2.2)', () => {
  test('the same From tag, Call-ID and CSeq on another way is told as merged', () => {
    const stage = new Stage();
    expect(stage.layer.merges(request())).toBe(false);
    stage.opened(request());
    const merged = request({ branch: 'z9hG4bKother' });
    expect(stage.layer.merges(merged)).toBe(true);
    // The second does not take the place of the first.
    stage.respond(stage.opened(merged), 482, merged);
    stage.arrive(request({ method: 'ACK', branch: 'z9hG4bKother' }));
    stage.pass(10_000);
    expect(stage.layer.merges(request({ branch: 'z9hG4bKthird' }))).toBe(true);
  });

  test.each([301, 302, 303])(
    'whoever was sent on by %i may come back to another of us',
    (status) => {
      const stage = new Stage();
      stage.respond(stage.opened(request()), status, request());
      // Another way to where it was before is not.
      expect(stage.layer.merges(request({ branch: 'z9hG4bKother' }))).toBe(true);
      const elsewhere = { uri: 'sip:carol@example.com' };
      const again = request({ branch: 'z9hG4bKother', ...elsewhere });
      expect(stage.layer.merges(again)).toBe(false);
      // The same as before is still a retransmission.
      expect(stage.layer.fresh(request())).toBe(false);
      stage.opened(again);
      stage.pass(64_000);
      const third = request({ branch: 'z9hG4bKthird', ...elsewhere });
      expect(stage.layer.merges(third)).toBe(true);
    },
  );

  test.each([
    ['another From tag', { from: '<sip:alice@example.com>;tag=other' }],
    ['another From URI under equal tags', { from: '<sip:bob@example.com>;tag=alice' }],
    ['another Call-ID', { callId: 'other' }],
    ['another CSeq number', { cseq: '2 INVITE' }],
    ['another method', { method: 'MESSAGE' }],
    ['a To tag', { to: '<sip:bot@192.0.2.1>;tag=known' }],
  ])('%s is no merged request', (_what, shape) => {
    const stage = new Stage();
    stage.opened(request());
    expect(stage.layer.merges(request({ branch: 'z9hG4bKother', ...shape }))).toBe(false);
  });

  test('a CANCEL merges with nothing: it goes the way of its INVITE', () => {
    const stage = new Stage();
    stage.opened(request({ method: 'CANCEL' }));
    const other = request({ method: 'CANCEL', branch: 'z9hG4bKother' });
    expect(stage.layer.merges(other)).toBe(false);
  });

  test('once the first is forgotten there is nothing to merge with', () => {
    const stage = new Stage();
    stage.respond(
      stage.opened(request({ method: 'MESSAGE' })),
      200,
      request({ method: 'MESSAGE' }),
    );
    stage.pass(32_000);
    const other = request({ method: 'MESSAGE', branch: 'z9hG4bKother' });
    expect(stage.layer.merges(other)).toBe(false);
  });
});

describe('matching responses (RFC 3261, 17.1.3)', () => {
  test('a response belongs to the request of its branch and CSeq method', () => {
    const stage = new Stage();
    const invite = stage.send({ branch: 'z9hG4bKone' });
    const cancel = stage.send({ branch: 'z9hG4bKone', method: 'CANCEL' });
    const to = (method: string) => response(200, request({ method }));
    expect(stage.layer.response(to('CANCEL'), 0, stage.out)).toBe(cancel);
    expect(stage.layer.response(to('INVITE'), 0, stage.out)).toBe(invite);
  });

  test.each([
    ['another branch', { branch: 'z9hG4bKother' }],
    ['another method', { cseq: '1 BYE', method: 'BYE' }],
    ['no branch', { via: 'SIP/2.0/UDP 192.0.2.7:5070' }],
    ['the branch of a CANCEL that was never sent', { method: 'CANCEL' }],
  ])('a response with %s is stray', (_what, shape) => {
    const stage = new Stage();
    stage.send({ method: 'MESSAGE' });
    expect(stage.hear(response(200, request({ method: 'MESSAGE', ...shape })))).toBe('stray');
  });

  test('a stray 2xx to an INVITE is told apart: a dialog may have to acknowledge it again', () => {
    const stage = new Stage();
    expect(stage.hear(response(200, request()))).toBe('stray-2xx');
    expect(stage.hear(response(180, request()))).toBe('stray');
    expect(stage.hear(response(486, request()))).toBe('stray');
  });

  test('what its user hung on a transaction comes back with the response', () => {
    const stage = new Stage();
    stage.send({ method: 'BYE' });
    const heard = stage.layer.response(response(200, request({ method: 'BYE' })), 0, stage.out);
    expect(typeof heard === 'string' ? heard : heard.user).toBe('user');
  });
});

describe('bounds', () => {
  const message = (n: number) =>
    request({ method: 'MESSAGE', branch: `z9hG4bK${n}`, callId: `${n}` });

  test('no more open server transactions than agreed: the next request is refused, retransmissions are not', () => {
    const stage = new Stage({ open: 2 });
    const first = stage.opened(message(1));
    stage.opened(message(2));
    expect(stage.arrive(message(3))).toBe('full');
    expect(stage.arrive(message(2))).toBe('absorbed');
    expect(stage.layer.counts).toEqual({ server: 2, open: 2, client: 0 });
    stage.respond(first, 200, message(1));
    expect(stage.layer.counts).toEqual({ server: 2, open: 1, client: 0 });
    stage.opened(message(3));
  });

  test('of those that linger the oldest is forgotten when there are more than agreed', () => {
    const stage = new Stage({ lingering: 2 });
    for (const n of [1, 2, 3]) {
      stage.respond(stage.opened(message(n)), 200, message(n));
      stage.pass(10);
    }
    expect(stage.layer.counts).toEqual({ server: 2, open: 0, client: 0 });
    expect(stage.arrive(message(2))).toBe('absorbed');
    expect(stage.arrive(message(3))).toBe('absorbed');
    expect(stage.arrive(message(1))).not.toBe('absorbed');
    stage.pass(64_000);
    expect(stage.layer.counts).toEqual({ server: 0, open: 0, client: 0 });
    expect(stage.layer.deadline).toBeUndefined();
  });

  test('forgetting the oldest passes over those that ended by themselves', () => {
    const stage = new Stage({ lingering: 2 });
    const invite = request({ callId: 'i', branch: 'z9hG4bKi' });
    stage.respond(stage.opened(invite), 486, invite);
    stage.respond(stage.opened(message(1)), 200, message(1));
    stage.arrive(request({ method: 'ACK', branch: 'z9hG4bKi' }));
    stage.pass(5_000);
    expect(stage.layer.counts.server).toBe(1);
    stage.respond(stage.opened(message(2)), 200, message(2));
    stage.respond(stage.opened(message(3)), 200, message(3));
    expect(stage.arrive(message(2))).toBe('absorbed');
    expect(stage.arrive(message(1))).not.toBe('absorbed');
  });

  test('ten thousand transactions come and go and leave nothing behind', () => {
    const stage = new Stage({ lingering: 2_000 });
    for (let n = 0; n < 10_000; n += 1) {
      const asked = message(n);
      stage.respond(stage.opened(asked, n % 2 === 0 ? UDP : TCP), 200, asked);
      if (n % 1_000 === 0) stage.pass(100);
    }
    expect(stage.layer.counts.server).toBe(2_000);
    stage.pass(32_000);
    expect(stage.layer.counts).toEqual({ server: 0, open: 0, client: 0 });
    expect(stage.layer.deadline).toBeUndefined();
  });
});

describe('flows that fail', () => {
  const other: Flow = { ...TCP, connection: 4, remote: { address: '192.0.2.8', port: 40_001 } };

  test('a connection that breaks concerns what used it, and nothing else', () => {
    const stage = new Stage();
    stage.send({ method: 'MESSAGE', branch: 'z9hG4bKa' }, TCP);
    stage.send({ method: 'MESSAGE', branch: 'z9hG4bKb' }, other);
    stage.send({ method: 'MESSAGE', branch: 'z9hG4bKc' }, UDP);
    const lapses = stage.layer.failed(TCP, 0, stage.out);
    expect(lapses.map(({ transaction }) => transaction.flow)).toEqual([TCP]);
    expect(stage.layer.counts.client).toBe(2);
  });

  test('a datagram that cannot be sent concerns our requests to that address and port', () => {
    const stage = new Stage();
    stage.send({ method: 'MESSAGE', branch: 'z9hG4bKa' }, UDP);
    stage.send(
      { method: 'MESSAGE', branch: 'z9hG4bKb' },
      { ...UDP, remote: { address: '192.0.2.7', port: 5_071 } },
    );
    const answering = stage.opened(request());
    stage.note(stage.layer.failed(UDP, 0, stage.out));
    expect(stage.lapses).toEqual(['0 503']);
    expect(answering.state).toBe('proceeding');
  });

  test('what was sent before the connection had a number fails by the address it went to', () => {
    const stage = new Stage();
    const towards: Flow = { transport: 'tcp', remote: { address: '192.0.2.9', port: 5_060 } };
    stage.send({ method: 'MESSAGE', branch: 'z9hG4bKa' }, towards);
    stage.note(stage.layer.failed({ ...towards, connection: 17 }, 0, stage.out));
    expect(stage.lapses).toEqual(['0 503']);
    stage.send({ method: 'MESSAGE', branch: 'z9hG4bKb' }, towards);
    stage.note(stage.layer.closed({ ...towards, connection: 18 }, 0, stage.out));
    expect(stage.lapses).toEqual(['0 503', '0 503']);
  });

  test('a connection that is closed ends our requests on it; our answers find another one', () => {
    const stage = new Stage();
    stage.send({ method: 'MESSAGE', branch: 'z9hG4bKa' }, TCP);
    const message = request({ method: 'MESSAGE' });
    const answering = stage.opened(message, TCP);
    stage.note(stage.layer.closed(TCP, 0, stage.out));
    expect(stage.lapses).toEqual(['0 503']);
    expect(answering.state).toBe('trying');
    expect(stage.respond(answering, 200, message)).toBe(true);
  });
});

describe('100 by itself', () => {
  test('tells the port that was observed, even where the answer is for another', () => {
    const stage = new Stage();
    const via = 'SIP/2.0/TCP pc.example.com:5099;branch=z9hG4bKtcp;rport';
    const transaction = stage.opened(request({ via }), TCP);
    stage.pass(200);
    expect(transaction.source).toBe(TCP);
    expect(new TextDecoder().decode(stage.sent[0]?.bytes)).toContain(
      'Via: SIP/2.0/TCP pc.example.com:5099;branch=z9hG4bKtcp;received=192.0.2.7;rport=40000\r\n',
    );
  });
});

describe('where answers go (RFC 3261, 18.2.2; RFC 3581, 4)', () => {
  test('a retransmitted request is answered to where the first came from, whoever sent it', () => {
    const stage = new Stage();
    const message = request({ method: 'MESSAGE' });
    stage.respond(stage.opened(message), 200, message);
    stage.arrive(message, { ...UDP, remote: { address: '203.0.113.66', port: 9 } });
    expect(stage.sent.map(({ to }) => to?.remote)).toEqual([UDP.remote, UDP.remote]);
  });

  test('an answer over TCP goes to the connection, and is told the port of sent-by for a new one', () => {
    const stage = new Stage();
    const message = request({
      method: 'MESSAGE',
      via: 'SIP/2.0/TCP pc.example.com:5099;branch=z9hG4bKtcp',
    });
    stage.respond(stage.opened(message, TCP), 200, message);
    expect(stage.sent[0]?.to).toEqual({ ...TCP, remote: { address: '192.0.2.7', port: 5_099 } });
  });
});
