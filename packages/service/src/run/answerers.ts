/** Who answers in this house for other media than messages. */
import type { MediaAnswerer } from '@usher/core/adapter';
import { realTimeText } from '@usher/rtt';

import type { HouseSetting } from '../config/configuration.js';
import { hostOf } from '../config/real-time-text.js';

/** Who answers in this house for other media than messages: nobody, unless it wants real-time text. */
export function answerersOf({
  realTimeText: setting,
  advertise,
}: Pick<HouseSetting, 'realTimeText' | 'advertise'>): readonly MediaAnswerer[] {
  if (setting === undefined) return [];
  const host = setting.advertise ?? hostOf(advertise);
  return [realTimeText({ ...setting, ...(host !== undefined && { advertise: host }) })];
}
