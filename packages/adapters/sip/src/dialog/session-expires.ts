/** After how long a session that nobody refreshes is over, as the two sides say it (RFC 4028, 4 and 5). */
import { RemoteProtocolError } from '@usher/core';

import type { SipMessage } from '../syntax/message.js';
import { parseParameters } from '../syntax/parameters.js';
import { wholeNumber } from '../syntax/whole-number.js';

/** Seconds: nobody need refresh a session more often (RFC 4028, 4). */
export const SHORTEST_INTERVAL = 90;
/** Seconds, a day: what a peer asks for beyond that is read as this. */
export const LONGEST_INTERVAL = 86_400;

/** Who refreshes the session, from the side of the one request: who sent it, or who answered it. */
export type Refresher = 'uac' | 'uas';

/** What Session-Expires says. */
export interface SessionExpires {
  /** Seconds. */
  readonly interval: number;
  readonly refresher: Refresher | undefined;
}

/** What Session-Expires says; undefined where it is not there, or is malformed. */
export function sessionExpiresOf(message: SipMessage): SessionExpires | undefined {
  const value = message.get('Session-Expires');
  if (value === undefined) return undefined;
  const end = value.indexOf(';');
  const interval = seconds(end < 0 ? value : value.slice(0, end));
  if (interval === undefined) return undefined;
  return { interval, refresher: end < 0 ? undefined : refresherIn(value.slice(end)) };
}

/** Seconds that Min-SE says; 90 where it says nothing that is a number (RFC 4028, 5). */
export function leastIntervalOf(message: SipMessage): number {
  const value = message.get('Min-SE') ?? '';
  const end = value.indexOf(';');
  return Math.max(seconds(end < 0 ? value : value.slice(0, end)) ?? 0, SHORTEST_INTERVAL);
}

/** Whether the sender knows of session timers. */
export function knowsTimers(message: SipMessage): boolean {
  return message.supported.includes('timer') || message.require.includes('timer');
}

function seconds(text: string): number | undefined {
  const number = wholeNumber(text.trim(), Infinity);
  return number === undefined ? undefined : Math.min(number, LONGEST_INTERVAL);
}

function refresherIn(text: string): Refresher | undefined {
  try {
    const refresher = parseParameters(text).get('refresher')?.toLowerCase();
    return refresher === 'uac' || refresher === 'uas' ? refresher : undefined;
  } catch (error) {
    if (error instanceof RemoteProtocolError) return undefined;
    throw error;
  }
}
