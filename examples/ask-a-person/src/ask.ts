/** A bot that decides nothing itself: it leaves every message session to whoever sits at the desk, for five minutes. */
import { type Bot, defer, pass } from '@usher/core';

export const ask: Bot = {
  decide: ({ type, inviter, subject = 'no subject' }) =>
    type === 'im'
      ? defer({
          within: '5m',
          otherwise: 'unavailable',
          why: `${inviter.userAtHost} is at the door: ${subject}`,
        })
      : pass('not a message session'),
};
