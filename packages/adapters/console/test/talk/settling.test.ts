import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@usher/core/testing';

import { PATIENCE, Settling } from '../../src/talk/settling.js';

/** After how many milliseconds from the end of the lines the replies have settled, when these things happen in between. */
async function settledAfter(
  ...events: [after: number, what: (settling: Settling) => void][]
): Promise<number> {
  const clock = new VirtualClock(0);
  const settling = new Settling(clock, PATIENCE);
  let settledAt: number | undefined;
  void settling.done.then(() => (settledAt = clock.now()));
  settling.sent();
  settling.ended();
  for (const [after, what] of events) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await clock.advance(after - clock.now());
    what(settling);
  }
  await clock.advance(60_000);
  return settledAt ?? Number.NaN;
}

describe('the replies to a script', () => {
  it('have settled five seconds after the last line where none comes', async () => {
    expect(await settledAfter()).toBe(5_000);
  });

  it('have settled one second after the last of them', async () => {
    expect(await settledAfter([300, (s) => s.received()])).toBe(1_300);
    expect(await settledAfter([300, (s) => s.received()], [1_200, (s) => s.received()])).toBe(
      2_200,
    );
  });

  it('are waited for ten seconds while the other end is typing', async () => {
    expect(await settledAfter([300, (s) => s.received()], [400, (s) => s.typing(true)])).toBe(
      10_400,
    );
    expect(await settledAfter([300, (s) => s.typing(true)], [4_000, (s) => s.received()])).toBe(
      5_000,
    );
    expect(
      await settledAfter(
        [300, (s) => s.received()],
        [400, (s) => s.typing(true)],
        [900, (s) => s.typing(false)],
      ),
    ).toBe(1_900);
  });

  it('that came before the last line are no replies to it', async () => {
    const clock = new VirtualClock(0);
    const settling = new Settling(clock, PATIENCE);
    let settled = false;
    void settling.done.then(() => (settled = true));
    settling.received();
    settling.sent();
    settling.ended();
    await clock.advance(4_999);
    expect(settled).toBe(false);
    await clock.advance(1);
    expect(settled).toBe(true);
  });
});
