import { describe, expect, test } from '@jest/globals';

import { INVITE_CLIENT } from '../../src/transaction/invite-client-transaction.js';
import { INVITE_SERVER } from '../../src/transaction/invite-server-transaction.js';
import { NON_INVITE_CLIENT } from '../../src/transaction/non-invite-client-transaction.js';
import { NON_INVITE_SERVER } from '../../src/transaction/non-invite-server-transaction.js';
import type { Step, Table } from '../../src/transaction/table.js';
import { Timing, type TimerName } from '../../src/transaction/timing.js';

const TABLES: readonly (readonly [string, Table])[] = [
  ['INVITE client', INVITE_CLIENT],
  ['INVITE server', INVITE_SERVER],
  ['non-INVITE client', NON_INVITE_CLIENT],
  ['non-INVITE server', NON_INVITE_SERVER],
];

const timing = new Timing();

function steps(table: Table): { state: string; event: string; step: Step }[] {
  return Object.entries(table).flatMap(([state, row]) =>
    Object.entries(row).map(([event, step]) => ({ state, event, step })),
  );
}

describe.each(TABLES)('the table of the %s transaction', (_name, table) => {
  test('reaches each of its states from the first', () => {
    const reached = new Set(['initial']);
    for (let before = 0; before < reached.size;) {
      before = reached.size;
      for (const { state, step } of steps(table)) {
        if (reached.has(state) && step.next !== undefined) reached.add(step.next);
      }
    }
    expect(reached).toEqual(new Set([...Object.keys(table), 'terminated']));
  });

  test('starts every timer that it waits for, and waits for every timer that it starts', () => {
    const isTimer = (event: string): event is TimerName =>
      timing.length(event as TimerName, false) !== undefined;
    const awaited = new Set(
      steps(table)
        .map(({ event }) => event)
        .filter(isTimer),
    );
    const started = new Set(steps(table).flatMap(({ step }) => step.start ?? []));
    expect(started).toEqual(awaited);
  });

  test('leaves no state for another with a timer running that the other does not know', () => {
    // By what is started on the way in and not stopped on the way out.
    const running = new Map<string, Set<string>>([['initial', new Set()]]);
    for (let changed = true; changed;) {
      changed = false;
      for (const { state, event, step } of steps(table)) {
        const next = step.next ?? state;
        const before = running.get(state);
        if (before === undefined || next === 'terminated') continue;
        const after = new Set(
          [...before].filter(
            (timer) => timer !== event && step.stop?.includes(timer as TimerName) !== true,
          ),
        );
        for (const timer of step.start ?? []) after.add(timer);
        const known = running.get(next) ?? new Set();
        if ([...after].some((timer) => !known.has(timer)) || !running.has(next)) changed = true;
        running.set(next, new Set([...known, ...after]));
      }
    }
    for (const [state, timers] of running) {
      for (const timer of timers)
        expect(`${state}: ${Object.keys(table[state as 'initial'] ?? {}).join(' ')}`).toContain(
          timer,
        );
    }
  });
});
