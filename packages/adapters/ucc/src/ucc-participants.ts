/** Those who take part in a session. */
import { EventSource } from './event-source.js';

/** Somebody came to a session, or left it. */
export interface UccParticipantCollectionEvent<Participant> {
  readonly Participant: Participant;
}

/** What the collection raises: the place to be advised of a new participant's own events. */
export interface UccParticipantCollectionEvents<Participant> {
  OnParticipantAdded(
    pEventSource: UccParticipants<Participant>,
    pEventData: UccParticipantCollectionEvent<Participant>,
  ): unknown;
  OnParticipantRemoved(
    pEventSource: UccParticipants<Participant>,
    pEventData: UccParticipantCollectionEvent<Participant>,
  ): unknown;
}

/** Those who take part, the local one among them. */
export class UccParticipants<Participant>
  extends EventSource<UccParticipantCollectionEvents<Participant>>
  implements Iterable<Participant>
{
  readonly #all = new Set<Participant>();

  get Count(): number {
    return this.#all.size;
  }

  [Symbol.iterator](): Iterator<Participant> {
    return this.#all.values();
  }

  has(participant: Participant): boolean {
    return this.#all.has(participant);
  }

  add(participant: Participant): void {
    this.#all.add(participant);
    this.raise('OnParticipantAdded', { Participant: participant });
  }

  remove(participant: Participant): void {
    if (!this.#all.delete(participant)) return;
    this.raise('OnParticipantRemoved', { Participant: participant });
  }
}
