/** The law of delivery: what was answered 2xx was taken, once, and heard, once and in order. */
import type { House } from './house.js';
import type { World } from './world.js';

/** Looks at what was said in all of a run. */
export function checkDeliveries(world: World, houses: readonly House[]): void {
  const { ledger } = world;
  for (const { text, fate, by } of ledger.asked.values()) {
    if (world.garbled.has(text)) continue;
    if (fate === 'delivered' && !ledger.taken.has(text))
      world.accuse(
        `${JSON.stringify(text)} of ${by} was answered 2xx, and the house never took it`,
      );
  }
  const ours = new Set([...ledger.asked.keys(), ...ledger.replied.map(({ text }) => text)]);
  for (const [text, seen] of ledger.seen) {
    // What a bot says to everybody is no text of its own.
    if (!ours.has(text) || world.garbled.has(text)) continue;
    // To one whose clock was set, what comes again is new: the session that knew it is over.
    if (houses.some(({ clock }) => clock.delayed > 0)) continue;
    // A house that comes after one that died hears again what that one never answered, and says it back.
    const takers = houses.filter(({ book }) => book.taken.has(text)).length;
    if (seen > Math.max(1, takers))
      world.accuse(`a peer saw ${JSON.stringify(text)} ${seen} times`);
  }
  for (const { text, fate, by } of ledger.replied) {
    if (fate === 'delivered' && !ledger.seen.has(text) && !world.garbled.has(text))
      world.accuse(`${JSON.stringify(text)} of bot ${by} was delivered, and no peer saw it`);
  }
  for (const house of houses) {
    for (const [text, taken] of house.book.taken) {
      // What the journal takes longer for than anybody waits is another message when it comes again; and so is what comes
      // again to a house whose clock was set, to a session that has ended by that.
      if (house.slow || house.clock.delayed > 0) break;
      if (taken > 1 && ledger.asked.has(text) && !world.garbled.has(text))
        world.accuse(`one house took ${JSON.stringify(text)} ${taken} times`);
    }
    for (const { bot, heard, pager, session } of house.talks.all) {
      if (heard.some((text) => world.garbled.has(text))) continue;
      if (new Set(heard).size < heard.length)
        world.accuse(`bot ${bot} heard something twice in ${session}: ${heard.join(' ')}`);
      const numbers = heard.map((text) => Number(/\.(\d+)$/.exec(text)?.[1] ?? Number.NaN));
      const known = numbers.filter((number) => !Number.isNaN(number));
      if (!pager && known.some((number, index) => number <= (known[index - 1] ?? 0)))
        world.accuse(`bot ${bot} heard out of order in ${session}: ${heard.join(' ')}`);
    }
  }
}
