/** Waits for something, but not for ever. */
import type { Clock } from '@usher/core/adapter';

/** What a promise comes to, or undefined where that takes longer than so many milliseconds. */
export async function within<Value>(
  clock: Clock,
  milliseconds: number,
  promise: Promise<Value>,
): Promise<Value | undefined> {
  let stop: () => void = () => undefined;
  const late = new Promise<undefined>((resolve) => {
    stop = clock.at(clock.now() + milliseconds, () => resolve(undefined));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    stop();
  }
}
