/** A hundred peers, each of whom was never heard of before, over a wire that loses a good deal: none of them is lost. */
/* oxlint-disable no-await-in-loop -- one word after the other is the point of a talk */
import { describe, expect, it } from '@jest/globals';
import { Address, plainText } from '@usher/core';
import type { Knock } from '@usher/core/adapter';
import { RecordingReceiver, SeededChance, SimulatedWire, VirtualClock } from '@usher/core/testing';

import { SipUserAgent } from '../../src/index.js';
import { echo, House } from './house.js';

const PEERS = 100;
const MESSAGES = 3;
const LOSS = 0.15;
const HOUSE = '192.0.2.202';

/** What became of each talk of a peer with a house that takes so long to decide. */
async function meetAll(seed: number, thinking: number) {
  const clock = new VirtualClock();
  const chance = new SeededChance(seed);
  const wire = new SimulatedWire({ clock, chance, delay: { min: 5, max: 40 }, loss: LOSS });
  const made = (address: string) =>
    new SipUserAgent({
      clock,
      chance,
      network: wire.network([{ transport: 'udp', address, port: 5060 }]),
      proxy: `sip:${HOUSE}`,
    });
  const callee = made(HOUSE);
  const atCallee = new House();
  atCallee.begin = echo;
  atCallee.decide = (knock: Knock) => {
    clock.at(clock.now() + thinking, () => void atCallee.accept(knock));
  };
  await callee.open(atCallee);
  const target = Address.parse(`sip:bot@${HOUSE}`);
  const talk = async (number: number): Promise<string> => {
    const caller = made(`203.0.113.${number + 1}`);
    await caller.open(new House());
    const receiver = new RecordingReceiver();
    const invited = await caller.invite(target, receiver);
    if (invited.type !== 'accepted') return invited.type;
    const fates = [];
    for (let count = 1; count <= MESSAGES; count += 1) {
      fates.push((await invited.medium.send(plainText(`${count}`), `${count}`)).type);
    }
    await receiver.until(({ messages, ends }) => messages.length >= MESSAGES || ends.length > 0);
    await invited.medium.end({ by: 'bot', why: 'ended' });
    return [...fates, ...receiver.texts].join(' ');
  };
  const progress = { over: false };
  const all = Promise.all(Array.from({ length: PEERS }, async (_, number) => talk(number)));
  void all.then(() => {
    progress.over = true;
  });
  for (let step = 0; step < 600 && !progress.over; step += 1) await clock.advance(1_000);
  await clock.advance(100_000);
  const counts = callee.counts;
  return { outcomes: await all, counts };
}

const WELL = [...Array<string>(MESSAGES).fill('delivered'), '1', '2', '3'].join(' ');

describe.each([
  ['decides at once', 0],
  ['takes three seconds to decide', 3_000],
  ['takes ten seconds to decide', 10_000],
])('a house that %s', (_what, thinking) => {
  it.each([1, 2, 3])(
    'loses nobody whom it meets for the first time while 15 of 100 datagrams are lost (seed %d)',
    async (seed) => {
      const { outcomes, counts } = await meetAll(seed, thinking);
      expect(outcomes).toEqual(Array(PEERS).fill(WELL));
      expect(counts).toMatchObject({ dialogs: 0, pending: 0, server: 0, client: 0 });
    },
    60_000,
  );
});
