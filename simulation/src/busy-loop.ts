/** The event loop of a house that has other work to do: each turn takes its time, and once a second it is told how late things are. */
import type { Clock } from '@usher/core/adapter';
import type { SipUserAgentOptions } from '@usher/sip';

type EventLoop = NonNullable<SipUserAgentOptions['eventLoop']>;

const SECOND = 1_000;
/** So often it is told at most: nothing is to be arranged for ever, or a run would never come to rest. */
const MOST_LOOKS = 120;

/**
 * An event loop in which each turn takes so long.
 * @param took milliseconds.
 */
export function busyLoop(clock: Clock, took: number): EventLoop {
  return {
    turn: (task) => void clock.at(clock.now() + took, task),
    watch: (tell) => {
      let looks = 0;
      let cancel = (): void => {};
      const look = (): void => {
        looks += 1;
        if (looks > MOST_LOOKS) return;
        cancel = clock.at(clock.now() + SECOND, () => {
          tell(took, took > 0 ? 0.9 : 0.1);
          look();
        });
      };
      look();
      return () => cancel();
    },
  };
}
