/** Nonce counts against a list of all that was ever used (RFC 7616, 3.4, nc). */
import { NonceCounts } from '../../packages/adapters/sip/src/authentication/nonce-counts.js';
import { hold } from '../target.js';

const LIFETIME = 100;
const MOST = 3;
/** So many counts behind the highest are still told apart; what is further behind may have been used. */
const WINDOW = 32;

/** What was used of one nonce. */
interface Used {
  readonly made: number;
  readonly counts: Set<number>;
  highest: number;
}

/**
 * Uses counts as the octets have it: each two of them are one use, of one of a few nonces, with a count near the last one.
 * @throws Broken where a count was good twice, or a good one was refused.
 */
export function holdNonceCounts(program: Uint8Array): void {
  const counts = new NonceCounts(LIFETIME, MOST);
  const used = new Map<string, Used>();
  let now = 1_000;
  let crowded = false;
  for (let at = 0; at + 1 < Math.min(program.length, 200); at += 2) {
    const [which = 0, step = 0] = program.subarray(at, at + 2);
    if (which >= 0xf8) {
      now += step;
      counts.elapse(now);
      continue;
    }
    // More nonces than there is room for: then some are refused that would be good.
    crowded ||= which >= 0xf0;
    // Else few of them, and new ones when the time of the old ones is over.
    const age = Math.floor(now / (2 * LIFETIME + 50));
    const key = which >= 0xf0 ? `x${step}` : `${which % MOST} ${age}`;
    const nonce = used.get(key) ?? {
      made: now - (which & 3),
      counts: new Set<number>(),
      highest: 0,
    };
    if (now - nonce.made >= LIFETIME) continue;
    const count = Math.max(0, nonce.highest + (step % 80) - 40);
    const fresh = count > 0 && !nonce.counts.has(count);
    const near = nonce.counts.size === 0 || count > nonce.highest - WINDOW;
    const good = counts.use(key, nonce.made, count, now);
    hold(!good || fresh, 'count-good-twice', () => `${key} ${count}`);
    hold(counts.size <= MOST, 'counts-size');
    hold(counts.deadline === undefined || counts.deadline > now - LIFETIME, 'counts-deadline');
    if (fresh && near && !crowded)
      hold(good, 'good-count-refused', () => `${key}: ${count}, ${nonce.highest}`);
    if (!good) continue;
    nonce.counts.add(count);
    nonce.highest = Math.max(nonce.highest, count);
    used.set(key, nonce);
  }
}
