/** Who the house is to those who ask it for a password, as operators write it. */
import * as z from 'zod';

import { digestAlgorithms } from './digest-algorithms.js';
import { field, section, text } from './field.js';

const CREDENTIALS =
  'credentials such as `[{ realm: example.com, username: desk, password: "${env:DESK_PASSWORD}" }]`';

/** Who the house is, by realm. */
export const credentials = z
  .array(
    section('credentials', {
      // Without a realm, whoever is asked could try to guess the password.
      realm: field(
        'realm: example.com',
        text(
          'the realm that asks for this password such as `example.com`, as its 401 or 407 names it',
        ),
      ),
      username: field('username: desk', text('the name of a user such as `desk`')),
      password: field(
        'password: ${env:DESK_PASSWORD}',
        text('a password in quotes, or better `${env:DESK_PASSWORD}`'),
      ),
      algorithms: field('algorithms: SHA-256', digestAlgorithms.exactOptional()),
    }),
    { error: CREDENTIALS },
  )
  .min(1, { error: CREDENTIALS });
