import { describe, expect, it } from '@jest/globals';

import type { Flow } from '../../src/adapter.js';
import { bytes, here, Seen, text, there, twoParties } from './two-parties.js';

describe('datagrams on the simulated wire', () => {
  it('arrive within the delay, with a flow by which an answer goes back', async () => {
    const { clock, alice, bob, atAlice, atBob, toBob } = await twoParties('udp', {
      delay: { min: 10, max: 20 },
    });
    alice.transmit(bytes('hello'), toBob);
    expect(atBob.texts).toEqual([]);
    clock.elapse(20);
    expect(atBob.texts).toEqual(['hello']);
    const { at, from } = atBob.first;
    expect(at).toBeGreaterThanOrEqual(10);
    expect(from).toEqual({ transport: 'udp', local: there, remote: here });
    bob.transmit(bytes('hello yourself'), from);
    clock.elapse(20);
    expect(atAlice.texts).toEqual(['hello yourself']);
  });

  it('are lost, doubled and reordered, and the log says which', async () => {
    const { clock, wire, alice, atBob, toBob } = await twoParties('udp', {
      delay: { min: 1, max: 50 },
      loss: 0.2,
      duplication: 0.2,
    });
    for (let number = 0; number < 1_000; number += 1) alice.transmit(bytes(`${number}`), toBob);
    clock.elapse(50);
    const fateCount = (wanted: string): number =>
      wire.log.filter(({ fate }) => fate === wanted).length;
    expect(wire.log).toHaveLength(1_000);
    expect(Math.abs(fateCount('lost') - 200)).toBeLessThan(60);
    expect(Math.abs(fateCount('doubled') - 160)).toBeLessThan(60);
    expect(atBob.texts).toHaveLength(fateCount('carried') + 2 * fateCount('doubled'));
    const numbers = atBob.texts.map(Number);
    expect(numbers).not.toEqual(numbers.toSorted((a, b) => a - b));
  });

  it('to nobody vanish', async () => {
    const { clock, wire, alice, atAlice } = await twoParties('udp');
    alice.transmit(bytes('anybody?'), {
      transport: 'udp',
      remote: { address: '192.0.2.99', port: 1 },
    });
    clock.elapse(1_000);
    expect(wire.log.map(({ fate }) => fate)).toEqual(['nobody']);
    expect(atAlice.failures).toEqual([]);
  });

  it('do not cross a partition until it is healed', async () => {
    const { clock, wire, alice, bob, atBob, toBob } = await twoParties('udp');
    wire.partition(alice, bob);
    alice.transmit(bytes('unheard'), toBob);
    clock.elapse(10);
    wire.heal();
    alice.transmit(bytes('heard'), toBob);
    clock.elapse(10);
    expect(atBob.texts).toEqual(['heard']);
  });
});

describe('the weather on the simulated wire', () => {
  it('may change: what is sent from then on is lost, or arrives', async () => {
    const { clock, wire, alice, atBob, toBob } = await twoParties('udp', { loss: 1 });
    alice.transmit(bytes('in the storm'), toBob);
    wire.change({ loss: 0 });
    alice.transmit(bytes('after it'), toBob);
    clock.elapse(10);
    expect(atBob.texts).toEqual(['after it']);
  });

  it('may corrupt datagrams: something else arrives, and the log has both', async () => {
    const { clock, wire, alice, atBob, toBob } = await twoParties('udp', { corruption: 1 });
    const said = 'a sentence that is long enough to be changed';
    for (let count = 0; count < 100; count += 1) alice.transmit(bytes(said), toBob);
    clock.elapse(10);
    expect(wire.log.map(({ fate }) => fate)).toEqual(Array<string>(100).fill('corrupted'));
    expect(wire.log.map(({ bytes: sent }) => text(sent))).toEqual(Array<string>(100).fill(said));
    expect(atBob.texts).toEqual(wire.log.map(({ instead }) => text(instead ?? bytes('nothing'))));
    expect(atBob.texts.filter((heard) => heard === said).length).toBeLessThan(5);
    expect(atBob.texts.some((heard) => heard.length < said.length)).toBe(true);
  });
});

describe('a connection of the simulated wire', () => {
  const open = async () => {
    const parties = await twoParties('tcp');
    const carol = parties.wire.network([{ transport: 'tcp', address: '192.0.2.30', port: 5060 }]);
    const atCarol = new Seen(parties.clock);
    await carol.open(atCarol);
    carol.transmit(bytes('carol;'), parties.toBob);
    parties.alice.transmit(bytes('alice;'), parties.toBob);
    parties.clock.elapse(1);
    return { ...parties, carol, atCarol };
  };

  it('is cut between two parties, and others go on', async () => {
    const { clock, wire, alice, bob, carol, atAlice, atBob, atCarol } = await open();
    wire.cut(alice, bob);
    carol.transmit(bytes('still here'), atCarol.flow);
    clock.elapse(1);
    expect(atAlice.closedFlows).toEqual([atAlice.flow]);
    expect(atCarol.closedFlows).toEqual([]);
    expect(atBob.all).toContain('still here');
  });

  it('stands still between the two who are parted, and nowhere else', async () => {
    const { clock, wire, alice, bob, carol, atAlice, atCarol, atBob } = await open();
    wire.partition(alice, bob);
    alice.transmit(bytes('alice again;'), atAlice.flow);
    carol.transmit(bytes('carol again;'), atCarol.flow);
    clock.elapse(1);
    expect(atBob.all).toBe('carol;alice;carol again;');
    wire.heal(bob, carol);
    clock.elapse(1);
    expect(atBob.all).toBe('carol;alice;carol again;');
    wire.heal(bob, alice);
    clock.elapse(1);
    expect(atBob.all).toBe('carol;alice;carol again;alice again;');
  });

  it('that is half-open swallows what is sent, and tells nobody for a quarter of an hour', async () => {
    const { clock, wire, alice, bob, atAlice, atBob } = await open();
    wire.kill(alice, bob);
    alice.transmit(bytes('anybody there?'), atAlice.flow);
    clock.elapse(15 * 60_000 - 1);
    expect(atBob.all).toBe('carol;alice;');
    expect(atAlice.closedFlows).toEqual([]);
    clock.elapse(1);
    expect(atAlice.closedFlows).toEqual([atAlice.flow]);
  });

  it('that nobody reads keeps what was sent until somebody does', async () => {
    const { clock, wire, alice, bob, atAlice, atBob } = await open();
    wire.clog(bob, true);
    alice.transmit(bytes('read this'), atAlice.flow);
    clock.elapse(1_000);
    expect(atBob.all).toBe('carol;alice;');
    wire.clog(bob, false);
    expect(atBob.all).toBe('carol;alice;read this');
  });
});

describe('a party that dies', () => {
  it('says nothing, hears nothing and leaves its place to another one, and who was connected is told', async () => {
    const { clock, wire, alice, bob, atAlice, atBob, toBob } = await twoParties('tcp');
    alice.transmit(bytes('one'), toBob);
    clock.elapse(1);
    wire.crash(bob);
    bob.transmit(bytes('from the grave'), atBob.flow);
    clock.elapse(1);
    expect(atBob.closedFlows).toEqual([]);
    expect(atAlice.closedFlows).toEqual([atAlice.flow]);
    expect(atAlice.all).toBe('');
    const next = wire.network([{ transport: 'tcp', ...there }]);
    const atNext = new Seen(clock);
    await next.open(atNext);
    alice.transmit(bytes('two'), toBob);
    clock.elapse(1);
    expect(atNext.all).toBe('two');
  });

  it('with its whole machine leaves its peers in the dark', async () => {
    const { clock, wire, alice, bob, atAlice, toBob } = await twoParties('tcp');
    alice.transmit(bytes('one'), toBob);
    clock.elapse(1);
    wire.crash(bob, true);
    clock.elapse(60_000);
    expect(atAlice.closedFlows).toEqual([]);
    clock.elapse(15 * 60_000);
    expect(atAlice.closedFlows).toEqual([atAlice.flow]);
  });

  it('while it opens a connection leaves none behind', async () => {
    const { clock, wire, alice, atAlice, atBob, toBob } = await twoParties('tcp', {
      delay: { min: 10, max: 10 },
    });
    alice.transmit(bytes('never sent'), toBob);
    wire.crash(alice);
    clock.elapse(100);
    expect(atBob.all).toBe('');
    expect(atBob.closedFlows).toHaveLength(1);
    expect(atAlice.openedFlows).toEqual([]);
    expect(clock.waiting).toBe(0);
  });
});

describe('streams on the simulated wire', () => {
  it('open with the first transmission; both ends are told, each under a number of its own', async () => {
    const { clock, alice, bob, atAlice, atBob, toBob } = await twoParties('tcp', {
      delay: { min: 10, max: 10 },
    });
    alice.transmit(bytes('one'), toBob);
    alice.transmit(bytes('two'), toBob);
    clock.elapse(10);
    expect(atBob.openedFlows).toHaveLength(1);
    expect(atAlice.openedFlows).toHaveLength(0);
    clock.elapse(10);
    expect(atAlice.openedFlows).toHaveLength(1);
    expect(atAlice.openedFlows[0]?.remote).toEqual(there);
    clock.elapse(10);
    expect(atBob.all).toBe('onetwo');
    const flow = atBob.first.from;
    expect(flow.connection).toBe(atBob.openedFlows[0]?.connection);
    expect(flow.remote).toEqual(atAlice.openedFlows[0]?.local);
    bob.transmit(bytes('three'), flow);
    clock.elapse(10);
    expect(atAlice.all).toBe('three');
  });

  it('are delivered in order and whole, in pieces cut and merged anywhere', async () => {
    const { clock, alice, atBob, toBob } = await twoParties('tcp', {
      delay: { min: 1, max: 30 },
      slicing: true,
      loss: 0.5,
      duplication: 0.5,
    });
    const sent: string[] = [];
    for (let number = 0; number < 200; number += 1) sent.push(`message number ${number};`);
    for (const message of sent) alice.transmit(bytes(message), toBob);
    clock.elapse(1_000);
    expect(atBob.all).toBe(sent.join(''));
    expect(atBob.texts.some((piece) => piece.split(';').length > 2)).toBe(true);
    expect(atBob.texts.some((piece) => !piece.includes(';'))).toBe(true);
  });

  it('close behind what was sent, and both ends are told once', async () => {
    const { clock, alice, atAlice, atBob, toBob } = await twoParties('tcp', {
      delay: { min: 5, max: 15 },
      slicing: true,
    });
    alice.transmit(bytes('the last word'), toBob);
    clock.elapse(100);
    const flow = atAlice.flow;
    alice.transmit(bytes(', and one more'), flow);
    alice.disconnect(flow);
    clock.elapse(100);
    expect(atBob.all).toBe('the last word, and one more');
    expect(atBob.closedFlows).toHaveLength(1);
    expect(atAlice.closedFlows).toEqual([flow]);
  });

  it('are opened anew where the connection is gone', async () => {
    const { clock, wire, alice, atAlice, atBob, toBob } = await twoParties('tcp');
    alice.transmit(bytes('first'), toBob);
    clock.elapse(0);
    const flow = atAlice.flow;
    wire.cut();
    clock.elapse(0);
    expect(atAlice.closedFlows).toEqual([flow]);
    expect(atBob.closedFlows).toHaveLength(1);
    alice.transmit(bytes('second'), flow);
    clock.elapse(0);
    expect(atBob.texts).toEqual(['first', 'second']);
    expect(atAlice.openedFlows).toHaveLength(2);
    expect(atAlice.openedFlows[1]?.connection).not.toBe(flow.connection);
  });

  it('to nobody fail after one way, naming the flow that was asked for', async () => {
    const { clock, alice, atAlice } = await twoParties('tcp', { delay: { min: 7, max: 7 } });
    const nowhere: Flow = { transport: 'tcp', remote: { address: '192.0.2.99', port: 1 } };
    alice.transmit(bytes('anybody?'), nowhere);
    expect(atAlice.failures).toEqual([]);
    clock.elapse(7);
    expect(atAlice.failures).toEqual([{ flow: nowhere, why: 'connection refused', at: 7 }]);
  });

  it('stand still in a partition and go on when it is healed', async () => {
    const { clock, wire, alice, bob, atBob, toBob } = await twoParties('tcp');
    alice.transmit(bytes('before '), toBob);
    clock.elapse(1);
    wire.partition(alice, bob);
    alice.transmit(bytes('during '), toBob);
    clock.elapse(1_000);
    expect(atBob.all).toBe('before ');
    wire.heal();
    clock.elapse(1);
    expect(atBob.all).toBe('before during ');
  });

  it('are delivered to the end after their sender has closed down', async () => {
    const { clock, alice, atAlice, atBob, toBob } = await twoParties('tcp', {
      delay: { min: 5, max: 9 },
    });
    alice.transmit(bytes('goodbye'), toBob);
    await alice.close();
    clock.elapse(100);
    expect(atBob.all).toBe('goodbye');
    expect(atBob.closedFlows).toHaveLength(1);
    expect(atAlice.closedFlows).toEqual([]);
  });
});
