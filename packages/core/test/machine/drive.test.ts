import { describe, expect, test } from '@jest/globals';

import { Drive, type Flow, type Machine, type Output } from '../../src/adapter.js';
import { VirtualClock } from '../../src/testing/index.js';

/** Says what it is told, and wakes when it is told to. */
class Parrot implements Machine<string, string> {
  deadline: number | undefined;
  readonly doors: string[] = [];

  receive(bytes: Uint8Array, now: number, from?: Flow): Output<string>[] {
    this.doors.push(`receive ${bytes.length} at ${now}`);
    return [{ type: 'transmit', bytes, ...(from !== undefined && { to: from }) }];
  }
  execute(command: string, now: number): Output<string>[] {
    this.doors.push(`execute ${command} at ${now}`);
    const wake = /^wake (\d+)$/.exec(command);
    if (wake !== null) this.deadline = Number(wake[1]);
    return [
      { type: 'event', event: `${command} begun` },
      { type: 'event', event: `${command} done` },
    ];
  }
  elapse(now: number): Output<string>[] {
    this.doors.push(`elapse at ${now}`);
    if (this.deadline === undefined || this.deadline > now) return [];
    this.deadline = undefined;
    return [{ type: 'event', event: `woken at ${now}` }];
  }
}

function drive(observe: (event: string, drive: Drive<string, string>) => void = () => undefined): {
  clock: VirtualClock;
  parrot: Parrot;
  events: string[];
  sent: number[];
  drive: Drive<string, string>;
} {
  const clock = new VirtualClock(0);
  const parrot = new Parrot();
  const events: string[] = [];
  const sent: number[] = [];
  const driven: Drive<string, string> = new Drive(
    parrot,
    { transmit: (bytes) => void sent.push(bytes.length) },
    clock,
    (event) => {
      events.push(event);
      observe(event, driven);
    },
  );
  return { clock, parrot, events, sent, drive: driven };
}

describe('a drive', () => {
  test('brings bytes to the machine with the time, and its answer to the pipe', async () => {
    const { clock, parrot, sent, drive: driven } = drive();
    await clock.advance(7);
    driven.receive(new Uint8Array(3));
    expect(parrot.doors).toEqual(['receive 3 at 7']);
    expect(sent).toEqual([3]);
  });

  test('wakes the machine at its deadline', async () => {
    const { clock, events, drive: driven } = drive();
    driven.execute('wake 500');
    await clock.advance(499);
    expect(events).not.toContain('woken at 500');
    await clock.advance(1);
    expect(events).toContain('woken at 500');
    expect(clock.waiting).toBe(0);
  });

  test('wakes it earlier where the deadline moved earlier, with one alarm at a time', async () => {
    const { clock, events, drive: driven } = drive();
    driven.execute('wake 500');
    driven.execute('wake 100');
    expect(clock.waiting).toBe(1);
    await clock.advance(100);
    expect(events).toContain('woken at 100');
    await clock.advance(1000);
    expect(events).not.toContain('woken at 500');
  });

  test('finds the right moment where the deadline moved later', async () => {
    const { clock, events, drive: driven } = drive();
    driven.execute('wake 100');
    driven.execute('wake 500');
    await clock.advance(499);
    expect(events.filter((event) => event.startsWith('woken'))).toEqual([]);
    await clock.advance(1);
    expect(events).toContain('woken at 500');
  });

  test('carries out at once what an observer wants in between, then goes on', () => {
    const { events, drive: driven } = drive((event, self) => {
      if (event === 'one begun') self.execute('two');
    });
    driven.execute('one');
    expect(events).toEqual(['one begun', 'two begun', 'two done', 'one done']);
  });

  test('that was stopped drops what still arrives and wakes nobody', async () => {
    const { clock, parrot, drive: driven } = drive();
    driven.execute('wake 100');
    driven.stop();
    driven.receive(new Uint8Array(1));
    driven.execute('more');
    await clock.advance(1000);
    expect(parrot.doors).toEqual(['execute wake 100 at 0']);
    expect(clock.waiting).toBe(0);
  });

  test('lets what has arrived be heard before an alarm that rings late', () => {
    let now = 0;
    const alarms: (() => void)[] = [];
    const clock = {
      now: () => now,
      at: (_instant: number, task: () => void) => {
        alarms.push(task);
        return () => undefined;
      },
    };
    const parrot = new Parrot();
    const driven = new Drive(parrot, { transmit: () => undefined }, clock, () => undefined);
    driven.execute('wake 100');
    now = 600;
    alarms.shift()?.();
    expect(parrot.doors).toEqual(['execute wake 100 at 0']);
    driven.receive(new Uint8Array(1));
    alarms.shift()?.();
    expect(parrot.doors.slice(1)).toEqual(['receive 1 at 600', 'elapse at 600']);
    expect(alarms).toEqual([]);
  });
});
