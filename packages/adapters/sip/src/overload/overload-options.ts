/** What overload control is made with: by an operator, and by whoever has the endpoint and the event loop. */
import type { AdmissionOptions } from './admission-budget.js';
import type { Known } from './classify.js';
import type { SourcesOptions } from './sources.js';
import type { NewWaiting } from './work-queue.js';

/** What can be set of how overload is controlled. */
export interface OverloadSettings
  extends Omit<SourcesOptions, 'trusts'>, AdmissionOptions, NewWaiting {
  /** Whether what says of itself that it is an emergency goes before other invitations; true unless given. */
  readonly emergencies?: boolean | undefined;
}

/** How overload is controlled. */
export interface OverloadOptions extends OverloadSettings, Pick<SourcesOptions, 'trusts'> {
  /** The To tag of answers without state: a fresh token. */
  readonly tag: string;
  /** Asks for a turn, in which `take` is called: after what the sockets have ready was read, before they are read again. */
  readonly arrange: () => void;
  /** What the endpoint knows already. Without it a retransmission counts as new, and whoever writes a To tag is believed. */
  readonly known?: Known | undefined;
}
