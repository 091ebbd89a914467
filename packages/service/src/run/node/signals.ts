/** What reaches this process from outside, as streams. */
import { Observable, ReplaySubject, share } from 'rxjs';

/** Wishes to stop, SIGTERM and SIGINT alike; those that came before somebody subscribed are replayed. */
export function stopSignals(): Observable<NodeJS.Signals> {
  const stops = new ReplaySubject<NodeJS.Signals>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stops.next(signal));
  return stops;
}

/** What failed outside of everything that anybody waits for. While somebody listens, it does not end the process. */
export function strayErrors(): Observable<unknown> {
  return new Observable<unknown>((observer) => {
    const stray = (error: unknown): void => observer.next(error);
    process.on('unhandledRejection', stray);
    process.on('uncaughtException', stray);
    return () => {
      process.off('unhandledRejection', stray);
      process.off('uncaughtException', stray);
    };
  }).pipe(share());
}
