/** Which of the challenges of one realm is answered (RFC 8760, 2.4). */
import type { Challenge } from './challenge.js';
import { type DigestAlgorithm, digestAlgorithm } from './digest-algorithm.js';

/** A challenge that is to be answered, and how. */
export interface Choice {
  readonly challenge: Challenge;
  readonly algorithm: DigestAlgorithm;
  readonly qop: 'auth' | 'auth-int';
}

/** Why none of the challenges is answered: no algorithm that is allowed, or no quality of protection that is known. */
export type Unanswerable = 'algorithm-forbidden' | 'qop-missing';

/**
 * The topmost challenge that policy allows, as the server's order is its preference; one with MD5 only where there is no
 * other. Without a quality of protection there would be nothing of ours in the computation, and the server could choose what
 * we compute: that is refused like a forbidden algorithm.
 */
export function chooseChallenge(
  challenges: readonly Challenge[],
  allowed: readonly DigestAlgorithm[],
): Choice | Unanswerable {
  let last: Choice | undefined;
  let why: Unanswerable = 'algorithm-forbidden';
  for (const challenge of challenges) {
    const algorithm = digestAlgorithm(challenge.algorithm);
    if (algorithm === undefined || !allowed.includes(algorithm)) continue;
    const qop = qualityOf(challenge);
    if (qop === undefined) {
      why = 'qop-missing';
    } else {
      if (algorithm !== 'MD5') return { challenge, algorithm, qop };
      last ??= { challenge, algorithm, qop };
    }
  }
  return last ?? why;
}

function qualityOf({ qop }: Challenge): Choice['qop'] | undefined {
  if (qop.includes('auth')) return 'auth';
  return qop.includes('auth-int') ? 'auth-int' : undefined;
}
