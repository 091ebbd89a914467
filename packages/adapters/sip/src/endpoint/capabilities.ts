/** What we tell those who ask what we can do (RFC 3261, 11.2). */
import { ALLOW } from '../dialog/allow.js';
import type { Answer } from '../dialog/core.js';
import { SUPPORTED } from '../dialog/extensions.js';
import type { Admission } from './screening.js';

/** The answer to OPTIONS. */
export function capabilities({ invitations, messages }: Admission): Answer {
  return {
    status: 200,
    fields: [
      ['Allow', ALLOW],
      ['Accept', `${invitations.accept}, ${messages.accept}`],
      ['Accept-Encoding', 'identity'],
      ['Supported', SUPPORTED],
    ],
  };
}
