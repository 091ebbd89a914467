/** How the gatekeeper is configured: who may come in, who may not, and how often. */
import { AddressPattern, milliseconds, type RejectReason } from '@usher/core';
import * as z from 'zod';

const REASONS = [
  'busy',
  'unavailable',
  'decline',
  'decline-everywhere',
  'not-acceptable',
  'timeout',
] as const satisfies readonly RejectReason[];

const reason = z.enum(REASONS);

/** A word alone is refused: `example.com` would read as a user of that name, and let in or keep out nobody. */
const pattern = z.string().transform((text, context) => {
  const read = /[@:]/.test(text) || text === '*' ? AddressPattern.from(text) : undefined;
  if (read !== undefined) return read;
  const said = JSON.stringify(text.slice(0, 80));
  context.addIssue({
    code: 'custom',
    message: `${said} is no pattern of addresses; write one like sip:alice@example.com, *@example.com or sip:*`,
  });
  return z.NEVER;
});

const LENGTH = 'a length of time above nothing, such as 30s, 1m or 2h';

const duration = z
  .union([z.number(), z.templateLiteral([z.number(), z.enum(['ms', 's', 'm', 'h', 'd'])])], {
    error: LENGTH,
  })
  .transform((written, context) => {
    try {
      const ms = milliseconds(written);
      if (ms > 0) return ms;
    } catch {
      // `-5s` and `1e3s` are numbers with a unit, and no lengths of time.
    }
    context.addIssue({ code: 'custom', message: LENGTH });
    return z.NEVER;
  });

const rate = z.strictObject({
  /** How many invitations of one inviter go on within the time. */
  invitations: z.int().min(1).max(1000),
  per: duration,
  /** How many inviters are remembered; beyond, the one that was quiet for longest is forgotten. */
  inviters: z.int().min(1).max(1_000_000).default(10_000),
});

/** The configuration of a gatekeeper. */
export const GatekeeperConfig = z.strictObject({
  /** Who may come in; empty: everyone. */
  allow: z.array(pattern).default([]),
  /** Who may not, even where `allow` says otherwise. */
  block: z.array(pattern).default([]),
  /** Whether inviters must have proven who they are. */
  identified: z.boolean().default(false),
  rate: rate.exactOptional(),
  /** Why each of them is turned away. */
  reasons: z
    .strictObject({
      blocked: reason.default('decline'),
      notAllowed: reason.default('decline'),
      unidentified: reason.default('decline'),
      tooFast: reason.default('busy'),
    })
    .prefault({}),
});

/** The configuration of a gatekeeper, checked and with its defaults. */
export type GatekeeperConfig = z.output<typeof GatekeeperConfig>;
