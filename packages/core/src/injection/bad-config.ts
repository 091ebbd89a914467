/** A configuration that a bot's schema refused. */
import { LocalProtocolError } from '../words/errors.js';
import type { SchemaIssue, StandardSchema } from './standard-schema.js';

/** One thing that is wrong with a configuration. */
export interface ConfigIssue {
  /** The way to it from the top of the configuration: `['answers', 0, 'text']`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** `bad-config`: thrown by `createHost`; names the bot, and carries the issues for whoever knows the file and line. */
export class BadConfig extends LocalProtocolError {
  constructor(
    /** The id of the bot whose configuration it is. */
    readonly bot: string,
    readonly issues: readonly ConfigIssue[],
  ) {
    const list = issues.map(
      ({ path, message }) => `${path.length > 0 ? `${path.join('.')}: ` : ''}${message}`,
    );
    super('bad-config', `the configuration of bot "${bot}" cannot be used: ${list.join('; ')}`);
  }
}

/**
 * Checks a configuration by its schema; nothing given counts as an empty object.
 * @throws BadConfig where the schema refuses it.
 */
export async function checkConfig(
  bot: string,
  schema: StandardSchema,
  config: unknown,
): Promise<unknown> {
  const result = await schema['~standard'].validate(config ?? {});
  if (result.issues === undefined) return result.value;
  throw new BadConfig(bot, result.issues.map(toConfigIssue));
}

function toConfigIssue(issue: SchemaIssue): ConfigIssue {
  const path = (issue.path ?? []).map((part) => {
    const key = typeof part === 'object' ? part.key : part;
    return typeof key === 'symbol' ? String(key) : key;
  });
  return { path, message: issue.message };
}
