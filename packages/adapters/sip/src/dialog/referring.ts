/** A REFER of ours: the peer is asked to invite somebody else, and tells how that goes (RFC 3515; RFC 4488). */
import type { Field } from '../syntax/printer.js';
import type { Core } from './core.js';
import { SUPPORTED } from './extensions.js';
import type { Notice } from './notice.js';
import type { Outcome } from './outgoing-request.js';
import { parseSipfrag, SIPFRAG } from './sipfrag.js';
import { Subscription } from './subscription.js';

/** What a REFER of ours says. */
export interface ReferParts {
  /** The value of Refer-To. */
  readonly to: string;
  /** The value of Referred-By (RFC 3892). */
  readonly by: string;
  /** How long the peer may take, in milliseconds. */
  readonly lifetime: number;
}

/** A REFER of ours, until it is known what came of it. */
export class Referring {
  readonly subscription: Subscription;
  readonly #tell: (status: number, text: string) => void;
  #over = false;

  /** @param tell told once: 200 to 299 where the peer got through. */
  constructor(
    core: Pick<Core<never>, 'start' | 'stop'>,
    lifetime: number,
    tell: (status: number, text: string) => void,
  ) {
    this.#tell = tell;
    // A NOTIFY may come before the answer to the REFER, so it is heard from now on (RFC 6665, 4.4.1).
    this.subscription = new Subscription(
      core,
      { event: 'refer', id: undefined },
      lifetime,
      (notice) => this.#hear(notice),
    );
  }

  /** The REFER has its answer. */
  answered({ status, text, response }: Outcome): void {
    if (status >= 300) this.conclude(status, text);
    // RFC 4488, 4: it is done, and nothing will be told of it.
    else if (response?.get('Refer-Sub')?.trim().toLowerCase() === 'false') {
      this.conclude(status, text);
    }
  }

  conclude(status: number, text: string): void {
    if (this.#over) return;
    this.#over = true;
    this.subscription.close();
    this.#tell(status, text);
  }

  #hear(notice: Notice | undefined): void {
    if (notice === undefined) {
      this.conclude(408, 'Not Told In Time');
      return;
    }
    const said = notice.mediaType === SIPFRAG ? parseSipfrag(notice.body) : undefined;
    if (said !== undefined && said.status >= 200) this.conclude(said.status, said.text);
    else if (notice.state === 'terminated') {
      this.conclude(notice.reason === 'timeout' ? 408 : 487, 'Told No More');
    }
  }
}

/** What a REFER says (RFC 3515, 2.4.1; RFC 3892, 2.1). */
export function referFields({ to, by }: ReferParts): readonly Field[] {
  return [
    ['Refer-To', to],
    ['Referred-By', by],
    ['Supported', SUPPORTED],
  ];
}
