/** What a house may want of an endpoint of its own accord: to invite somebody, or to write to him. */
import type { EndpointCommand } from '../../packages/adapters/sip/src/endpoint/endpoint-command.js';
import { InviteClientUsage } from '../../packages/adapters/sip/src/dialog/invite-client-usage.js';
import type { InviteUsage } from '../../packages/adapters/sip/src/dialog/invite-usage.js';
import { utf8 } from '../octets.js';
import type { Step } from './step.js';
import { flowAt } from './wire.js';

/** Something that is done within a session. */
type StepWithin = Extract<
  Step,
  {
    readonly does:
      | ('say' | 'inform' | 'refer' | 'leave' | 'cancel' | 'progress')
      | ('subscribe' | 'unsubscribe');
  }
>;

/** Whom we invite and write to. */
const TARGETS = [
  'sip:bob@192.0.2.2:5080',
  'sip:bob@192.0.2.3:5081',
  'sip:bob@192.0.2.2:40000;transport=tcp',
  'sip:bob@name.example.com',
  'sip:bob@127.0.0.1',
  'sip:bob@255.255.255.255',
  'sips:bob@192.0.2.2',
  'tel:+1',
  'sip:bob@[2001:db8::5]:5061;transport=tls',
  'sip:bob@192.0.2.2;maddr=239.1.1.1',
  'sip:bob@1.2.3',
  'sip:b\r\nX: y@192.0.2.2',
  'sip:bob@203.0.113.6',
];

/** How many there are to choose from. */
export const TARGET_COUNT = TARGETS.length;

const FROM = '<sip:bot@example.com>';

/** The command that invites the target of this number, or writes to it: by a proxy, or where somebody was seen, now and then. */
export function wishOf(
  does: 'invite' | 'page',
  target: number,
  reference: number,
): EndpointCommand {
  const uri = TARGETS[target % TARGETS.length] ?? '';
  const route =
    target > 24 ? { value: '<sip:192.0.2.3:5081;lr>', uri: 'sip:192.0.2.3:5081;lr' } : undefined;
  const content = { fields: [['Content-Type', 'text/plain'] as const], body: utf8('hello') };
  if (does === 'invite') {
    const user = target % 3 === 0 ? 'bot' : undefined;
    return { type: 'invite', reference, parts: { uri, route, from: FROM, user, ...content } };
  }
  const way = target % 4 === 1 ? flowAt(target >> 2) : undefined;
  const ids = { from: `${FROM};tag=p${reference}`, callId: `p${reference}`, sequence: 1 };
  return {
    type: 'page',
    reference,
    parts: { uri, route, ...ids, ...content },
    ...(way !== undefined && { way }),
  };
}

/** The command by which something is done within a session; undefined where that makes no sense. */
export function wishWithin(
  step: StepWithin,
  usage: InviteUsage,
  reference: number,
): EndpointCommand | undefined {
  switch (step.does) {
    case 'leave':
      return { type: 'bye', usage };
    case 'cancel':
      return usage instanceof InviteClientUsage ? { type: 'cancel', usage } : undefined;
    case 'progress':
      return { type: 'progress', usage, status: step.status };
    case 'refer': {
      const parts = { to: '<sip:carol@example.com>', by: FROM, lifetime: 60_000 };
      return { type: 'refer', usage, reference, parts };
    }
    case 'subscribe': {
      const parts = { event: 'conference', accept: 'application/conference-info+xml' };
      return { type: 'subscribe', usage, reference, parts };
    }
    case 'unsubscribe':
      return { type: 'unsubscribe', usage };
    case 'say':
    case 'inform':
      return {
        type: 'message',
        usage,
        reference,
        ...(step.does === 'inform' && { method: 'INFO' }),
        fields: [['Content-Type', 'text/plain']],
        body: utf8('hi'),
      };
  }
}
