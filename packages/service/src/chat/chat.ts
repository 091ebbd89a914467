/** `usher chat`: the terminal, or a script, as a SIP peer. */
import type { Address } from '@usher/core';
import type { Chance, Clock, Door, UserAgent } from '@usher/core/adapter';

import type { Face } from './face.js';
import { invite } from './invite.js';
import { Talk } from './talk.js';
import { within } from './within.js';

/** What a conversation is begun with. */
export interface ChatOptions {
  readonly target: Address;
  readonly from: Address;
  readonly transport: 'udp' | 'tcp' | 'ws';
  readonly subject?: string;
  readonly follow: boolean;
  readonly userAgent: UserAgent;
  readonly unreachable?: Promise<string>;
  readonly face: Face;
  readonly clock: Clock;
  readonly chance: Chance;
}

/** Long enough to take an invitation back, or for the last answers to go out. */
const FAREWELL = 500;
/** Nobody is at home here: this end invites, and is not invited. */
const SHUT: Door = { knock: () => ({ status: 480 }), violated: () => undefined };

/** Invites, and talks until one side leaves; returns whether it came to a conversation in which all was delivered. */
export async function chat(options: ChatOptions): Promise<boolean> {
  const { target, from, transport, subject, follow, userAgent, unreachable, face, clock, chance } =
    options;
  const talk = new Talk(target, face, clock, chance);
  await userAgent.open(SHUT);
  try {
    const accepted = await invite(target, {
      userAgent,
      clock,
      face,
      receiver: talk,
      from,
      transport,
      ...(subject !== undefined && { subject }),
      follow,
      ...(unreachable && { unreachable }),
    });
    if (accepted === undefined) return false;
    const { medium, peer } = accepted;
    face.note(
      face.scripted
        ? 'Accepted.'
        : 'Accepted. Type a line to say something; /quit or Ctrl-C hangs up.',
    );
    return await talk.over(medium, peer);
  } finally {
    face.close();
    // Where nobody answered, there is nobody to wait for either.
    await within(clock, FAREWELL, userAgent.close());
  }
}
