/** A house with one application of UCC in it, and a caller at its door. */
import { createHost, type Host, type Placement } from '@usher/core';
import { ScriptedCaller, VirtualClock } from '@usher/core/testing';

import {
  uccBot,
  type UccApplication,
  type UccBotOptions,
  type UccSessionManagerEvents,
} from '../src/index.js';

export const ALICE = 'sip:alice@example.com';
export const DESK = 'sip:desk@example.org';

/** A house, its clock, its caller, and what it noted. */
export interface Room {
  readonly host: Host;
  readonly clock: VirtualClock;
  readonly caller: ScriptedCaller;
  readonly notes: readonly string[];
}

/** Opens a house with that application. */
export async function room(
  application: UccApplication<unknown> | Partial<UccSessionManagerEvents>,
  options: UccBotOptions<unknown> = {},
  placement: Partial<Placement> = {},
  Caller: typeof ScriptedCaller = ScriptedCaller,
): Promise<Room> {
  const clock = new VirtualClock();
  const caller = new Caller({ clock });
  const bots = [{ id: 'ucc', plugin: uccBot(application, options), order: 1, ...placement }];
  const host = await createHost({ userAgents: [caller], bots, clock });
  const notes: string[] = [];
  host.activity.subscribe((activity) => {
    if (activity.type === 'noted') notes.push(activity.text);
  });
  await host.open();
  return { host, clock, caller, notes };
}
