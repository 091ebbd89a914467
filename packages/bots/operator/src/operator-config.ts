/** How the operator is configured: what it says, and to which desks it sends people. */
import { Address, AddressPattern, milliseconds } from '@usher/core';
import * as z from 'zod';

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

const text = z.string().min(1).max(4_000);

const address = z.string().transform((written, context) => {
  const read = Address.from(written);
  if (read !== undefined) return read;
  const said = JSON.stringify(written.slice(0, 80));
  context.addIssue({
    code: 'custom',
    message: `${said} is no address; write one like sip:alice@example.com`,
  });
  return z.NEVER;
});

const pattern = z.string().transform((written, context) => {
  const read = AddressPattern.from(written);
  if (read !== undefined) return read;
  const said = JSON.stringify(written.slice(0, 80));
  context.addIssue({
    code: 'custom',
    message: `${said} is no pattern of addresses; write one like sip:alice@example.com, *@example.com or sip:*`,
  });
  return z.NEVER;
});

/** One, or several in a row: always handed on as a row. */
function oneOrMore<Value>(one: z.ZodType<Value>): z.ZodType<Value[]> {
  return z.preprocess(
    (value) => (Array.isArray(value) || value === undefined ? value : [value]),
    z.array(one).min(1),
  );
}

/** Where somebody is sent: to other addresses, or to another bot of the house, by its id. */
const way = {
  forward: oneOrMore(address).optional(),
  handOver: text.optional(),
};

const desk = z
  .strictObject({
    name: text,
    /** What people say who want this desk, besides its name. */
    words: z.array(text).default([]),
    ...way,
    /** Sends an invitation here before a word was said. */
    when: z
      .strictObject({ subject: oneOrMore(text).optional(), from: oneOrMore(pattern).optional() })
      .refine(({ subject, from }) => subject !== undefined || from !== undefined, {
        error: 'a rule needs `subject` or `from`',
      })
      .optional(),
  })
  .refine(({ forward, handOver }) => (forward === undefined) !== (handOver === undefined), {
    error: 'a desk needs either `forward` or `handOver`',
  });

/** The configuration of an operator. */
export const OperatorConfig = z.strictObject({
  greeting: text.optional(),
  question: text.default('Whom would you like to speak to?'),
  /** How long an answer is awaited, each time. */
  timeout: duration.default(60_000),
  /** How often somebody who is silent is asked in all. */
  attempts: z.int().min(1).max(10).default(2),
  desks: z.array(desk).min(1),
  /** What becomes of somebody whom two questions did not bring to a desk; unless given, it ends with `texts.lost`. */
  fallback: z
    .strictObject(way)
    .refine(({ forward, handOver }) => (forward === undefined) !== (handOver === undefined), {
      error: 'a fallback needs either `forward` or `handOver`',
    })
    .optional(),
  texts: z
    .strictObject({
      /** To somebody who is silent. */
      retry: text.default('Are you still there? {question}'),
      /** To somebody who named no desk. */
      unknown: text.default('I can put you through to: {desks}. {question}'),
      /** To somebody for whom another address is the right one. */
      writeTo: text.default('Please write to {address}.'),
      /** To somebody whom another bot goes on with; nothing is said unless given. */
      through: text.optional(),
      /** To somebody whose desk cannot take over. */
      away: text.default('I am sorry, {desk} cannot take over now.'),
      /** To somebody who still named no desk, where there is no fallback. */
      lost: text.default('I am sorry, I do not know whom to put you through to. Goodbye.'),
      /** To somebody who stayed silent. */
      silent: text.default('You seem to be busy. Goodbye.'),
    })
    .prefault({}),
});

/** The configuration of an operator, checked and with its defaults. */
export type OperatorConfig = z.output<typeof OperatorConfig>;

/** One desk of an operator. */
export type DeskConfig = OperatorConfig['desks'][number];
