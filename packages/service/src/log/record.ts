/** What the host did as one flat record, for logs that machines read. Message bodies and header fields never enter it. */
import type { Activity, Invitation, Step } from '@usher/core';

/** How much somebody needs to know of it. */
export type Level = 'debug' | 'info' | 'warn' | 'error';

/** One record: the event's name, its level, its moment, and what belongs to it. */
export interface LogRecord {
  readonly level: Level;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The name of the activity: `invited`, `decided`, `ended`, … */
  readonly event: string;
  /** An error stands under `error` as it was thrown; what is undefined is left out. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The record of one activity. */
// oxlint-disable-next-line typescript/consistent-return -- every type of activity has its record
export function recordOf(activity: Activity): LogRecord {
  const record = (level: Level, fields: Record<string, unknown>): LogRecord => ({
    level,
    at: activity.at,
    event: activity.type,
    fields,
  });
  switch (activity.type) {
    case 'listening':
      return record('info', { userAgent: activity.userAgent, ...activity.listening });
    case 'registered': {
      const { userAgent, address, registrar, standing, until, next, status, why } = activity;
      const level = standing === 'failed' ? 'warn' : activity.refreshed === true ? 'debug' : 'info';
      return record(level, { userAgent, address, registrar, standing, until, next, status, why });
    }
    case 'invited':
      return record('info', { userAgent: activity.userAgent, ...facts(activity.invitation) });
    case 'shed': {
      const { userAgent, invitation, status, why } = activity;
      return record('warn', { userAgent, invitation, status, why });
    }
    case 'deferred': {
      const { bot, until, why } = activity;
      return record('info', { ...who(activity.invitation), bot, until, why });
    }
    case 'decided': {
      const { bot, answer, took } = activity;
      const level = activity.steps.some(isFailure) ? 'warn' : 'info';
      return record(level, {
        ...who(activity.invitation),
        bot,
        answer,
        steps: activity.steps.map(roundedStep),
        took: rounded(took),
      });
    }
    case 'cancelled': {
      const { why, steps, took } = activity;
      return record('info', {
        ...who(activity.invitation),
        why,
        steps: steps.map(roundedStep),
        took: rounded(took),
      });
    }
    case 'inviting': {
      const { userAgent, bot, invitation, onBehalfOf } = activity;
      const [from, to] = [activity.from.toString(), activity.target.toString()];
      return record('info', { userAgent, bot, invitation, from, to, onBehalfOf });
    }
    case 'answered': {
      const { userAgent, bot, invitation, target, answer, took } = activity;
      const said = answer.type === 'accepted' ? { ...answer, by: answer.by.toString() } : answer;
      const to = target.toString();
      return record('info', { userAgent, bot, invitation, to, answer: said, took: rounded(took) });
    }
    case 'bridged': {
      const { session, bot, to, by } = activity;
      return record('info', { session, bot, to: to.toString(), by });
    }
    case 'started': {
      const { session, bot, medium } = activity;
      return record('info', { session, bot, ...who(activity.invitation), medium });
    }
    case 'received': {
      const { session, bot, message } = activity;
      const { id, contentType, body } = message;
      return record('debug', { session, bot, message: id, contentType, octets: body.length });
    }
    case 'refused': {
      const { session, bot, message, status, why } = activity;
      return record('warn', { session, bot, message, status, why });
    }
    case 'sent': {
      const { session, bot, message, content, delivery, took } = activity;
      return record(delivery.type === 'delivered' ? 'debug' : 'warn', {
        session,
        bot,
        message,
        contentType: content.contentType,
        octets: content.body.length,
        delivery,
        took: rounded(took),
      });
    }
    case 'handed-over': {
      const { session, bot, to } = activity;
      return record('info', { session, bot, to });
    }
    case 'moved': {
      const { session, bot, by, why, medium } = activity;
      return record(why === 'lost' ? 'warn' : 'info', {
        session,
        bot,
        invitation: by,
        why,
        medium,
      });
    }
    case 'ended': {
      const { session, bot, end, took } = activity;
      return record(end.why === 'failed' ? 'warn' : 'info', {
        session,
        bot,
        end,
        took: rounded(took),
      });
    }
    case 'failed': {
      const { what, bot, session, invitation, error } = activity;
      return record('error', { what, bot, session, invitation, error });
    }
    case 'violated': {
      const { userAgent, code, message, peer, status } = activity;
      return record('warn', { userAgent, code, message, peer, status });
    }
    case 'noted': {
      const { level, text, data, bot, session, invitation } = activity;
      return record(level, { text, data, bot, session, invitation });
    }
    case 'draining':
      return record('info', { sessions: activity.sessions });
    case 'closed':
      return record('info', {});
  }
}

function isFailure(step: Step): boolean {
  return step.outcome === 'failed' || step.outcome === 'silent';
}

function who(invitation: Invitation): Record<string, unknown> {
  return {
    invitation: invitation.id,
    from: invitation.inviter.address.toString(),
    to: invitation.endpoint.toString(),
  };
}

function facts(invitation: Invitation): Record<string, unknown> {
  const { inviter, type, medium, subject } = invitation;
  return {
    ...who(invitation),
    displayName: inviter.displayName,
    identity: inviter.identity.how,
    type,
    medium,
    subject,
  };
}

function roundedStep(step: Step): Step {
  return { ...step, took: rounded(step.took) };
}

/** To the microsecond. */
function rounded(took: number): number {
  return Math.round(took * 1000) / 1000;
}
