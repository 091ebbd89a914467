/** Which invitations a bot is asked about. */
import {
  type AddressPattern,
  glob,
  type Glob,
  type Invitation,
  type SessionType,
} from '@usher/core';

/** What a bot's `match:` says. What is absent is not looked at; what is there must hold, by at least one of its entries. */
export interface Matching {
  /** The address that was invited. */
  readonly to?: readonly AddressPattern[] | undefined;
  /** Who invites, by what it says of itself. */
  readonly from?: readonly AddressPattern[] | undefined;
  readonly type?: readonly SessionType[] | undefined;
  /** Compared without regard to case; `*` stands for any text. */
  readonly subject?: readonly string[] | undefined;
}

/** Makes the question that the host asks of each invitation, or undefined where every invitation is meant. */
export function matcher(matching: Matching): ((invitation: Invitation) => boolean) | undefined {
  const { to, from, type } = matching;
  const subjects = matching.subject?.map((pattern): Glob => glob(pattern.toLowerCase()));
  if (!to && !from && !type && !subjects) return undefined;
  return (invitation) =>
    (!to || to.some((pattern) => pattern.matches(invitation.endpoint))) &&
    (!from || from.some((pattern) => pattern.matches(invitation.inviter.address))) &&
    (!type || type.includes(invitation.type)) &&
    (!subjects || isAmong(subjects, invitation.subject));
}

function isAmong(subjects: readonly Glob[], subject: string | undefined): boolean {
  if (subject === undefined) return false;
  const text = subject.trim().toLowerCase();
  return subjects.some((matches) => matches(text));
}
