/** An observable whose subscribers cannot bring the process down. */
import {
  Observable,
  type Observer,
  type Operator,
  Subscriber,
  type Subscription,
  type TeardownLogic,
} from 'rxjs';

type Next<T> = ((value: T) => void) | null | undefined;

/** Who is told of what subscribers throw, and of errors that no subscriber listened for. */
export interface Guard {
  failed(error: unknown): void;
}

/**
 * RxJS throws what a subscriber throws once more, on an empty stack, where nothing but the end of the process awaits it.
 * Here it is reported instead, for this observable and for all that is piped from it. What was combined with others into
 * an observable of RxJS's own (`merge`, `combineLatest`, a `Subject`) is out of reach.
 */
export class GuardedObservable<T> extends Observable<T> {
  readonly #guard: Guard;

  /** @param subscribe as for any observable; called as its method. */
  constructor(
    guard: Guard,
    subscribe?: (this: Observable<T>, subscriber: Subscriber<T>) => TeardownLogic,
  ) {
    super(subscribe);
    this.#guard = guard;
  }

  override lift<R>(operator?: Operator<T, R>): Observable<R> {
    const lifted = new GuardedObservable<R>(this.#guard);
    lifted.source = this;
    lifted.operator = operator;
    return lifted;
  }

  override subscribe(observer?: Partial<Observer<T>> | ((value: T) => void)): Subscription;
  override subscribe(
    next?: Next<T>,
    error?: Next<unknown>,
    complete?: (() => void) | null,
  ): Subscription;
  override subscribe(
    observer?: Partial<Observer<T>> | Next<T>,
    error?: Next<unknown>,
    complete?: (() => void) | null,
  ): Subscription {
    // A link within a chain of operators: what it throws goes down the chain, to the end that is guarded.
    if (observer instanceof Subscriber) return super.subscribe(observer);
    const end: Partial<Observer<T>> =
      typeof observer === 'object' && observer !== null
        ? observer
        : {
            ...(observer && { next: observer }),
            ...(error && { error }),
            ...(complete && { complete }),
          };
    return super.subscribe(new GuardedObserver(end, this.#guard));
  }
}

/** The end of a chain: what it throws is told to the guard. */
class GuardedObserver<T> implements Observer<T> {
  readonly #end: Partial<Observer<T>>;
  readonly #guard: Guard;

  constructor(end: Partial<Observer<T>>, guard: Guard) {
    this.#end = end;
    this.#guard = guard;
  }

  next(value: T): void {
    try {
      this.#end.next?.(value);
    } catch (error) {
      this.#guard.failed(error);
    }
  }

  error(failure: unknown): void {
    if (this.#end.error === undefined) return this.#guard.failed(failure);
    try {
      this.#end.error(failure);
    } catch (error) {
      this.#guard.failed(error);
    }
  }

  complete(): void {
    try {
      this.#end.complete?.();
    } catch (error) {
      this.#guard.failed(error);
    }
  }
}
