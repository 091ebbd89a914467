/** Who is told of what referees see, and what they have in common. */
import type { SipText } from './sip-text.js';

/** Who is told of what a referee sees. */
export interface Court {
  /** A rule was broken in this dialog. */
  accuse(what: string, callId: string): void;
  /** Something of this kind happened. */
  count(what: string): void;
}

/** 64*T1 (RFC 3261, 17): so long a transaction lives, or what remembers it. */
export const PATIENCE = 32_000;
/** A timer may fire in the millisecond after. */
export const SLACK = 1;

/** Tells the court of a rule that a party broke, and by which message. */
export type Report = (message: SipText, what: string) => void;

/** By what a dialog is known from one of its ends (RFC 3261, 12). */
export function dialogKey(callId: string, localTag: string, remoteTag: string): string {
  return `${callId} ${localTag} ${remoteTag}`;
}
