/** A password: from the environment, or asked for at the terminal; never from the command line. */
import { type Terminal, visible } from '@usher/console';
import { LocalProtocolError } from '@usher/core';

import type { Environment } from '../config/environment.js';
import { askPassword } from './ask-password.js';

/** Command lines are seen by everybody on the machine; the environment is not. */
const VARIABLE = 'USHER_PASSWORD';

/**
 * The password of this user.
 * @param terminal to ask at; undefined where nobody sits there.
 * @throws LocalProtocolError `no-password` where there is none.
 */
export async function password(
  user: string,
  environment: Environment,
  terminal: Terminal | undefined,
): Promise<string> {
  const given = environment[VARIABLE];
  if (given !== undefined && given !== '') return given;
  const typed = terminal && (await askPassword(terminal, visible(user)));
  if (typed !== undefined && typed !== '') return typed;
  throw new LocalProtocolError(
    'no-password',
    `There is no password for ${visible(user)}: set ${VARIABLE} in the environment, or type it at a terminal.`,
  );
}
