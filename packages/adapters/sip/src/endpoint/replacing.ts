/** Which session an INVITE is to take the place of, and whether its sender may have that (RFC 3891, 3 and 5). */
import type { Address } from '@usher/core';
import type { Flow } from '@usher/core/adapter';

import type { InviteUsage } from '../dialog/invite-usage.js';
import type { SipRequest } from '../syntax/message.js';
import { parseNameAddr } from '../syntax/name-addr.js';
import { parseReplaces } from '../syntax/replaces.js';
import { parseUri } from '../syntax/uri.js';
import { uriEquals } from '../syntax/uri-equality.js';
import type { EndpointCore } from './endpoint-core.js';
import { Refusal } from './refusal.js';
import { unknownDialog } from './refusing.js';

const MALFORMED = new Refusal('bad-replaces', 'Replaces names no dialog', 400);
/** Whoever may not have it is not told that it is there. */
const FOREIGN = new Refusal('foreign-replaces', 'a stranger to the session to be replaced', 481);
const LEAVING = new Refusal('replaces-too-late', 'the session to be replaced is ending', 603);
const CONFIRMED = new Refusal('replaces-too-late', 'the session to be replaced is accepted', 486);

/**
 * The session that this INVITE is to take the place of; undefined where it is none; or why it may not.
 * @param verified the address that its sender has proved.
 */
export function replacedBy(
  core: EndpointCore,
  request: SipRequest,
  from: Flow,
  verified: Address | undefined,
): InviteUsage | Refusal | undefined {
  const value = request.get('Replaces');
  if (value === undefined) return undefined;
  const named = parseReplaces(value);
  if (named === undefined) return MALFORMED;
  const usage = core.dialogs.get(named.toTag);
  const dialog = usage?.dialog;
  // RFC 3891, 6.1: a zero stands for the tag that a peer of RFC 2543 has not.
  const isNamed = dialog?.remoteTag === named.fromTag || dialog?.remoteTag === zero(named.fromTag);
  if (usage === undefined || dialog === undefined || dialog.callId !== named.callId || !isNamed) {
    return unknownDialog(request);
  }
  if (!mayReplace(core, usage, request, from, verified)) return FOREIGN;
  if (usage.state === 'leaving' || usage.state === 'over') return LEAVING;
  return named.earlyOnly === true ? CONFIRMED : usage;
}

/**
 * RFC 3891, 5: a trusted peer; whoever has proved to be the inviter; or, where nobody had to prove anything, the peer itself or
 * whom it has sent, from where its requests come: they could end the session as well.
 */
function mayReplace(
  core: EndpointCore,
  usage: InviteUsage,
  request: SipRequest,
  from: Flow,
  verified: Address | undefined,
): boolean {
  if (core.trust.trusts(from)) return true;
  if (usage.inviter !== undefined) return verified?.toString() === usage.inviter;
  if (!usage.comesFrom(from)) return false;
  const peer = parseNameAddr(usage.dialog?.remote ?? '').uri;
  const referrer = request.get('Referred-By');
  if (isSame(request.from.uri, peer)) return true;
  return referrer !== undefined && isSame(parseNameAddr(referrer).uri, peer);
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [parseUri(one), parseUri(other)];
  return a !== undefined && b !== undefined ? uriEquals(a, b) : one === other;
}

function zero(tag: string): string | undefined {
  return tag === '0' ? '' : undefined;
}
