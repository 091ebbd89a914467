/** What is known of who can be reached: over datagrams anybody may have feigned the address that we answer to. */
import type { Flow } from '@usher/core/adapter';

/** What is known of who can be reached. */
export interface Reach {
  /** Whether somebody has proved to be at the other end. */
  isProven(flow: Flow): boolean;
  /** Whether something may go there that is beyond the credit, once. */
  lends(flow: Flow): boolean;
  /** Somebody has proved to be at the other end. */
  prove(flow: Flow): void;
}

/** Everybody is where he seems to be. */
export const EVERYBODY: Reach = {
  isProven: () => true,
  lends: () => true,
  prove: () => {},
};
