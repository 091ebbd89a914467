/** How long one session lasts without a sign of life, and who sees to it that there is one (RFC 4028). */
import type { Instant } from '@usher/core';

import type { SipRequest, SipResponse } from '../syntax/message.js';
import type { Field } from '../syntax/printer.js';
import {
  knowsTimers,
  leastIntervalOf,
  type Refresher,
  sessionExpiresOf,
  SHORTEST_INTERVAL,
} from './session-expires.js';

/** What was agreed, and what our 2xx says of it. */
export interface Agreed {
  /** Undefined where the session lasts until somebody ends it. */
  readonly timer: SessionTimer | undefined;
  readonly fields: readonly Field[];
}

const NO_FIELDS: readonly Field[] = [];
const UNTIMED: Agreed = { timer: undefined, fields: NO_FIELDS };

/** How long one session lasts without a sign of life. A resting dialog keeps one, so it is nothing but four small values. */
export class SessionTimer {
  /** When something is to be done about it, in whole seconds of the endpoint's time. */
  due: number;

  constructor(
    /** Seconds. */
    readonly interval: number,
    /** Whether we refresh it. */
    readonly ours: boolean,
    /** Whether the peer takes UPDATE, by what it says; otherwise it is asked by INVITE (RFC 4028, 7.4). */
    public byUpdate: boolean,
    now: Instant,
  ) {
    // RFC 4028, 7.2 and 10: the refresher does it at half the time, the other one leaves a little before the end.
    const after = ours ? interval >> 1 : interval - Math.min(32, Math.trunc(interval / 3));
    this.due = Math.ceil(now / 1_000) + after;
  }

  /** The same, with us to refresh. */
  asOurs(now: Instant): SessionTimer {
    return this.ours ? this : new SessionTimer(this.interval, true, this.byUpdate, now);
  }
}

/**
 * What is agreed by our 2xx to an INVITE or UPDATE (RFC 4028, 9). A peer that knows nothing of timers is refreshed by us, and
 * hears nothing of it: whoever is gone without a word is found out all the same.
 * @param wanted seconds that we would have; 0 where we ask for none.
 * @param before what was agreed until now.
 */
export function agreeAsServer(
  request: SipRequest,
  wanted: number,
  now: Instant,
  before?: SessionTimer,
): Agreed {
  const asked = sessionExpiresOf(request);
  if (wanted === 0 && asked === undefined) return UNTIMED;
  const byUpdate = takesUpdate(request) ?? before?.byUpdate ?? false;
  const knows = knowsTimers(request);
  if (asked === undefined && !knows) {
    return { timer: new SessionTimer(wanted, true, byUpdate, now), fields: NO_FIELDS };
  }
  const least = leastIntervalOf(request);
  const ours = wanted === 0 ? Infinity : Math.max(wanted, least);
  const interval = asked === undefined ? ours : Math.max(Math.min(asked.interval, ours), least);
  // RFC 4028, 9, table 2: who knows no timers cannot refresh, and who was named refreshes.
  const refresher: Refresher = knows ? (asked?.refresher ?? 'uac') : 'uas';
  const fields: Field[] = [['Session-Expires', `${interval};refresher=${refresher}`]];
  if (refresher === 'uac') fields.push(['Require', 'timer']);
  return { timer: new SessionTimer(interval, refresher === 'uas', byUpdate, now), fields };
}

/**
 * What is agreed by a peer's 2xx to an INVITE or UPDATE of ours (RFC 4028, 7.2): where it says nothing, we refresh.
 * @param wanted seconds that we asked for; 0 where we asked for nothing.
 */
export function agreeAsClient(
  response: SipResponse,
  wanted: number,
  now: Instant,
  before?: SessionTimer,
): SessionTimer | undefined {
  const said = sessionExpiresOf(response);
  if (said === undefined && wanted === 0) return undefined;
  const byUpdate = takesUpdate(response) ?? before?.byUpdate ?? false;
  const interval = Math.max(said?.interval ?? wanted, SHORTEST_INTERVAL);
  return new SessionTimer(interval, said?.refresher !== 'uas', byUpdate, now);
}

/** What an INVITE or UPDATE of ours asks for (RFC 4028, 7.1, 7.4). */
export function timerFields(interval: number, refresher?: Refresher): Field[] {
  const by = refresher === undefined ? '' : `;refresher=${refresher}`;
  return [['Session-Expires', `${interval}${by}`]];
}

/** Whether a peer that says what it takes takes UPDATE; undefined where it does not say. */
function takesUpdate(message: SipRequest | SipResponse): boolean | undefined {
  const allow = message.get('Allow');
  return allow === undefined ? undefined : message.list('Allow').includes('UPDATE');
}
