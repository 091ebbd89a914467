/** Invitations of ours, from when they are about to leave until their outcome is known. */
import type { FocusDialog } from '../conference/focus-dialog.js';
import type { InviteUsage } from '../dialog/invite-usage.js';
import type { EndpointEvent } from '../endpoint/endpoint-event.js';
import type { OutgoingInvitation } from './outgoing-invitation.js';

/** An invitation of ours. */
export type Departing = OutgoingInvitation | FocusDialog;

/** What is told of an invitation of ours. */
export type DepartureEvent = Extract<
  EndpointEvent,
  { readonly type: 'inviting' | 'progressed' | 'established' | 'declined' }
>;

/** What the user agent keeps of invitations of ours once they have left. */
export interface Departed {
  entered(usage: InviteUsage, departing: Departing): void;
  /** The invitation that this usage is of; undefined where it is none (any more). */
  departing(usage: InviteUsage): Departing | undefined;
  leave(usage: InviteUsage): void;
}

/** Invitations of ours that are about to leave. */
export class Departures {
  readonly #departed: Departed;
  /** By the references under which they leave. */
  readonly #leaving = new Map<number, Departing>();

  constructor(departed: Departed) {
    this.#departed = departed;
  }

  /** One is about to leave under this reference. */
  announce(reference: number, departing: Departing): void {
    this.#leaving.set(reference, departing);
  }

  observe(event: DepartureEvent): void {
    if (event.type === 'inviting') {
      const leaving = this.#leaving.get(event.reference);
      if (leaving === undefined) return;
      this.#leaving.delete(event.reference);
      this.#departed.entered(event.usage, leaving);
      leaving.leave(event.usage);
      return;
    }
    const departing = this.#departed.departing(event.usage);
    if (departing === undefined) return;
    if (event.type === 'progressed') {
      departing.progressed(event.status, event.text);
    } else if (event.type === 'established') {
      departing.established(event.response);
    } else {
      this.#departed.leave(event.usage);
      departing.declined(event.status, event.text, event.response);
    }
  }
}
