/** Tells the documents of a configuration apart: the house, or a bot. */
import { nearest } from '../text/nearest.js';
import type { Problem } from './problem.js';
import { BotDocument, House } from './schema.js';
import { placeAt, type Tree } from './tree.js';

const HOUSE_KEYS = Object.keys(House.shape);
const BOT_KEYS = Object.keys(BotDocument.shape);
const SHARED = new Set(HOUSE_KEYS.filter((key) => BOT_KEYS.includes(key)));

/** What a document is; where it is neither, the problem with it. Keys decide, those with a slip of the pen included. */
export function kindOf(tree: Tree): 'house' | 'bot' | Problem {
  const place = placeAt(tree, []);
  const advice = 'one with `listen:` is the house, one with `id:`, `plugin:` and `order:` is a bot';
  if (tree.kind !== 'table') {
    return {
      code: 'unknown-document',
      place,
      message: `a document must be a table of keys: ${advice}`,
    };
  }
  const keys = [...tree.entries.keys()];
  if (keys.includes('listen')) return 'house';
  if (keys.includes('plugin') || keys.includes('bot')) return 'bot';
  const near = (known: readonly string[]): number =>
    keys.filter((key) => !SHARED.has(key) && nearest(key, known) !== undefined).length;
  const house = near(HOUSE_KEYS.filter((key) => !SHARED.has(key)));
  const bot = near(BOT_KEYS.filter((key) => !SHARED.has(key)));
  if (house > bot) return 'house';
  if (bot > 0) return 'bot';
  return {
    code: 'unknown-document',
    place,
    message: `this document is neither the house nor a bot: ${advice}; it has ${keys.map((key) => `\`${key}\``).join(', ')}`,
  };
}
