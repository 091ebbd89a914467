/** An invitation of ours that is about to leave: seen by whoever may decorate it, or forbid it. */
import type { Address } from '../words/address.js';
import { LocalProtocolError } from '../words/errors.js';
import type { Retargeting } from '../words/invitation.js';

/** A header field that an invitation of ours carries besides those that the user agent makes. */
export type ExtraHeader = readonly [name: string, value: string];

/** What is about to leave, before each invitation of ours: one for each target where an invitation is bridged. */
export interface Draft {
  readonly target: Address;
  readonly userAgent: string;
  /** The id of the bot whose session it will be. */
  readonly bot: string;
  readonly from: Address;
  readonly displayName?: string;
  readonly subject?: string;
  readonly conversationId: string;
  /** The addresses that were tried before this one. */
  readonly history: readonly Retargeting[];
  readonly headers: readonly ExtraHeader[];
  /** The id of the invitation that is bridged by it; absent where the house invites on its own account. */
  readonly onBehalfOf?: string;
}

/** What may be decorated. */
export type Decoration = Partial<
  Pick<Draft, 'displayName' | 'subject' | 'conversationId' | 'headers'>
>;

/** Sees each invitation of ours before it leaves. What it returns replaces what the draft says; what it throws forbids it. */
export type OutgoingHook = (draft: Draft) => Decoration | void;

/**
 * What may be added, in lower case; besides it all that begins with `X-`. Everything else is made by the user agent, routes
 * the request, or says who somebody is (RFC 3261, 20; RFC 3325).
 */
const ALLOWED = new Set([
  'accept-language',
  'alert-info',
  'call-info',
  'date',
  'in-reply-to',
  'organization',
  'priority',
  'privacy',
  'reply-to',
  'user-agent',
]);
const NAME = /^[A-Za-z0-9-]{1,64}$/;
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * The draft as the hook leaves it.
 * @throws LocalProtocolError `forbidden-header`; and what the hook throws.
 */
export function decorate(draft: Draft, hook: OutgoingHook | undefined): Draft {
  const decoration = hook?.(draft);
  if (typeof decoration !== 'object') return draft;
  const { displayName, subject, conversationId, headers } = decoration;
  for (const [name, value] of headers ?? []) checkHeader(name, value);
  return {
    ...draft,
    ...(displayName !== undefined && { displayName }),
    ...(subject !== undefined && { subject }),
    ...(conversationId !== undefined && { conversationId }),
    ...(headers !== undefined && { headers }),
  };
}

function checkHeader(name: string, value: string): void {
  const lower = name.toLowerCase();
  if (NAME.test(name) && !CONTROL.test(value) && (ALLOWED.has(lower) || lower.startsWith('x-'))) {
    return;
  }
  throw new LocalProtocolError(
    'forbidden-header',
    `an invitation of ours cannot carry ${JSON.stringify(name.slice(0, 64))} so; one line each of X-…, ${[...ALLOWED].join(', ')} is what may be added`,
  );
}
