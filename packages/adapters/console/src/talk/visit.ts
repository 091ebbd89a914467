/** Invites somebody and talks with them, from the opening of the user agent to its close. */
import type { Address } from '@usher/core';
import type { Door } from '@usher/core/adapter';

import { invite, type Inviting } from './invite.js';
import type { Talk } from './talk.js';
import { within } from './within.js';

/** How somebody is visited. */
export interface Visiting extends Omit<Inviting, 'receiver'> {
  readonly door: Door;
  /** What to beware of once somebody has accepted, where there is something. */
  readonly warning?: () => string | undefined;
}

/** Long enough to take an invitation back, or for the last answers to go out. */
const FAREWELL = 500;

/** Invites, and talks until one side leaves; returns whether it came to a conversation in which all was delivered. */
export async function visit(target: Address, talk: Talk, visiting: Visiting): Promise<boolean> {
  const { userAgent, door, face, clock, warning } = visiting;
  await userAgent.open(door);
  try {
    const accepted = await invite(target, { ...visiting, receiver: talk });
    if (accepted === undefined) return false;
    const beware = warning?.();
    if (beware !== undefined) face.trouble(`Beware: ${beware}.`);
    face.note(
      face.scripted
        ? 'Accepted.'
        : 'Accepted. Type a line to say something; /quit or Ctrl-C hangs up.',
    );
    return await talk.over(accepted.medium, accepted.peer);
  } finally {
    face.close();
    // Where nobody answered, there is nobody to wait for either.
    await within(clock, FAREWELL, userAgent.close());
  }
}
