/** Watches all that one user agent receives and sends, and says which rule of the protocol it breaks. */
import type { Flow } from '@usher/core/adapter';

import { AnswerRules } from './answer-rules.js';
import type { Court, Report } from './court.js';
import { Dialogs } from './dialogs.js';
import { RequestRules } from './request-rules.js';
import type { SipText } from './sip-text.js';

/** Watches one user agent. */
export class Referee {
  /** What it has to keep to as it answers, and as it asks. */
  readonly answers: AnswerRules;
  readonly requests: RequestRules;

  /**
   * @param late by how much its timers may be late: its processor was taken away, or its clock was set.
   * @param serial whether it sends one message of a session after the other, never before the last one's fate is known.
   */
  constructor(party: string, court: Court, late: () => number, serial: boolean) {
    const dialogs = new Dialogs();
    const report: Report = ({ callId, branch }, what) =>
      court.accuse(`${party}: ${what} (Call-ID ${callId}, branch ${branch})`, callId);
    this.answers = new AnswerRules(court, dialogs, report, late);
    this.requests = new RequestRules(court, dialogs, report, late, serial);
  }

  /** A message has arrived. */
  received(message: SipText, bytes: string, flow: Flow, now: number): void {
    const { status, method } = message;
    if (status !== undefined) this.requests.answered(message, status, now);
    else if (method === 'ACK') this.answers.acknowledged(message, flow, now);
    else this.answers.asked(message, bytes, flow, now);
  }

  /** A message leaves. */
  sent(message: SipText, bytes: string, flow: Flow, now: number): void {
    const { status, method } = message;
    if (status !== undefined) this.answers.answers(message, status, flow, now);
    else if (method === 'ACK') this.requests.acknowledges(message);
    else this.requests.asks(message, bytes, flow, now);
  }
}
