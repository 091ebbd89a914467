/** Stands before the doorkeeper where PASSporTs are looked at: who brings one waits here until it is verified. */
import type { RemoteProtocolError } from '@usher/core';
import type { Clock } from '@usher/core/adapter';

import type { Answer } from '../dialog/core.js';
import type { InviteUsage } from '../dialog/invite-usage.js';
import type { EndpointEvent } from '../endpoint/endpoint-event.js';
import type { ServerTransaction } from '../transaction/server-transaction.js';
import type { Passports } from './passport-options.js';
import { Vetting } from './vetting.js';

type Coming = Extract<EndpointEvent, { readonly type: 'invited' | 'paged' }>;

/** Whoever hears of what comes next. */
export interface Within {
  observe(event: Exclude<EndpointEvent, { readonly type: 'registration' }>): void;
  respond(transaction: ServerTransaction<InviteUsage>, answer: Answer): void;
}

/** Stands before the doorkeeper. */
export class Vestibule {
  readonly #within: Within;
  readonly #vetting: Vetting;

  constructor(within: Within, clock: Clock, passports: Passports) {
    this.#within = within;
    this.#vetting = new Vetting(clock, passports);
  }

  /** How many wait here. */
  get size(): number {
    return this.#vetting.size;
  }

  /** What the endpoint tells of: who waits here is not heard of within, and who leaves before that never was. */
  observe(event: Exclude<EndpointEvent, { readonly type: 'registration' }>): void {
    if (event.type === 'invited' || event.type === 'paged') this.#vet(event);
    else if (event.type === 'withdrawn' && this.#vetting.withdraw(event.usage)) return;
    else if (event.type === 'lapsed' && this.#vetting.withdraw(event.transaction)) return;
    else this.#within.observe(event);
  }

  /** The user agent goes. */
  dismiss(): void {
    this.#vetting.dismiss();
  }

  #vet(event: Coming): void {
    const { request, provenance } = event;
    this.#vetting.vet(event.type === 'invited' ? event.usage : event.transaction, {
      request,
      provenance,
      admit: (known) => this.#within.observe({ ...event, provenance: known }),
      refuse: (answer, fault) => this.#refuse(event, answer, fault),
    });
  }

  #refuse({ transaction }: Coming, answer: Answer, fault: RemoteProtocolError): void {
    const { code, message } = fault;
    this.#within.respond(transaction, answer);
    const { status } = answer;
    this.#within.observe({ type: 'violated', code, message, flow: transaction.source, status });
  }
}
