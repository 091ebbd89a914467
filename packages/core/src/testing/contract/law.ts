/** What every user agent owes the house, and who bears witness to it. */
import type { UserAgent } from '../../ports/user-agent.js';
import type { Address } from '../../words/address.js';

/** Two user agents of one adapter, back to back and not yet open: all that a law may look at. */
export interface Witness {
  readonly caller: UserAgent;
  readonly callee: UserAgent;
  /** An address at which the caller reaches the callee; asked for only once the callee is open. */
  readonly target: Address;
  /** Who the caller says it is. */
  readonly from: Address;
  /** One more user agent that wants to listen where the callee does. */
  readonly rival?: UserAgent;
  /** What this protocol cannot do; laws about that are not asked. */
  readonly lacks?: readonly ('pager' | 'composing')[];
  /** Lets time pass: virtual, or as much real time as it takes until nothing is under way. */
  elapse(ms: number): Promise<void>;
  /** Closes both user agents, whatever state they are in, and lets go of the rest. */
  close(): Promise<void>;
}

/** One sentence about user agents, and the way to find out whether it is true of these. */
export interface Law {
  readonly name: string;
  /** @throws Error where the law is broken. The witness is closed in any case, and cannot be used again. */
  hold(witness: Witness): Promise<void>;
}
