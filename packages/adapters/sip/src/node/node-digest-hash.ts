/** The hashes of digest authentication, by Node. */
import { createHmac, hash, timingSafeEqual } from 'node:crypto';

import type { DigestAlgorithm } from '../authentication/digest-algorithm.js';
import type { DigestHash } from '../authentication/digest-hash.js';

const NAMES: Readonly<Record<DigestAlgorithm, string>> = {
  'SHA-256': 'sha256',
  'SHA-512-256': 'sha512-256',
  MD5: 'md5',
};

/** The hashes of digest authentication, by Node. */
export const nodeDigestHash: DigestHash = {
  hash: (algorithm, data) => hash(NAMES[algorithm], data, 'hex'),
  mac: (key, text) => createHmac('sha256', key).update(text).digest('base64url'),
  equal(a, b) {
    const [one, other] = [Buffer.from(a), Buffer.from(b)];
    return one.length === other.length && timingSafeEqual(one, other);
  },
};
