import { describe, expect, it } from '@jest/globals';
import { SeededChance } from '@usher/core/testing';

import { parseRedundant } from '../../src/rtp/redundant-payload.js';
import { type Party, pair } from './pair.js';

const decoder = new TextDecoder();

/** The blocks of each packet as text, the oldest first. */
function blocksOf({ sent }: Party): string[][] {
  return sent.map(({ packet }) =>
    (parseRedundant(packet.payload) ?? []).map(({ data }) => decoder.decode(data)),
  );
}

describe('a conversation in real-time text', () => {
  it('brings a line to the other end as a message', () => {
    const { clock, alice, bot } = pair();
    alice.say(1, 'Grüße, 世界 🙂');
    clock.elapse(5_000);
    expect(bot.heard).toEqual(['Grüße, 世界 🙂']);
    bot.say(1, 'Hello yourself.');
    clock.elapse(5_000);
    expect(alice.heard).toEqual(['Hello yourself.']);
  });

  it('says all again in the next two packets, and is silent then', () => {
    const { clock, alice } = pair();
    alice.say(1, 'Hi');
    clock.elapse(60_000);
    expect(blocksOf(alice)).toEqual([
      ['', '', 'Hi\u2028'],
      ['', 'Hi\u2028', ''],
      ['Hi\u2028', '', ''],
    ]);
    expect(alice.sent.map(({ at }) => at - (alice.sent[0]?.at ?? 0))).toEqual([0, 300, 600]);
    expect(alice.told).toEqual([1]);
  });

  it('marks the first packet, and the first one after a silence', () => {
    const { clock, alice } = pair();
    alice.say(1, 'one');
    clock.elapse(10_000);
    alice.say(2, 'two');
    clock.elapse(10_000);
    expect(alice.sent.map(({ packet }) => packet.marker)).toEqual([
      true,
      false,
      false,
      true,
      false,
      false,
    ]);
  });

  it('numbers packets one by one, and stamps them by the millisecond', () => {
    const { clock, alice } = pair();
    alice.say(1, 'a longer text that takes some packets');
    clock.elapse(10_000);
    const [first] = alice.sent;
    if (first === undefined) throw new Error('nothing was sent');
    for (const [index, { packet, at }] of alice.sent.entries()) {
      expect((packet.sequence - first.packet.sequence) & 0xffff).toBe(index);
      expect((packet.timestamp - first.packet.timestamp) >>> 0).toBe(at - first.at);
    }
  });

  it.each([1, 8, 30, 200])('never sends more than %i characters a second, over any ten', (pace) => {
    const { clock, alice, bot } = pair({ perSecond: pace });
    const text = 'x'.repeat(pace * 19);
    alice.say(1, text);
    clock.elapse(40_000);
    const left = alice.sent.map(({ at, packet }) => ({
      at,
      count: decoder.decode(parseRedundant(packet.payload)?.at(-1)?.data).length,
    }));
    for (const { at } of left) {
      const window = left.filter((one) => one.at > at - 10_000 && one.at <= at);
      expect(window.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(pace * 10);
    }
    expect(bot.heard).toEqual([text]);
  });

  it.each([1, 2])('loses nothing where any %i packets in a row are lost', (count) => {
    const text = 'The quick brown fox jumps over the lazy dog, twice and once more.';
    for (let first = 0; first < 12; first += 1) {
      const { clock, alice, bot } = pair();
      alice.fate = (index) => ({
        copies: index >= first && index < first + count ? 0 : 1,
        delay: 5,
      });
      alice.say(1, text);
      clock.elapse(4_900);
      // What is lost at the very end is not missed before something else comes.
      alice.say(2, 'end');
      clock.elapse(10_000);
      expect(bot.heard).toEqual([text, 'end']);
    }
  });

  it('marks as lost, once, what is not in any packet that came', () => {
    const { clock, alice, bot } = pair();
    alice.fate = (index) => ({ copies: index >= 2 && index < 5 ? 0 : 1, delay: 5 });
    alice.say(1, 'aaaaaaaaabbbbbbbbbcccccccccdddddddddeeeeeeeeefffffffff');
    clock.elapse(20_000);
    expect(bot.heard).toEqual(['aaaaaaaaabbbbbbbbb\uFFFDdddddddddeeeeeeeeefffffffff']);
  });

  it('waits a second for what is missing, and not longer', () => {
    const { clock, alice, bot } = pair({ redundant: undefined, generations: 0 });
    alice.fate = (index) => ({ copies: 1, delay: index === 0 ? 0 : index === 1 ? 900 : 5 });
    alice.say(1, 'aaaaaaaaabbbbbbbbbccccccccc');
    clock.elapse(20_000);
    expect(bot.heard).toEqual(['aaaaaaaaabbbbbbbbbccccccccc']);
    alice.fate = (index) => ({ copies: 1, delay: index === 6 ? 1_400 : 5 });
    alice.say(2, 'aaaaaaaaabbbbbbbbbccccccccc');
    clock.elapse(20_000);
    expect(bot.heard[1]).toBe('aaaaaaaaa\uFFFDccccccccc');
  });

  it('brings each character once and in order, however packets are doubled, delayed and lost', () => {
    const text = Array.from({ length: 40 }, (_, index) => `word ${index}`).join(' ');
    for (let seed = 1; seed <= 200; seed += 1) {
      const chance = new SeededChance(seed);
      const { clock, alice, bot } = pair();
      let lost = 0;
      alice.fate = () => {
        const isLost = lost < 2 && chance.chance(0.25);
        lost = isLost ? lost + 1 : 0;
        return { copies: isLost ? 0 : 1 + chance.integer(2), delay: chance.integer(280) };
      };
      alice.say(1, text);
      clock.elapse(20_000);
      alice.fate = () => ({ copies: 1, delay: 5 });
      alice.say(2, '.');
      clock.elapse(10_000);
      expect(bot.heard).toEqual([text, '.']);
    }
  });

  it('makes a message of what was written when nothing more comes for five seconds', () => {
    const { clock, alice, bot } = pair();
    alice.say(1, 'unfinished');
    // Its new line and all that is said again of it is lost.
    alice.fate = (index) => ({ copies: index === 0 ? 1 : 0, delay: 5 });
    clock.elapse(4_900);
    expect(bot.heard).toEqual([]);
    clock.elapse(200);
    expect(bot.heard).toEqual(['unfinishe']);
  });

  it('shows that the peer is writing, until the message is there', () => {
    const { clock, alice, bot } = pair();
    alice.say(1, 'a text of some packets');
    clock.elapse(10_000);
    expect(bot.events).toEqual([
      { type: 'composing', composing: 'active' },
      { type: 'composing', composing: 'idle' },
      { type: 'said', text: 'a text of some packets' },
    ]);
  });
});
