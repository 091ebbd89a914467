/** Sends the peer of a session on to somebody else (RFC 3515; RFC 5589). */
import { type Address, LocalProtocolError, type Transferred } from '@usher/core';

import type { InviteUsage } from '../dialog/invite-usage.js';
import { printReferTo } from '../dialog/refer-to.js';
import { parseNameAddr } from '../syntax/name-addr.js';
import { printReplaces } from '../syntax/replaces.js';
import type { Post } from './post.js';

/** Whom a transfer is about, and how long it may take. */
export interface TransferOptions {
  /** The session of ours with the target, in which the peer is to take our place. */
  readonly replacing?: InviteUsage | undefined;
  /** Milliseconds. */
  readonly timeout: number;
}

/**
 * Sends the peer of this session on.
 * @throws LocalProtocolError `not-transferable`.
 */
export async function transferBy(
  post: Post,
  usage: InviteUsage,
  target: Address,
  { replacing, timeout }: TransferOptions,
): Promise<Transferred> {
  const { dialog } = usage;
  if (dialog === undefined) return { type: 'failed', status: 481, reason: 'the session is over' };
  const parts = {
    to: printReferTo(target.toString(), replacing && nameOf(replacing)),
    by: `<${parseNameAddr(dialog.local).uri}>`,
    lifetime: timeout,
  };
  const fate = await post.deliver((reference) => ({ type: 'refer', usage, reference, parts }));
  if (fate.type === 'delivered') return { type: 'transferred' };
  return { type: 'failed', status: fate.status, reason: fate.reason };
}

/** What the other end of a session of ours knows it by. */
function nameOf({ dialog }: InviteUsage): string {
  const { callId, remoteTag: toTag, localTag: fromTag } = dialog ?? {};
  const name =
    callId === undefined || toTag === undefined || fromTag === undefined
      ? undefined
      : printReplaces({ callId, toTag, fromTag });
  if (name !== undefined) return name;
  throw irreplaceable();
}

/** The error of whoever would have a session replaced that nobody else knows by a name. */
export function irreplaceable(): LocalProtocolError {
  return new LocalProtocolError('not-transferable', 'the session to be replaced has no dialog');
}
