/** Turns what the house threw into problems with the places that they come from. */
import { BadConfig, type ConfigIssue, LocalProtocolError } from '@usher/core';

import type { BotSetting, Configuration } from '../config/configuration.js';
import { hostAndPort } from '../config/listen.js';
import type { Problem } from '../config/problem.js';
import { placeAt } from '../config/tree.js';

/** What is wrong with one bot, as the house told it, or the bot itself, while it was made. */
export function botProblems(error: unknown, bot: BotSetting): Problem[] {
  if (error instanceof BadConfig) return error.issues.map((issue) => configProblem(issue, bot));
  const code = error instanceof LocalProtocolError ? error.code : 'plugin-failed';
  const said = error instanceof Error ? error.message : String(error);
  // What the house says names the bot; what the bot's own code throws does not.
  const message = said.includes(JSON.stringify(bot.id))
    ? said
    : `${bot.id} fails as it is made: ${said}`;
  return [{ code, place: placeAt(bot.tree, ['plugin']), message }];
}

function configProblem({ path, message }: ConfigIssue, bot: BotSetting): Problem {
  const whole = ['config', ...path];
  return {
    code: 'bad-config',
    place: placeAt(bot.tree, whole),
    message: `\`${whole.join('.')}\` of ${bot.id}: ${message}`,
  };
}

/** What is wrong with users and their passwords. */
const OF_AUTHENTICATION = new Set(['bad-authentication', 'bad-user', 'bad-address']);

/** What is wrong with whom we trust. */
const OF_TRUST = new Set(['bad-trust', 'bad-passports', 'bad-pattern']);

/** What is wrong with a place to listen: who tells of it names the place, as it was written or by transport, address and port. */
export function listenProblem(error: unknown, { house }: Configuration): Problem {
  if (!(error instanceof LocalProtocolError)) throw error;
  const { code, message } = error;
  if (code === 'bad-registrar') return { code, place: house.registrationsPlace, message };
  if (code === 'bad-account') return { code, place: house.credentialsPlace, message };
  if (OF_AUTHENTICATION.has(code)) return { code, place: house.authenticationPlace, message };
  if (OF_TRUST.has(code)) return { code, place: house.trustPlace, message };
  const { health } = house;
  if (health !== undefined && message.includes(`http ${hostAndPort(health)}`))
    return { code, place: health.place, message };
  const entry = house.listen.find(
    (one) =>
      message.includes(`${one.transport} ${hostAndPort(one)}`) ||
      message.includes(JSON.stringify(one.text)),
  );
  return { code, place: entry?.place, message };
}
