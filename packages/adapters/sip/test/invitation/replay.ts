/** What a replay of a captured dialogue says, sees leave, and looks for when it is over. */
import type { Content } from '@usher/core';

import type { Stage } from '../user-agent/stage.js';

export const text = (said: string, contentType = 'text/plain'): Content => ({
  contentType,
  body: new TextEncoder().encode(said),
});

/** What is left when everything is over. */
export async function left(stage: Stage): Promise<unknown> {
  await stage.clock.advance(60 * 60_000);
  const { dialogs, pending, parties, server, client } = stage.userAgent.counts ?? {};
  return { dialogs, pending, parties, server, client };
}

export const NOTHING = { dialogs: 0, pending: 0, parties: 0, server: 0, client: 0 };

/** Stands for a message that did not leave: it cannot be read. */
export const NONE = { bytes: new Uint8Array() };

/** The statuses and methods that left since the last look. */
export function sent(stage: Stage): string[] {
  return stage
    .take()
    .map((one) => (/^SIP\/2\.0 (\d+)/.exec(one.text) ?? /^(\w+)/.exec(one.text))?.[1] ?? '');
}
