/** Sends the peer of a session on to somebody else, and ends the session when they have met (RFC 3515; RFC 5589). */
import type { Medium } from '../ports/medium.js';
import { Address } from '../words/address.js';
import { milliseconds } from '../words/duration.js';
import { LocalProtocolError, SessionEnded } from '../words/errors.js';
import type { SessionEnd, Transferred, Transferring } from '../words/session.js';
import { SessionView } from './session-view.js';

/** What is transferred. */
export interface Transferable {
  readonly listening: boolean;
  readonly medium: Medium | undefined;
  finish(end: SessionEnd): void;
}

/**
 * Sends the peer to somebody else.
 * @throws LocalProtocolError `not-transferable`, `bad-address`, `bad-duration`; SessionEnded.
 */
export async function transfer(
  session: Transferable,
  target: string | Address,
  { replacing, timeout = '2m' }: Transferring,
): Promise<Transferred> {
  const { medium } = session;
  if (!session.listening || medium === undefined) throw new SessionEnded();
  const to = typeof target === 'string' ? Address.parse(target) : target;
  const other = replacing === undefined ? undefined : SessionView.mediumOf(replacing);
  if (medium.transfer === undefined) {
    throw notTransferable(`nobody can be sent on by the medium ${medium.name}`);
  }
  if (replacing !== undefined && other === undefined) {
    throw notTransferable('the session to be replaced is none of this house, or is over');
  }
  const outcome = await medium.transfer(to, {
    timeout: milliseconds(timeout),
    ...(other !== undefined && { replacing: other }),
  });
  if (outcome.type === 'transferred') session.finish({ by: 'bot', why: 'transferred' });
  return outcome;
}

function notTransferable(why: string): LocalProtocolError {
  return new LocalProtocolError('not-transferable', why);
}
