/** What the host did as one line for people at a terminal: time, event, and what happened. */
import { type Paint, visible } from '@usher/console';
import type { Activity, AnswerSummary, InviteAnswer, Invitation, Step } from '@usher/core';

import { errorFacts, type Wording } from './error-facts.js';
import { registrationText } from './registration-text.js';

/** Makes the line of one activity; nothing that came from outside can break it or command the terminal. */
export function activityLine(
  activity: Activity,
  time: string,
  paint: Paint,
  wording: Wording = 'kept',
): string {
  const word = activity.type.padEnd(11);
  const verb = isTrouble(activity) ? paint.bad(word) : paint.strong(word);
  return `${paint.faint(time)}  ${verb}  ${said(activity, wording)}`;
}

const TROUBLE = new Set<Activity['type']>(['failed', 'violated', 'refused', 'shed']);

function isTrouble(activity: Activity): boolean {
  return (
    TROUBLE.has(activity.type) ||
    (activity.type === 'registered' && activity.standing === 'failed') ||
    (activity.type === 'sent' && activity.delivery.type === 'failed') ||
    (activity.type === 'ended' && activity.end.why === 'failed') ||
    (activity.type === 'noted' && activity.level === 'warn')
  );
}

// oxlint-disable-next-line typescript/consistent-return -- every type of activity has its words
function said(activity: Activity, wording: Wording): string {
  switch (activity.type) {
    case 'listening': {
      const { transport, address, port } = activity.listening;
      return visible(`${transport} ${address}:${port}`);
    }
    case 'registered':
      return registrationText(activity);
    case 'invited': {
      const { invitation } = activity;
      const subject =
        invitation.subject === undefined ? '' : `, subject "${visible(invitation.subject, 80)}"`;
      return `${between(invitation)}, ${invitation.type} by ${visible(invitation.medium)}${subject}`;
    }
    case 'shed':
      return `${activity.status} at the door: ${SHED[activity.why]}`;
    case 'deferred': {
      const why = activity.why === undefined ? '' : `, ${visible(activity.why, 80)}`;
      const left = span(activity.until - activity.at);
      return `${between(activity.invitation)}: ${visible(activity.bot)} leaves it to somebody else for ${left}${why}`;
    }
    case 'decided':
      return `${between(activity.invitation)}: ${decision(activity.answer, activity.bot)}${steps(activity.steps)}, ${span(activity.took)}`;
    case 'cancelled':
      return `${between(activity.invitation)}: ${LEFT[activity.why]} after ${span(activity.took)}`;
    case 'inviting':
      return `${visible(activity.from.userAtHost)} → ${visible(activity.target.userAtHost)} for ${ofSession(activity)}`;
    case 'answered':
      return `${visible(activity.target.userAtHost)}: ${inviteAnswer(activity.answer)}, ${span(activity.took)}`;
    case 'bridged':
      return `${ofSession(activity)} to ${visible(activity.to.userAtHost)}`;
    case 'started': {
      const { target, inviter } = activity.invitation;
      return `${ofSession(activity)} with ${visible((target ?? inviter).userAtHost)}`;
    }
    case 'received':
      return `${ofSession(activity)} ${size(activity.message)}`;
    case 'refused':
      return `${ofSession(activity)} a message, with ${activity.status}: ${activity.why === 'mailbox' ? 'too many are waiting' : 'it could not be recorded'}`;
    case 'sent': {
      const { delivery } = activity;
      const fate =
        delivery.type === 'delivered'
          ? `delivered in ${span(activity.took)}`
          : `not delivered: ${delivery.status} ${visible(delivery.reason)}`;
      return `${ofSession(activity)} ${size(activity.content)}, ${fate}`;
    }
    case 'handed-over':
      return `${ofSession(activity)} → ${visible(activity.to)}`;
    case 'moved':
      return `${ofSession(activity)} to ${visible(activity.medium)}: ${MOVED[activity.why]}`;
    case 'ended': {
      const { by, why, status } = activity.end;
      return `${ofSession(activity)} by the ${visible(by)}: ${visible(why)}${status === undefined ? '' : ` (${status})`}, after ${span(activity.took)}`;
    }
    case 'failed':
      return `${activity.what}${activity.bot === undefined ? '' : ` of ${visible(activity.bot)}`}: ${errorText(activity.error, wording)}`;
    case 'violated': {
      const peer = activity.peer === undefined ? '' : `${visible(activity.peer)}: `;
      const status = activity.status === undefined ? '' : `, answered ${activity.status}`;
      return `${peer}${visible(activity.message)} [${visible(activity.code)}]${status}`;
    }
    case 'noted':
      return `${activity.bot === undefined ? '' : `${visible(activity.bot)}: `}${visible(activity.text)}`;
    case 'draining':
      return `no new invitations; ${counted(activity.sessions, 'session')} in being`;
    case 'closed':
      return 'the house';
  }
}

const LEFT = {
  cancelled: 'the inviter left',
  elsewhere: 'somebody else took it up',
  lost: 'the inviter was lost',
} as const;

const MOVED = {
  escalated: 'its peer has taken it to a conference',
  again: 'its peer had lost it, and has come anew',
  lost: 'what carried it was dead, and its peer was invited anew',
} as const;

const SHED = {
  sessions: 'the house has no session left to give',
  pending: 'too many invitations await their answer',
  draining: 'the house is closing',
  opening: 'the house is not open yet',
} as const;

/** An error in one line: its kind, what it says where that is told, and where it was thrown. */
export function errorText(error: unknown, wording: Wording): string {
  const { name, code, message, stack } = errorFacts(error, wording);
  const kind = code === undefined ? name : `${name} ${code}`;
  const told = message?.split('\n', 1)[0] ?? '';
  const text = told === '' ? kind : kind === 'Error' ? told : `${kind}: ${told}`;
  return visible(text) + origin(stack);
}

/** Where in the operator's or the bot's files it was thrown. */
function origin(stack = ''): string {
  for (const frame of stack.split('\n')) {
    const place = /node:|node_modules/.test(frame) ? null : /([^\s/\\()]+:\d+):\d+\)?$/.exec(frame);
    if (place !== null) return ` (${visible(place[1] ?? '')})`;
  }
  return '';
}

function between({ inviter, endpoint }: Invitation): string {
  return `${visible(inviter.userAtHost)} → ${visible(endpoint.userAtHost)}`;
}

function ofSession({ bot }: { readonly bot: string }): string {
  return visible(bot);
}

// oxlint-disable-next-line typescript/consistent-return -- there are these three
function decision(answer: AnswerSummary, bot: string | undefined): string {
  const by = bot === undefined ? '' : ` by ${visible(bot)}`;
  switch (answer.type) {
    case 'accept':
      return `accepted${by}`;
    case 'reject': {
      const text = answer.text === undefined ? '' : ` ${visible(answer.text, 80)}`;
      const why = answer.diagnostic === undefined ? '' : ` (${visible(answer.diagnostic)})`;
      return `rejected${by} with ${answer.status}${text}${why}`;
    }
    case 'forward':
      return `forwarded${by} to ${answer.targets.map((target) => visible(target)).join(', ')}`;
  }
}

// oxlint-disable-next-line typescript/consistent-return -- there are these three
function inviteAnswer(answer: InviteAnswer): string {
  switch (answer.type) {
    case 'accepted':
      return `${visible(answer.by.userAtHost)} accepted`;
    case 'rejected':
      return `rejected with ${answer.status} ${visible(answer.text, 80)}`;
    case 'forwarded':
      return `sent on to ${answer.targets.map((target) => visible(target)).join(', ')}`;
  }
}

/** Only those before the last one are told: the last one's word is the decision. */
function steps(all: readonly Step[]): string {
  const before = all.slice(0, -1).filter((step) => step.outcome !== 'unmatched');
  if (before.length === 0) return '';
  return ` after ${before.map((step) => `${visible(step.bot)} (${step.outcome}: ${visible(step.why, 60)})`).join(', ')}`;
}

function size({ contentType, body }: { contentType: string; body: Uint8Array }): string {
  return `${counted(body.length, 'octet')} of ${visible(contentType.split(';', 1)[0] ?? '', 60)}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A length of time for people. */
export function span(milliseconds: number): string {
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  if (milliseconds < 3_600_000) return `${Math.round(milliseconds / 60_000)} min`;
  return `${(milliseconds / 3_600_000).toFixed(1)} h`;
}
