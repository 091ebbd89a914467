import { describe, expect, it } from '@jest/globals';

import type { SipUserAgentOptions } from '../../src/index.js';
import { Bench, readResponse, TCP, UDP, WS } from '../endpoint/bench.js';
import { answer, invite } from '../endpoint/peer.js';
import { Stage } from '../user-agent/stage.js';

const MINUTE = 60_000;

describe('an invitation that waits for ten minutes', () => {
  it.each([
    ['UDP', UDP],
    ['TCP', TCP],
    ['WebSocket', WS],
  ])("over %s never lets a proxy's Timer C run out, and can be answered then", (_name, flow) => {
    const bench = new Bench();
    bench.receive(invite(), flow);
    const begun = bench.now;
    bench.elapse(10 * MINUTE);
    const rings = bench.take().map((sent) => [sent.at - begun, readResponse(sent).status]);
    expect(rings[0]).toEqual([200, 100]);
    expect(rings.slice(1).map(([, status]) => status)).toEqual(Array(10).fill(180));
    // RFC 3261, 13.3.1.1: one a minute. A proxy gives up after three of silence (16.6, timer C).
    const at = rings.map(([time = 0]) => time);
    for (const [index, time] of at.entries()) {
      expect(time - (at[index - 1] ?? 0)).toBeLessThanOrEqual(MINUTE);
    }
    answer(bench, 200);
    expect(bench.response().status).toBe(200);
  });

  it('takes no part of what a house may hold but one transaction, and ends with it', () => {
    const bench = new Bench();
    bench.receive(invite());
    bench.elapse(10 * MINUTE);
    expect(bench.endpoint.counts).toMatchObject({ pending: 1, dialogs: 1, server: 1 });
    answer(bench, 603);
    bench.elapse(MINUTE);
    expect(bench.endpoint.counts).toMatchObject({ pending: 0, dialogs: 0, server: 0 });
  });

  it('is kept under overload control, which counts what is new, and not what waits', async () => {
    const options: Partial<SipUserAgentOptions> = { overload: {} };
    const stage = await Stage.open(options);
    stage.house.decide = () => {};
    await stage.receive(invite());
    await stage.clock.advance(10 * MINUTE);
    await stage.house.knocks[0]?.answer({ type: 'reject', status: 480 });
    expect(readResponse(stage.take().at(-1) ?? { bytes: new Uint8Array() }).status).toBe(480);
  });

  it('of a stranger over UDP has no more said of it than its own octets allow: 100 alone, but its answer in the end', () => {
    const bench = Bench.amongStrangers();
    bench.receive(invite());
    bench.elapse(10 * MINUTE);
    const statuses = bench.take().map((sent) => readResponse(sent).status);
    expect(statuses.filter((status) => status >= 180)).toEqual([]);
    answer(bench, 486);
    expect(bench.response().status).toBe(486);
  });
});
