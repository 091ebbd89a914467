import { describe, expect, it } from '@jest/globals';

import type { Flow } from '../../src/adapter.js';
import { bytes, here, there, twoParties } from './two-parties.js';

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
