import { describe, expect, it } from '@jest/globals';
import type { Activity } from '@usher/core';
import { VirtualClock } from '@usher/core/testing';

import { Log } from '../../src/log/log.js';
import type { Level, LogRecord } from '../../src/log/record.js';
import { message } from './activities.js';

/** A log whose lines are kept, as what they are of and how many were withheld before them. */
function logging(level: Level = 'debug') {
  const clock = new VirtualClock();
  const records: LogRecord[] = [];
  const lines: string[] = [];
  const log = new Log(
    {
      write(record, _activity, withheld) {
        records.push(record);
        const { peer, text, lines: left } = record.fields;
        const what = [left, peer, text].find((one) => one !== undefined) ?? '';
        lines.push(`${record.event} ${JSON.stringify(what).replaceAll('"', '')} +${withheld}`);
      },
    },
    level,
    clock,
  );
  const tell = (activity: Record<string, unknown>): void =>
    log.activity({ at: clock.now(), ...activity } as Activity);
  return {
    clock,
    log,
    lines,
    records,
    tell,
    violated: (peer: string, code = 'bad-header') =>
      tell({ type: 'violated', userAgent: 'sip', code, message: 'x', peer }),
    refused: (session: string) =>
      tell({ type: 'refused', session, bot: 'echo', message: 'm', status: 486, why: 'mailbox' }),
  };
}

describe('what strangers can cause in the log', () => {
  it('is at most one line a second of each kind of fault from one source, whatever its port and transport', () => {
    const { clock, lines, violated } = logging();
    for (let port = 1; port <= 50; port += 1) {
      violated(`udp 192.0.2.1:${port}`);
      violated(`tcp 192.0.2.1:${port}`);
      clock.elapse(10);
    }
    violated('udp 192.0.2.1:1', 'bad-via');
    violated('udp 192.0.2.2:1');
    clock.elapse(500);
    violated('udp 192.0.2.1:5060');
    expect(lines).toEqual([
      'violated udp 192.0.2.1:1 +0',
      'violated udp 192.0.2.1:1 +0',
      'violated udp 192.0.2.2:1 +0',
      'violated udp 192.0.2.1:5060 +99',
    ]);
  });

  it('is one source for the whole of the network that somebody has by IPv6', () => {
    const { lines, violated } = logging();
    for (let host = 1; host <= 100; host += 1)
      violated(`udp 2001:db8:1:2::${host.toString(16)}:5060`);
    violated('udp 2001:db8:1:3::1:5060');
    expect(lines).toEqual([
      'violated udp 2001:db8:1:2::1:5060 +0',
      'violated udp 2001:db8:1:3::1:5060 +0',
    ]);
  });

  it('is told of once it is over, even where nothing else happens then', () => {
    const { clock, lines, violated } = logging();
    for (const peer of ['udp 192.0.2.1:1', 'udp 192.0.2.2:1']) {
      for (let count = 0; count < 11; count += 1) violated(peer);
    }
    expect(lines).toHaveLength(2);
    clock.elapse(10_000);
    expect(lines.slice(2)).toEqual(['left-out 20 +0']);
    expect(clock.waiting).toBe(0);
  });

  it('is told of where a line of another kind comes first, and never twice', () => {
    const { clock, lines, records, violated } = logging();
    for (let count = 0; count < 4; count += 1) violated('udp 192.0.2.1:1');
    clock.elapse(1_999);
    violated('udp 192.0.2.9:1');
    clock.elapse(10_000);
    const told = records.reduce((sum, { fields }) => sum + Number(fields['lines'] ?? 0), 0);
    expect(told).toBe(3);
    expect(lines.filter((line) => line.startsWith('left-out'))).toEqual(['left-out 3 +0']);
  });

  it('is told of to the last line when the log is closed', () => {
    const { clock, log, lines, violated } = logging();
    for (let count = 0; count < 4; count += 1) violated('udp 192.0.2.1:1');
    log.close();
    expect(lines).toEqual(['violated udp 192.0.2.1:1 +0', 'left-out 3 +0']);
    expect(clock.waiting).toBe(0);
  });

  it('is bounded even where every fault comes from another source', () => {
    const { clock, lines, violated } = logging();
    for (let host = 0; host < 100_000; host += 1) violated(`udp host-${host}:1`);
    expect(lines.length).toBeLessThanOrEqual(129);
    clock.elapse(3_000);
    expect(lines.at(-1)).toBe(`left-out ${100_000 - (lines.length - 1)} +0`);
  });

  it('does not keep faults of later seconds from being told', () => {
    const { clock, lines, violated } = logging();
    for (let second = 0; second < 5; second += 1) {
      for (let host = 0; host < 5_000; host += 1) {
        violated(`udp host-${second}-${host}:1`);
        violated(`udp host-${second}-${host}:1`);
      }
      clock.elapse(1_000);
    }
    violated('udp 192.0.2.1:5060');
    expect(lines.at(-1)).toBe('violated udp 192.0.2.1:5060 +0');
  });

  it('is bounded for messages that are refused, or do not arrive, by session', () => {
    const { tell, lines, refused } = logging('info');
    const { contentType, body } = message('x');
    const delivery = { type: 'failed', status: 486, reason: 'Busy Here' };
    for (let count = 0; count < 100; count += 1) {
      for (const session of ['s1', 's2']) {
        refused(session);
        tell({
          type: 'sent',
          session,
          bot: 'echo',
          message: 'm',
          content: { contentType, body },
          delivery,
          took: 1,
        });
      }
    }
    expect(lines).toHaveLength(4);
  });

  it('is bounded for what a bot lets go of, by what it is and where it comes from', () => {
    const { log, clock, records } = logging();
    const stray = (error: unknown): void =>
      log.event({ event: 'stray', level: 'error', at: clock.now(), fields: { error } });
    for (let count = 0; count < 100; count += 1) stray(new Error(`no. ${count}`));
    stray(new TypeError('another one'));
    expect(records).toHaveLength(2);
  });

  it('takes nothing from what goes as it should', () => {
    const { log, lines, clock } = logging('info');
    for (let count = 0; count < 100; count += 1)
      log.activity({ type: 'draining', at: clock.now(), sessions: count });
    expect(lines).toHaveLength(100);
  });

  it('is not counted where nobody wants to read it', () => {
    const { clock, lines, violated } = logging('error');
    for (let count = 0; count < 100; count += 1) violated('udp 192.0.2.1:1');
    clock.elapse(10_000);
    expect(lines).toEqual([]);
  });
});
