/** Node's event loop, as overload control sees it. */
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

import type { EventLoop } from '../overload/event-loop.js';

const SECOND = 1_000;
/** Milliseconds between looks at how late the loop is; they are part of what Node tells. */
const RESOLUTION = 20;

/** Node's event loop: it reads sockets, calls what was set by `setImmediate`, and reads them again. */
export const nodeEventLoop: EventLoop = {
  turn(task) {
    setImmediate(task);
  },
  watch(tell) {
    const lateness = monitorEventLoopDelay({ resolution: RESOLUTION });
    lateness.enable();
    let before = performance.eventLoopUtilization();
    const telling = setInterval(() => {
      const delay = lateness.percentile(99) / 1e6 - RESOLUTION;
      const after = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(after, before);
      before = after;
      lateness.reset();
      tell(Math.max(delay, 0), utilization);
    }, SECOND);
    telling.unref();
    return () => {
      clearInterval(telling);
      lateness.disable();
    };
  },
};
