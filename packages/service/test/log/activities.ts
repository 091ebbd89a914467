/** Activities as a host tells them, for the tests of logs. */
import { type Activity, Address, Message, plainText } from '@usher/core';

import { invitation } from '../invitation.js';

/** 2026-01-02T03:04:05.678Z. */
export const AT = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

/** A message that says this. */
export function message(text: string): Message {
  const { contentType, body } = plainText(text);
  return new Message('m1', Address.parse('sip:alice@example.org'), contentType, body, AT);
}

/** One activity of each type, in which everything that came from outside says `said`. */
export function everyActivity(said: string): Activity[] {
  const invited = invitation({ subject: said }, said);
  const steps = [
    { bot: 'gatekeeper', outcome: 'pass', why: said, took: 1 },
    { bot: 'echo', outcome: 'accept', why: said, took: 1 },
  ] as const;
  const ofSession = { at: AT, session: 's1', bot: 'echo' };
  const userAgent = 'sip';
  const somebody = Address.parse('sip:bob@example.net');
  const outgoing = { at: AT, userAgent, bot: 'echo', invitation: 'i1', target: somebody };
  return [
    {
      type: 'listening',
      at: AT,
      userAgent,
      listening: { transport: 'udp', address: '127.0.0.1', port: 5060 },
    },
    {
      type: 'registered',
      at: AT,
      userAgent,
      address: 'sip:desk@example.com',
      registrar: 'sip:example.com',
      flow: 1,
      standing: 'failed',
      status: 403,
      why: said,
      next: AT,
    },
    { type: 'invited', at: AT, userAgent, invitation: invited },
    { type: 'shed', at: AT, userAgent, invitation: said, status: 503, why: 'pending' },
    {
      type: 'decided',
      at: AT,
      userAgent,
      invitation: invited,
      bot: 'echo',
      answer: { type: 'accept' },
      steps,
      took: 2,
    },
    {
      type: 'decided',
      at: AT,
      userAgent,
      invitation: invited,
      answer: { type: 'reject', status: 480, text: said, diagnostic: said },
      steps,
      took: 2,
    },
    {
      type: 'decided',
      at: AT,
      userAgent,
      invitation: invited,
      bot: 'echo',
      answer: { type: 'forward', status: 302, targets: [said] },
      steps,
      took: 2,
    },
    { type: 'cancelled', at: AT, userAgent, invitation: invited, why: 'cancelled', steps, took: 2 },
    { type: 'cancelled', at: AT, userAgent, invitation: invited, why: 'elsewhere', steps, took: 2 },
    {
      type: 'deferred',
      at: AT,
      userAgent,
      invitation: invited,
      bot: 'echo',
      until: AT + 60_000,
      why: said,
    },
    { ...outgoing, type: 'inviting', from: somebody, onBehalfOf: said },
    { ...outgoing, type: 'answered', answer: { type: 'accepted', by: somebody }, took: 2 },
    {
      ...outgoing,
      type: 'answered',
      answer: { type: 'rejected', status: 486, text: said },
      took: 2,
    },
    {
      ...outgoing,
      type: 'answered',
      answer: { type: 'forwarded', status: 302, targets: [said] },
      took: 2,
    },
    { ...ofSession, type: 'bridged', to: somebody, by: said },
    { ...ofSession, type: 'started', invitation: invited, medium: 'message' },
    { ...ofSession, type: 'received', message: message('BODY') },
    { ...ofSession, type: 'refused', message: said, status: 486, why: 'mailbox' },
    {
      ...ofSession,
      type: 'sent',
      message: said,
      content: plainText('BODY'),
      delivery: { type: 'delivered', status: 200 },
      took: 2,
    },
    {
      ...ofSession,
      type: 'sent',
      message: said,
      content: plainText('BODY'),
      delivery: { type: 'failed', status: 480, reason: said },
      took: 2,
    },
    { ...ofSession, type: 'handed-over', to: said },
    { ...ofSession, type: 'moved', by: said, why: 'escalated', medium: said },
    { ...ofSession, type: 'moved', by: said, why: 'again', medium: said },
    { ...ofSession, type: 'moved', by: said, why: 'lost', medium: said },
    { ...ofSession, type: 'ended', end: { by: 'peer', why: said }, took: 61_000 },
    {
      type: 'failed',
      at: AT,
      what: 'conversation',
      bot: 'echo',
      session: 's1',
      error: new Error(said),
    },
    { type: 'failed', at: AT, what: 'conversation', bot: 'desk', session: 's1', error: said },
    {
      type: 'violated',
      at: AT,
      userAgent,
      code: 'bad-header',
      message: said,
      peer: said,
      status: 400,
    },
    { type: 'noted', at: AT, level: 'info', text: said, data: { said }, bot: 'echo' },
    { type: 'draining', at: AT, sessions: 1 },
    { type: 'closed', at: AT },
  ];
}
