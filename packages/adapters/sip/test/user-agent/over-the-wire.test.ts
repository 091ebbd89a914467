/* oxlint-disable no-await-in-loop -- one word after the other is the point of a talk */
import { describe, expect, it } from '@jest/globals';
import { Address, plainText } from '@usher/core';
import { RecordingReceiver, SeededChance, SimulatedWire, VirtualClock } from '@usher/core/testing';

import { SipUserAgent } from '../../src/index.js';
import { echo, House } from './house.js';

const SESSIONS = 100;
const MESSAGES = 5;

/** How a wire behaves, besides its clock and its chance. */
interface Weather {
  readonly transport: string;
  readonly loss?: number;
  readonly duplication?: number;
  readonly slicing?: boolean;
}

/** A hundred talks over one wire: what each side heard, and what is left when all is over. */
async function talkAll(seed: number, { transport, ...weather }: Weather) {
  const clock = new VirtualClock();
  const chance = new SeededChance(seed);
  const wire = new SimulatedWire({ clock, chance, delay: { min: 5, max: 40 }, ...weather });
  const made = (address: string) =>
    new SipUserAgent({
      clock,
      chance,
      network: wire.network([{ transport, address, port: 5060 }]),
      proxy: `sip:192.0.2.202;transport=${transport}`,
    });
  const [caller, callee] = [made('192.0.2.201'), made('192.0.2.202')];
  const [atCaller, atCallee] = [new House(), new House()];
  atCallee.begin = echo;
  await caller.open(atCaller);
  await callee.open(atCallee);

  const target = Address.parse('sip:bot@192.0.2.202');
  const results: {
    readonly outcome: string;
    readonly fates: string[];
    readonly heard: string[];
  }[] = [];
  const talk = async (number: number): Promise<void> => {
    const receiver = new RecordingReceiver();
    const invited = await caller.invite(target, receiver, { subject: `talk ${number}` });
    const fates: string[] = [];
    if (invited.type === 'accepted') {
      for (let count = 1; count <= MESSAGES; count += 1) {
        const text = plainText(`${number}.${count}`);
        fates.push((await invited.medium.send(text, `${number}-${count}`)).type);
      }
      await receiver.until(({ messages, ends }) => messages.length >= MESSAGES || ends.length > 0);
      await invited.medium.end({ by: 'bot', why: 'ended' });
    }
    results.push({ outcome: invited.type, fates, heard: receiver.texts });
  };
  const all = Promise.all(Array.from({ length: SESSIONS }, async (_, number) => talk(number)));
  const progress = { over: false };
  void all.then(() => {
    progress.over = true;
  });
  for (let step = 0; step < 600 && !progress.over; step += 1) await clock.advance(1_000);
  // The last answers linger for 64*T1 each, and so does what waits for them.
  await clock.advance(100_000);
  const counts = [caller.counts, callee.counts];
  const waiting = clock.waiting;
  await Promise.all([caller.close(), callee.close(), clock.advance(5_000)]);
  return { results, atCallee, atCaller, counts, waiting };
}

const REST = { dialogs: 0, pending: 0, server: 0, client: 0, parties: 0, pagers: 0, deliveries: 0 };

describe.each([
  { transport: 'udp', loss: 0.05, duplication: 0.05 },
  { transport: 'udp', loss: 0.15 },
  { transport: 'tcp', slicing: true },
])('a hundred talks over %j', (weather) => {
  it.each([1, 2, 3])(
    'lose no session and double no message, and leave nothing behind (seed %d)',
    async (seed) => {
      const { results, atCallee, counts, waiting } = await talkAll(seed, weather);
      expect(results).toHaveLength(SESSIONS);
      for (const { outcome, fates, heard } of results) {
        expect([outcome, fates]).toEqual(['accepted', Array<string>(MESSAGES).fill('delivered')]);
        const number = heard[0]?.split('.')[0] ?? '';
        expect(heard).toEqual(Array.from({ length: MESSAGES }, (_, at) => `${number}.${at + 1}`));
      }
      expect(atCallee.talks).toHaveLength(SESSIONS);
      for (const { heard } of atCallee.talks) {
        expect(heard.texts).toHaveLength(MESSAGES);
        expect(heard.ends).toEqual([{ by: 'peer', why: 'hung-up' }]);
      }
      for (const count of counts) expect(count).toMatchObject(REST);
      expect(waiting).toBe(0);
    },
    30_000,
  );
});
