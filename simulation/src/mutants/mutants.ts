/** Faults that somebody might make, planted one at a time into the built code as it is loaded, to see that the simulator finds them. */

/** One fault. */
export interface Mutant {
  readonly name: string;
  /** The built file, from the root. */
  readonly file: string;
  /** What stands there, once, and what stands there instead. */
  readonly from: string;
  readonly to: string;
}

const SIP = 'packages/adapters/sip/dist';
const CORE = 'packages/core/dist';

/** The faults. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'a retransmitted INVITE is not absorbed',
    file: `${SIP}/transaction/invite-server-transaction.js`,
    from: `    accepted: {`,
    to: `    accepted: { request: { send: 'response', tell: 'ack' },`,
  },
];
