/** How much the house takes at once, from whom, and in one message, as operators write it. */
import { milliseconds } from '@usher/core';
import * as z from 'zod';

import { duration, field, section, wholeNumber } from './field.js';

const count = (example: string): z.ZodExactOptional<z.ZodInt> =>
  wholeNumber(`a whole number from 1, such as \`${example}\``, 1).exactOptional();
const length = (example: string): z.ZodExactOptional<ReturnType<typeof duration>> =>
  duration(`a length of time such as \`${example}\` (ms, s, m, h or d)`).exactOptional();

const TIMER = 'a length of time from 90s to 24h such as `30m`, or `off`';
const sessionTimer = z.unknown().transform((value, context) => {
  const read = value === 'off' ? value : duration(TIMER).safeParse(value).data;
  const lasts = read === undefined || read === 'off' ? 0 : milliseconds(read);
  if (read === 'off' || (lasts >= 90_000 && lasts <= 86_400_000)) return read;
  context.addIssue({ code: 'custom', message: TIMER });
  return z.NEVER;
});

/** Of connections. */
const connections = section('limits of connections', {
  total: field('total: 10000', count('10000')),
  perSource: field('perSource: 100', count('100')),
  unheard: field('unheard: 1000', count('1000')),
  firstMessage: field('firstMessage: 10s', length('10s')),
  idle: field('idle: 2m', length('2m')),
});

/** Of one message: octets of `head`, `uri` and `body`, characters of a `value` and a `displayName`; the others are counts. */
const message = section('limits of a message', {
  head: field('head: 16384', count('16384')),
  headers: field('headers: 100', count('100')),
  value: field('value: 4096', count('4096')),
  vias: field('vias: 70', count('70')),
  routes: field('routes: 16', count('16')),
  parameters: field('parameters: 64', count('64')),
  uri: field('uri: 1024', count('1024')),
  displayName: field('displayName: 256', count('256')),
  body: field('body: 65536', count('65536')),
});

/** How much the house takes. */
export const limits = section('limits of the house', {
  sessions: field('sessions: 1000', count('1000')),
  pending: field('pending: 100', count('100')),
  deferred: field('deferred: 100', count('100')),
  pagers: field('pagers: 1000', count('1000')),
  transactions: field('transactions: 10000', count('10000')),
  sessionTimer: field('sessionTimer: 30m', sessionTimer.exactOptional()),
  connections: field('connections: { total: 10000, perSource: 100 }', connections.exactOptional()),
  message: field('message: { head: 16384, body: 65536 }', message.exactOptional()),
});

/** How much the house takes. */
export type LimitsSetting = Readonly<z.output<typeof limits>>;
