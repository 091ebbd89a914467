import { describe, expect, it } from '@jest/globals';

import { Bench, readRequest, readResponse, TCP, UDP, WS } from './bench.js';
import { established, request, response, say, within } from './peer.js';

const T1 = 500;
const NOTHING = { bytes: new Uint8Array() };
const TEXT = ['Content-Type: text/plain'];

describe('the way of a request within a dialog', () => {
  it('is the route set in its order, where the routers are loose', () => {
    const bench = new Bench();
    established(bench, {
      extra: ['Record-Route: <sip:192.0.2.8;lr>', 'Record-Route: <sip:192.0.2.9;lr>'],
    });
    say(bench, 'x');
    const [sent] = bench.take();
    const message = readRequest(sent ?? NOTHING);
    expect(message.uri).toBe('sip:alice@192.0.2.2:5080');
    expect(message.all('Route')).toEqual(['<sip:192.0.2.8;lr>', '<sip:192.0.2.9;lr>']);
    expect(sent?.to?.remote).toEqual({ address: '192.0.2.8', port: 5060 });
  });

  it('has the router in the Request-URI and the peer last, where the first router is a strict one', () => {
    const bench = new Bench();
    established(bench, {
      extra: ['Record-Route: <sip:192.0.2.8>', 'Record-Route: <sip:192.0.2.9;lr>'],
    });
    say(bench, 'x');
    const message = bench.request();
    expect(message.uri).toBe('sip:192.0.2.8');
    expect(message.all('Route')).toEqual(['<sip:192.0.2.9;lr>', '<sip:alice@192.0.2.2:5080>']);
  });

  it.each([
    ['a numeric Contact over UDP', UDP, '<sip:alice@192.0.2.77:5099>', '192.0.2.77 5099'],
    [
      'a Contact in a network that only the peer knows',
      UDP,
      '<sip:alice@10.1.2.3:5099>',
      '192.0.2.2 5080',
    ],
    ['a Contact on our own machine', UDP, '<sip:alice@127.0.0.1:22>', '192.0.2.2 5080'],
    [
      'a Contact that is nobody in particular',
      UDP,
      '<sip:alice@255.255.255.255>',
      '192.0.2.2 5080',
    ],
    [
      'a Contact without an address',
      WS,
      '<sip:alice@df7jal23ls0d.invalid;transport=ws>',
      '192.0.2.2 40001',
    ],
    [
      'a Contact with maddr on a connection',
      TCP,
      '<sip:alice@example.com:38612;maddr=192.0.2.2;transport=tcp>;proxy=replace',
      '192.0.2.2 40000',
    ],
    ['a Contact with ob', UDP, '<sip:alice@192.0.2.77:5099;ob>', '192.0.2.2 5080'],
  ])('leads to %s', (_what, flow, contact, expected) => {
    const bench = new Bench();
    established(bench, { contact }, flow);
    say(bench, 'x');
    const [sent] = bench.take();
    expect(`${sent?.to?.remote.address} ${sent?.to?.remote.port}`).toBe(expected);
  });

  it('follows the peer where its own network moves it', () => {
    const bench = new Bench();
    const ok = established(bench, { contact: '<sip:alice@10.1.2.3:5099>' });
    const ports = [5_080, 5_081, 5_080].map((port, index) => {
      const from = { ...UDP, remote: { address: '192.0.2.2', port } };
      bench.receive(within(ok, 'OPTIONS', 2 + index), from);
      bench.take();
      say(bench, 'x');
      return bench.take()[0]?.to?.remote.port;
    });
    expect(ports).toEqual([5_080, 5_081, 5_080]);
  });

  it('is the connection of the peer while that is open, and then a new one to its Contact', () => {
    const bench = new Bench();
    const ok = established(bench, { contact: '<sip:alice@192.0.2.2:5070;transport=tcp>' }, TCP);
    say(bench, 'one');
    const [first] = bench.take();
    expect(first?.to).toBe(TCP);
    bench.receive(response(readRequest(first ?? NOTHING), 200), TCP);
    bench.execute({ type: 'closed', flow: TCP });
    say(bench, 'two');
    const [second] = bench.take();
    const remote = { address: '192.0.2.2', port: 5_070 };
    expect(second?.to).toMatchObject({ transport: 'tcp', remote });
    expect(second?.to?.connection).toBeUndefined();
    const again = { ...TCP, connection: 12 };
    bench.receive(within(ok, 'OPTIONS', 2), again);
    bench.take();
    say(bench, 'three');
    expect(bench.take()[0]?.to).toBe(again);
  });

  it('by a name is asked for once, as long as it leads somewhere', () => {
    const bench = new Bench();
    established(bench, { contact: '<sip:alice@pc33.example.com>' });
    say(bench, 'one');
    const hops = [{ transport: 'udp', remote: { address: '192.0.2.50', port: 5_060 } }];
    bench.execute({ type: 'located', request: bench.event('unlocated').request, hops });
    bench.receive(response(bench.request(), 200));
    say(bench, 'two');
    expect(bench.take()[0]?.to?.remote.address).toBe('192.0.2.50');
    expect(bench.types.filter((type) => type === 'unlocated')).toHaveLength(1);
  });

  it('is asked for where the Contact is a name, and is the flow of the peer where nothing is found', () => {
    const bench = new Bench();
    established(bench, { contact: '<sip:alice@pc33.example.com>' });
    say(bench, 'x');
    expect(bench.take()).toEqual([]);
    const { request: waiting, uri } = bench.event('unlocated');
    expect(uri.host).toBe('pc33.example.com');
    bench.execute({ type: 'located', request: waiting, hops: [] });
    expect(bench.take()[0]?.to?.remote).toEqual(UDP.remote);
  });

  it('goes from hop to hop where one is silent, refuses by 503, or cannot be reached', () => {
    const bench = new Bench();
    const ok = established(bench, { contact: '<sip:alice@pc33.example.com>' });
    say(bench, 'x', 8);
    // Where nobody has been heard from yet goes no more than the peer has brought: it brings some.
    for (let sequence = 2; sequence < 22; sequence += 1)
      bench.receive(within(ok, 'OPTIONS', sequence));
    bench.take();
    const hops = [1, 2, 3, 4].map((last) => ({
      transport: 'udp',
      remote: { address: `192.0.2.10${last}`, port: 5060 },
    }));
    bench.execute({ type: 'located', request: bench.event('unlocated').request, hops });
    const [first] = bench.take();
    bench.receive(response(readRequest(first ?? NOTHING), 503, 'Busy'));
    const [second] = bench.take();
    if (second?.to !== undefined) bench.execute({ type: 'failed', flow: second.to });
    const [third] = bench.take();
    bench.elapse(64 * T1);
    const fourth = bench.take().at(-1);
    expect([first, second, third, fourth].map((sent) => sent?.to?.remote.address)).toEqual(
      hops.map(({ remote }) => remote.address),
    );
    bench.receive(response(readRequest(fourth ?? NOTHING), 200));
    expect(bench.event('delivered')).toMatchObject({ reference: 8, status: 200 });
    const branches = [first, second, third, fourth].map(
      (sent) => sent && readRequest(sent).via.branch,
    );
    expect(new Set(branches).size).toBe(4);
  });
});

describe('a session with a browser', () => {
  it('goes on when its connection breaks and another one comes in time', () => {
    const bench = new Bench();
    const ok = established(bench, { contact: '<sip:a@x.invalid;transport=ws>' }, WS);
    bench.execute({ type: 'closed', flow: WS });
    bench.elapse(20_000);
    const again = { ...WS, connection: 9 };
    bench.receive(within(ok, 'MESSAGE', 2, { extra: TEXT, body: 'back' }), again);
    bench.elapse(60_000);
    say(bench, 'welcome back');
    expect(bench.types).not.toContain('ended');
    expect(bench.take().at(-1)?.to).toEqual(again);
  });

  it('hangs on the connection that it came on last', () => {
    const bench = new Bench();
    const ok = established(bench, { contact: '<sip:a@x.invalid;transport=ws>' }, WS);
    const again = { ...WS, connection: 9 };
    bench.receive(within(ok, 'MESSAGE', 2, { extra: TEXT, body: 'x' }), again);
    bench.execute({ type: 'closed', flow: WS });
    bench.elapse(60_000);
    expect(bench.types).not.toContain('ended');
    bench.execute({ type: 'closed', flow: again });
    bench.elapse(32_000);
    expect(bench.event('ended')).toMatchObject({ by: 'network' });
  });

  it('is lost 32 seconds after its connection, where no other one comes', () => {
    const bench = new Bench();
    established(bench, { contact: '<sip:a@x.invalid;transport=ws>' }, WS);
    bench.execute({ type: 'closed', flow: WS });
    bench.elapse(31_999);
    expect(bench.types).not.toContain('ended');
    bench.elapse(1);
    expect(bench.event('ended')).toMatchObject({ by: 'network' });
    expect(bench.endpoint.counts).toMatchObject({ dialogs: 0, connections: 0 });
  });

  it('that is not yet accepted is over with its connection', () => {
    const bench = new Bench();
    bench.receive(request('INVITE', { contact: '<sip:a@x.invalid;transport=ws>' }), WS);
    bench.execute({ type: 'closed', flow: WS });
    expect(bench.event('withdrawn')).toMatchObject({ why: 'lost' });
    expect(readResponse(bench.take()[0] ?? NOTHING).status).toBe(487);
  });
});
