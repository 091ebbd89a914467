/** Makes happen what goes wrong, when it does. */
import type { Network } from '@usher/core/adapter';

import type { Caller } from './caller.js';
import type { House } from './house.js';
import type { Fault } from './plan.js';
import type { Stranger } from './stranger.js';
import type { World } from './world.js';

/** Whom things happen to. */
export interface Stage {
  readonly world: World;
  readonly callers: readonly Caller[];
  readonly strangers: readonly Stranger[];
  /** The house that stands there now. */
  readonly house: House;
  /** Builds another house in its place. */
  rebuild(): void;
}

/** Makes it happen, now. */
export function strike(stage: Stage, fault: Fault): void {
  const { world } = stage;
  const { wire } = world;
  const house = stage.house.network.inner;
  const { type, at: _, ...rest } = fault;
  world.note(`** ${type} ${JSON.stringify(rest)}`);
  world.count(`fault: ${type}`);
  switch (fault.type) {
    case 'weather':
      wire.change(fault.weather);
      return;
    case 'partition': {
      const peer = networkOf(stage, fault.peer);
      wire.partition(peer, house);
      later(world, fault.lasts, () => wire.heal(peer, house));
      return;
    }
    case 'clog': {
      const reader = fault.peer % 2 === 0 ? house : networkOf(stage, fault.peer);
      wire.clog(reader, true);
      later(world, fault.lasts, () => wire.clog(reader, false));
      return;
    }
    case 'cut':
      wire.cut(networkOf(stage, fault.peer), house);
      return;
    case 'half-open':
      wire.kill(networkOf(stage, fault.peer), house);
      return;
    case 'peer-crash':
      peerOf(stage, fault.peer).crash(fault.silent);
      return;
    case 'house-crash':
      return crash(stage, fault);
    case 'drain': {
      const { house: closing } = stage;
      void closing.close(fault.within).then(() => {
        if (closing.state === 'closed') later(world, fault.back, () => stage.rebuild());
      });
      return;
    }
    case 'leap':
      if (fault.peer === undefined) stage.house.clock.leap(fault.ms);
      else peerOf(stage, fault.peer).clock.leap(fault.ms);
      return;
    case 'stall':
      stage.house.stall(fault.ms);
      return;
    case 'burst':
      for (const caller of stage.callers) for (let n = 0; n < fault.count; n += 1) caller.extra();
      for (const stranger of stage.strangers) stranger.burst(fault.count);
  }
}

function crash(stage: Stage, fault: Fault & { readonly type: 'house-crash' }): void {
  const { house, world } = stage;
  if (!house.alive || house.state === 'closed') return;
  house.onDeath = () => later(world, fault.back, () => stage.rebuild());
  if (fault.point === undefined) house.crash(fault.silent);
  else house.watcher.crashPoint = { at: fault.point, left: fault.count };
}

function later(world: World, ms: number, act: () => void): void {
  world.clock.at(world.clock.now() + ms, act);
}

function peerOf({ callers, strangers }: Stage, number: number): Caller | Stranger {
  const peers = [...callers, ...strangers];
  const peer = peers[number % peers.length];
  if (peer === undefined) throw new Error('there is nobody');
  return peer;
}

function networkOf(stage: Stage, number: number): Network {
  const { network } = peerOf(stage, number);
  return 'inner' in network ? network.inner : network;
}
