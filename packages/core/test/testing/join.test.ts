import { describe, expect, it } from '@jest/globals';

import type { Machine, Output } from '../../src/adapter.js';
import { join, SeededChance, SimulatedWire, VirtualClock } from '../../src/testing/index.js';

/** Says numbers in lines until it has heard the answer to each; asks again every 100 ms, as over datagrams one must. */
class Counter implements Machine<number, string> {
  deadline: number | undefined;
  #unanswered = new Set<number>();
  #buffered = '';

  constructor(private readonly stream: boolean) {}

  execute(upTo: number, now: number): Output<string>[] {
    for (let number = 1; number <= upTo; number += 1) this.#unanswered.add(number);
    return this.elapse(now);
  }

  receive(bytes: Uint8Array): Output<string>[] {
    const text = new TextDecoder().decode(bytes);
    const lines = (this.stream ? this.#buffered + text : text).split('\n');
    this.#buffered = lines.pop() ?? '';
    return lines.flatMap((line): Output<string>[] => {
      if (line.startsWith('ask ')) return [transmit(`answer ${line.slice(4)}`)];
      this.#unanswered.delete(Number(line.slice(7)));
      return [{ type: 'event', event: line }];
    });
  }

  elapse(now: number): Output<string>[] {
    this.deadline = this.#unanswered.size === 0 ? undefined : now + 100;
    return [...this.#unanswered].map((number) => transmit(`ask ${number}`));
  }
}

function transmit(line: string): Output<string> {
  return { type: 'transmit', bytes: new TextEncoder().encode(`${line}\n`) };
}

describe('two joined machines', () => {
  it.each(['udp', 'tcp', 'ws'])('reach each other over %s, in any weather', async (transport) => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const clock = new VirtualClock(0);
      const wire = new SimulatedWire({
        clock,
        chance: new SeededChance(seed),
        delay: { min: 1, max: 40 },
        loss: 0.2,
        duplication: 0.2,
        slicing: true,
      });
      const machines = [
        new Counter(transport === 'tcp'),
        new Counter(transport === 'tcp'),
      ] as const;
      // oxlint-disable-next-line no-await-in-loop -- one seed after the other
      const [one] = await join(wire, clock, transport, ...machines);
      one.drive.execute(20);
      clock.elapse(60_000);
      const all = Array.from({ length: 20 }, (_, index) => `answer ${index + 1}`);
      expect(new Set(one.events)).toEqual(new Set(all));
      expect(machines[0].deadline).toBeUndefined();
      // Over a connection, an answer goes back by the one that the question came on.
      const answersTo = wire.log.filter(({ from }) => from.address.endsWith('.202'));
      expect(answersTo.every(({ to }) => (to.port === 5060) === (transport === 'udp'))).toBe(true);
    }
  });
});
