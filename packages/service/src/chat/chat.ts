/** `usher chat`: the terminal, or a script, as a SIP peer. */
import { type Face, Talk, visit } from '@usher/console';
import type { Address } from '@usher/core';
import type { Chance, Clock, UserAgent } from '@usher/core/adapter';

import { isSecure } from '../config/listen.js';
import { adviceOn } from './advice.js';
import type { ChatTarget } from './chat-target.js';
import { QuietDoor } from './quiet-door.js';

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

/** Invites, and talks until one side leaves; returns whether it came to a conversation in which all was delivered. */
export function chat(options: ChatOptions): Promise<boolean> {
  const { from, user, subject, follow, userAgent, unreachable, face, clock, chance } = options;
  const { address, transport } = options.target;
  const door = new QuietDoor();
  return visit(address, new Talk(address, face, clock, chance), {
    userAgent,
    door,
    clock,
    face,
    from,
    secure: isSecure({ transport }),
    ...(subject !== undefined && { subject }),
    follow,
    ...(unreachable && { unreachable }),
    advice: (status) =>
      adviceOn({ status, user, from: from.toString(), said: (code) => door.said(code) }),
    warning: () => door.said('false-proof'),
  });
}
