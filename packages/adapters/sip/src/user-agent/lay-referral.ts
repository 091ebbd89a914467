/** Lays before a session that its peer would have us invite somebody else (RFC 3515). */
import { Address, RemoteProtocolError } from '@usher/core';
import type { Introduction, Receiver } from '@usher/core/adapter';

import type { Answer } from '../dialog/core.js';
import { flat } from '../dialog/flat.js';
import type { UsageEvent } from '../dialog/usage-event.js';
import type { InviteUsage } from '../dialog/invite-usage.js';
import type { EndpointCommand } from '../endpoint/endpoint-command.js';
import type { SipRequest } from '../syntax/message.js';
import { parseNameAddr, printNameAddr } from '../syntax/name-addr.js';
import type { ServerTransaction } from '../transaction/server-transaction.js';

type Event = Extract<UsageEvent<InviteUsage>, { readonly type: 'referred' }>;

/** What is needed of the user agent around it. */
interface Around {
  execute(command: EndpointCommand): void;
  respond(transaction: ServerTransaction<InviteUsage>, answer: Answer): void;
}

/** Lays it before a session. @param receiver undefined where there is none: then it is declined. */
export function layReferral(
  { usage, to, request, transaction }: Event,
  receiver: Receiver | undefined,
  around: Around,
): void {
  const target = Address.from(flat(to.uri));
  const respond = (status: number): void => around.respond(transaction, { status });
  if (target === undefined) respond(400);
  else if (receiver?.refer === undefined) respond(603);
  else {
    receiver.refer({
      target,
      introduction: introductionOf(to, request),
      accept: () => respond(202),
      decline: respond,
      conclude: (status) => around.execute({ type: 'progress', usage, status }),
    });
  }
}

function introductionOf({ uri, replaces }: Event['to'], request: SipRequest): Introduction {
  const referredBy = referrerIn(request);
  return {
    uri: flat(uri),
    ...(replaces !== undefined && { replaces }),
    ...(referredBy !== undefined && { referredBy }),
  };
}

/** Who says to have sent us (RFC 3892, 2.2): only the name and address of it, which is all that we pass on. */
function referrerIn(request: SipRequest): string | undefined {
  const value = request.get('Referred-By');
  if (value === undefined) return undefined;
  try {
    const { uri, displayName } = parseNameAddr(value);
    return printNameAddr({ uri, displayName });
  } catch (error) {
    if (error instanceof RemoteProtocolError) return undefined;
    throw error;
  }
}
