/** A bot whose judgement and answers cost something: 2 ms of work for an invitation, 0.3 ms for a message, which it sends back. */
import { accept } from '@usher/core';
import { concatMap } from 'rxjs';

export const worker = {
  decide: () => {
    work(2);
    return accept((session) =>
      session.messages.pipe(
        concatMap((message) => {
          work(0.3);
          return session.send(message);
        }),
      ),
    );
  },
};

/**
 * Keeps the processor busy.
 * @param {number} milliseconds
 */
function work(milliseconds) {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}
