/** By what a user agent proves who it is, out of what it was given. */
import { LocalProtocolError } from '@usher/core';
import type { Chance } from '@usher/core/adapter';

import type { Account } from '../authentication/account.js';
import { DigestClient } from '../authentication/digest-client.js';
import type { DigestHash } from '../authentication/digest-hash.js';

/**
 * What answers challenges for these accounts; undefined where there is none.
 * @throws LocalProtocolError `bad-account`, which says what to write.
 */
export function credentialsOf(
  accounts: readonly Account[],
  hash: DigestHash | undefined,
  chance: Chance,
): DigestClient | undefined {
  if (accounts.length === 0) return undefined;
  if (hash !== undefined) return new DigestClient({ hash, chance, accounts });
  const message = 'credentials need hashes; give `digestHash`, or make the user agent by `sip`';
  throw new LocalProtocolError('bad-account', message);
}
