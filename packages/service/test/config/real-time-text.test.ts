/** Real-time text, as an operator writes it and as the house takes it. */
import { describe, expect, it } from '@jest/globals';

import { answerersOf } from '../../src/run/answerers.js';
import { GOOD, read, wrong } from './read.js';

/** A house with these lines in it, and a bot. */
function house(...lines: string[]): string {
  return GOOD.replace('---', `${lines.join('\n')}\n---`);
}

describe('real-time text', () => {
  it('is answered for by nobody where nothing is written', () => {
    expect(answerersOf(read(GOOD).house)).toEqual([]);
  });

  it('has an address, and may have ports and all the rest', () => {
    const text = house(
      'realTimeText: { address: 127.0.0.1, ports: 30000-30100, advertise: 192.0.2.1, pause: 2s, sources: offered, unheard: send }',
    );
    expect(wrong(text)).toEqual([]);
    expect(read(text).house.realTimeText).toEqual({
      address: '127.0.0.1',
      ports: { first: 30_000, last: 30_100 },
      advertise: '192.0.2.1',
      pause: '2s',
      sources: 'offered',
      unheard: 'send',
    });
    expect(answerersOf(read(text).house)).toMatchObject([
      { name: 'text', places: { used: 0, limit: 51 } },
    ]);
    expect(wrong(house('realTimeText: { address: "::1" }'))).toEqual([]);
  });

  it.each([
    ['{}', 'address'],
    ['{ address: example.com }', 'an address of this machine in numbers'],
    ['{ address: 127.0.0.1, ports: 30000 }', 'a range of ports'],
    ['{ address: 127.0.0.1, ports: 30100-30000 }', 'a range of ports'],
    ['{ address: 127.0.0.1, ports: 30001-30001 }', 'a range of ports'],
    ['{ address: 127.0.0.1, ports: 60000-70000 }', 'a range of ports'],
    ['{ address: 127.0.0.1, sources: all }', '`offered`, `peer` or `anybody`'],
    ['{ address: 127.0.0.1, unheard: maybe }', '`wait` or `send`'],
    ['{ address: 127.0.0.1, pause: soon }', 'a length of time'],
    ['{ address: 127.0.0.1, port: 30000 }', 'did you mean `ports`?'],
    ['{ address: 0.0.0.0 }', '`advertise: 192.0.2.1`'],
  ])('%s is refused, and told what to write', (written, told) => {
    const [problem, ...more] = wrong(house(`realTimeText: ${written}`));
    expect(problem).toContain(told);
    expect(problem).toMatch(/^usher\.yaml:2/);
    expect(more).toEqual([]);
  });

  it('at every address is known by the host that the house is known by', () => {
    for (const advertise of ['192.0.2.1', '192.0.2.1:5060', '"[2001:db8::1]:5060"']) {
      const text = house(`advertise: ${advertise}`, 'realTimeText: { address: 0.0.0.0 }');
      expect(wrong(text)).toEqual([]);
      expect(() => answerersOf(read(text).house)).not.toThrow();
    }
  });
});
