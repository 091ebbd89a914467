/** `usher chat`: the terminal, or a script, as a SIP peer. */
import type { Address } from '@usher/core';
import type { Chance, Clock, UserAgent } from '@usher/core/adapter';

import { isSecure } from '../config/listen.js';
import { adviceOn } from './advice.js';
import type { ChatTarget } from './chat-target.js';
import type { Face } from './face.js';
import { invite } from './invite.js';
import { QuietDoor } from './quiet-door.js';
import { Talk } from './talk.js';
import { within } from './within.js';

/** What a conversation is begun with. */
export interface ChatOptions {
  readonly target: ChatTarget;
  readonly from: Address;
  /** By which name we prove who we are to those who ask; undefined where we cannot. */
  readonly user?: string;
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

/** Invites, and talks until one side leaves; returns whether it came to a conversation in which all was delivered. */
export async function chat(options: ChatOptions): Promise<boolean> {
  const { from, user, subject, follow, userAgent, unreachable, face, clock, chance } = options;
  const { address, transport } = options.target;
  const talk = new Talk(address, face, clock, chance);
  const door = new QuietDoor();
  await userAgent.open(door);
  try {
    const accepted = await invite(address, {
      userAgent,
      clock,
      face,
      receiver: talk,
      from,
      secure: isSecure({ transport }),
      ...(subject !== undefined && { subject }),
      follow,
      ...(unreachable && { unreachable }),
      advice: (status) =>
        adviceOn({ status, user, from: from.toString(), said: (code) => door.said(code) }),
    });
    if (accepted === undefined) return false;
    const { medium, peer } = accepted;
    const lie = door.said('false-proof');
    if (lie !== undefined) face.trouble(`Beware: ${lie}.`);
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
