/** Decisions as answers: what goes to the user agent, and what is told of it. */
import type { Answer } from '../ports/user-agent.js';
import type { Forwarding, Rejection } from '../words/decision.js';
import type { AnswerSummary } from './activity.js';

/** The answer that carries a decision out; `diagnostic` says why the house decided in a bot's stead. */
export function toAnswer(decision: Rejection | Forwarding, diagnostic: string | undefined): Answer {
  if (decision.type === 'forward') {
    const status = decision.mode === 'server' ? 303 : 302;
    return { type: 'forward', status, targets: decision.targets };
  }
  const { status, reason, text, retryAfter } = decision;
  return {
    type: 'reject',
    status,
    ...(reason !== undefined && { reason }),
    ...(text !== undefined && { text }),
    ...(retryAfter !== undefined && { retryAfter }),
    ...(diagnostic !== undefined && { diagnostic }),
  };
}

/** An answer in short, for activity. */
export function summarise(answer: Answer): AnswerSummary {
  switch (answer.type) {
    case 'accept':
      return { type: 'accept' };
    case 'forward':
      return { type: 'forward', status: answer.status, targets: answer.targets.map(String) };
    case 'reject': {
      const { status, text, diagnostic } = answer;
      return {
        type: 'reject',
        status,
        ...(text !== undefined && { text }),
        ...(diagnostic !== undefined && { diagnostic }),
      };
    }
  }
}
