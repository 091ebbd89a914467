/** The password of whoever sits at this process: from its environment, or asked for at its terminal; never from its command line. */
import { LocalProtocolError } from '@usher/core';

import type { Paint } from '../../text/paint.js';
import { visible } from '../../text/visible.js';
import { askPassword } from '../ask-password.js';
import { tty } from './tty.js';

/** Where command lines are seen by everybody on the machine, this is not. */
const VARIABLE = 'USHER_PASSWORD';

/**
 * The password of this user.
 * @throws LocalProtocolError `no-password` where there is none, and nobody to ask for it.
 */
export async function password(user: string, paint: Paint): Promise<string> {
  const given = process.env[VARIABLE];
  if (given !== undefined && given !== '') return given;
  const { stdin, stdout } = process;
  const typed =
    stdin.isTTY && stdout.isTTY
      ? await askPassword(tty(stdin, stdout, paint), visible(user))
      : undefined;
  if (typed !== undefined && typed !== '') return typed;
  throw new LocalProtocolError(
    'no-password',
    `There is no password for ${visible(user)}: set ${VARIABLE} in the environment, or type it at a terminal.`,
  );
}
