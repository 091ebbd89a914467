/** How overload is controlled, as operators write it. */
import * as z from 'zod';

import { duration, field, section, wholeNumber } from './field.js';

const count = wholeNumber('a whole number from 1, such as `20`', 1);
const length = duration('a length of time such as `100ms` (ms, s, m, h or d)');

const settings = section('overload', {
  source: field(
    'source: { perSecond: 20, burst: 40 }',
    section('the rate of one source', {
      perSecond: field('perSecond: 20', count),
      burst: field('burst: 40', count),
    }).exactOptional(),
  ),
  identity: field(
    'identity: { perSecond: 5, burst: 10 }',
    section('the rate of one identity', {
      perSecond: field('perSecond: 5', count),
      burst: field('burst: 10', count),
    }).exactOptional(),
  ),
  invitations: field(
    'invitations: { waiting: 1000, patience: 100ms }',
    section('invitations that wait', {
      waiting: field('waiting: 1000', count.exactOptional()),
      patience: field('patience: 100ms', length.exactOptional()),
    }).exactOptional(),
  ),
  pages: field(
    'pages: { waiting: 1000, patience: 200ms }',
    section('messages outside any session that wait', {
      waiting: field('waiting: 1000', count.exactOptional()),
      patience: field('patience: 200ms', length.exactOptional()),
    }).exactOptional(),
  ),
  lateness: field('lateness: 50ms', length.exactOptional()),
});

/** How overload is controlled. */
export type OverloadSetting = Readonly<z.output<typeof settings>>;

/** How overload is controlled; `off`: all that comes is dealt with at once. */
export const overload: z.ZodType<OverloadSetting | 'off'> = z
  .unknown()
  .transform((value, context) => {
    if (value === 'off') return value;
    const read = settings.safeParse(value);
    if (read.success) return read.data;
    for (const issue of read.error.issues) {
      const { path } = issue;
      const message = path.length === 0 ? `\`off\`, or ${issue.message}` : issue.message;
      const params = issue.code === 'custom' ? issue.params : undefined;
      context.addIssue({ code: 'custom', message, path, ...(params && { params }) });
    }
    return z.NEVER;
  });
