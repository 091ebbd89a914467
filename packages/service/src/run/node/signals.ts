/** What reaches this process from outside, as streams. */
import { type Observable, ReplaySubject } from 'rxjs';

/** So many are kept for whoever subscribes late: a plugin may fail while it is loaded. */
const MOST = 100;

/** Wishes to stop, SIGTERM and SIGINT alike; those that came before somebody subscribed are replayed. */
export function stopSignals(): Observable<NodeJS.Signals> {
  const stops = new ReplaySubject<NodeJS.Signals>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stops.next(signal));
  return stops;
}

/** What failed outside of everything that anybody waits for: from now on it is told here, and does not end the process. */
export function strayErrors(): Observable<unknown> {
  const strays = new ReplaySubject<unknown>(MOST);
  const stray = (error: unknown): void => strays.next(error);
  process.on('unhandledRejection', stray);
  process.on('uncaughtException', stray);
  return strays;
}
