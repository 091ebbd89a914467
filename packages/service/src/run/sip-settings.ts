/** What the house's document says of limits and overload, as the SIP edge takes it. */
import { type Duration, milliseconds } from '@usher/core';
import { DEFAULT_LIMITS, type OverloadSettings, type SipOptions } from '@usher/sip';

import type { HouseSetting } from '../config/configuration.js';

/** The part of the SIP edge's options that limits and overload are. */
export type SipSettings = Required<
  Pick<SipOptions, 'limits' | 'sockets' | 'pager' | 'transactions' | 'overload'>
> &
  Pick<SipOptions, 'sessionTimer'>;

/** What the house's document says, as the SIP edge takes it. */
export function sipSettings({
  limits,
  origins,
  overload = {},
}: Pick<HouseSetting, 'limits' | 'origins' | 'overload'>): SipSettings {
  const { pagers, transactions, connections = {}, message = {}, sessionTimer } = limits;
  return {
    limits: given({
      headerBlock: message.head,
      headerLines: message.headers,
      headerValue: message.value,
      vias: message.vias,
      routes: message.routes,
      params: message.parameters,
      requestUri: message.uri,
      displayName: message.displayName,
      body: message.body,
    }),
    sockets: given({
      origins,
      connections: connections.total,
      connectionsPerSource: connections.perSource,
      connectionsUnheard: connections.unheard,
      firstMessage: length(connections.firstMessage),
      idle: length(connections.idle),
      message: wholeMessage(message.head, message.body),
    }),
    pager: given({ sessions: pagers }),
    ...(sessionTimer !== undefined && { sessionTimer }),
    transactions: given({ open: transactions }),
    overload: overload === 'off' ? 'off' : overloadOf(overload),
  };
}

function overloadOf({
  source,
  identity,
  invitations,
  pages,
  lateness,
}: Exclude<HouseSetting['overload'], 'off' | undefined>): OverloadSettings {
  return given({
    source,
    identity,
    invitations:
      invitations && given({ places: invitations.waiting, patience: length(invitations.patience) }),
    pages: pages && given({ places: pages.waiting, patience: length(pages.patience) }),
    delay: length(lateness),
  });
}

/** WebSocket counts head and body together. */
function wholeMessage(head: number | undefined, body: number | undefined): number | undefined {
  if (head === undefined && body === undefined) return undefined;
  return (head ?? DEFAULT_LIMITS.headerBlock) + (body ?? DEFAULT_LIMITS.body);
}

function length(duration: Duration | undefined): number | undefined {
  return duration === undefined ? undefined : milliseconds(duration);
}

/** What is not given is left out, so that what holds unless given does. */
function given<Values extends object>(
  values: Values,
): { [Name in keyof Values]?: Exclude<Values[Name], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is the same without what is undefined
  return Object.fromEntries(entries) as {
    [Name in keyof Values]?: Exclude<Values[Name], undefined>;
  };
}
