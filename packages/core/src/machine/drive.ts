/** The shell around a machine: gives it bytes, intents and time, and carries out what it says. It decides nothing. */
import type { Cancel, Clock } from '../ports/clock.js';
import type { Flow, Machine, Output } from './machine.js';

/** Where a machine's bytes go. */
export interface Pipe {
  transmit(bytes: Uint8Array, to: Flow | undefined): void;
}

/** An alarm that rings so many milliseconds late found the process busy: what has arrived meanwhile is heard first. */
const LATE = 20;

/** A machine in motion. */
export class Drive<Command, Event> {
  readonly #machine: Machine<Command, Event>;
  readonly #pipe: Pipe;
  readonly #clock: Clock;
  readonly #observe: (event: Event) => void;
  #waking: Cancel | undefined;
  #wakesAt: number | undefined;
  #stopped = false;

  constructor(
    machine: Machine<Command, Event>,
    pipe: Pipe,
    clock: Clock,
    observe: (event: Event) => void,
  ) {
    this.#machine = machine;
    this.#pipe = pipe;
    this.#clock = clock;
    this.#observe = observe;
  }

  /** Bytes have arrived. */
  receive(bytes: Uint8Array, from?: Flow): void {
    if (!this.#stopped) this.#carryOut(this.#machine.receive(bytes, this.#clock.now(), from));
  }

  /** Something is wanted. */
  execute(command: Command): void {
    if (!this.#stopped) this.#carryOut(this.#machine.execute(command, this.#clock.now()));
  }

  /** Lets go: no more wakes, and what still arrives is dropped. */
  stop(): void {
    this.#stopped = true;
    this.#waking?.();
  }

  /** Outputs are carried out in their order; an observer that executes a command in between has that done at once. */
  #carryOut(outputs: readonly Output<Event>[]): void {
    for (const output of outputs) {
      if (output.type === 'transmit') this.#pipe.transmit(output.bytes, output.to);
      else this.#observe(output.event);
    }
    this.#arrangeWaking();
  }

  /** An earlier alarm than needed is left standing: it finds nothing due and asks again, which is cheaper than moving it. */
  #arrangeWaking(): void {
    const deadline = this.#machine.deadline;
    if (this.#stopped) return;
    if (deadline === undefined) {
      // Nothing waits at all: an alarm far away would keep this house awake for nothing.
      this.#waking?.();
      this.#waking = undefined;
      this.#wakesAt = undefined;
      return;
    }
    if (this.#wakesAt !== undefined && this.#wakesAt <= deadline) return;
    this.#waking?.();
    this.#wakesAt = deadline;
    this.#waking = this.#clock.at(deadline, () => this.#wake(deadline));
  }

  /**
   * Timers ring before sockets are read. After a stall the answer that a timer waits for may be there already: repeating a
   * request then would only add to the load, so a late alarm lets one turn of reading go first.
   */
  #wake(deadline: number): void {
    const now = this.#clock.now();
    if (now - deadline > LATE && !this.#stopped) {
      this.#waking = this.#clock.at(now, () => this.#elapse());
      return;
    }
    this.#elapse();
  }

  #elapse(): void {
    this.#wakesAt = undefined;
    this.#waking = undefined;
    if (!this.#stopped) this.#carryOut(this.#machine.elapse(this.#clock.now()));
  }
}
