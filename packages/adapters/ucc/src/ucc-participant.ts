/** One who takes part in a session: a state of its own, and what it says. */
import type { Composing, Message, Session } from '@usher/core';

import type { UCC_PARTICIPANT_STATE_CHANGE_REASON } from './enumerations/participant-state-change-reason.js';
import { UCC_SESSION_ENTITY_STATE } from './enumerations/session-entity-state.js';
import { EventSource, type Report } from './event-source.js';
import { hresultOf, signed } from './hresult.js';
import { UccContext } from './ucc-context.js';
import type { UccOperationProgressEvent } from './ucc-operation.js';
import type { UccUri } from './ucc-uri.js';

const { UCCSES_IDLE, UCCSES_CONNECTING, UCCSES_DISCONNECTED } = UCC_SESSION_ENTITY_STATE;

/** A device of a participant. The house sees one of each. */
export interface UccParticipantEndpoint {
  readonly Uri: UccUri;
}

/** A state has changed. `NewState` is what it was then: look at `State` for what it is now. */
export interface UccParticipantStateChangedEvent extends UccOperationProgressEvent {
  readonly OldState: UCC_SESSION_ENTITY_STATE;
  readonly NewState: UCC_SESSION_ENTITY_STATE;
  readonly Reason: UCC_PARTICIPANT_STATE_CHANGE_REASON;
}

/** A message that a participant has said. */
export interface UccIncomingInstantMessageEvent {
  readonly ParticipantEndpoint: UccParticipantEndpoint;
  readonly ContentType: string;
  /** As text; octets that are no UTF-8 are replaced. */
  readonly Content: string;
  readonly IsBroadcast: boolean;
  /** The message in the words of the house: its octets, its id. */
  readonly message: Message;
}

/** Who types, and what. */
export interface UccComposingEvent {
  readonly ParticipantEndpoint: UccParticipantEndpoint;
}

/** What a participant raises; nothing any more once it is disconnected. */
export interface UccParticipantEvents<Owner> {
  OnStateChanged(
    pEventSource: UccParticipant<Owner>,
    pEventData: UccParticipantStateChangedEvent,
  ): unknown;
  OnInstantMessageReceived(
    pEventSource: UccParticipant<Owner>,
    pEventData: UccIncomingInstantMessageEvent,
  ): unknown;
  OnComposing(pEventSource: UccParticipant<Owner>, pEventData: UccComposingEvent): unknown;
  OnIdle(pEventSource: UccParticipant<Owner>, pEventData: UccComposingEvent): unknown;
}

/** Why a state changes, and with which SIP status. */
export interface Change {
  readonly reason: UCC_PARTICIPANT_STATE_CHANGE_REASON;
  readonly status: number;
  readonly text: string;
  /** Whether it was we who wanted it so. */
  readonly wanted?: boolean;
  /** What went wrong on our side, where it was no answer of the peer's. */
  readonly hresult?: number;
}

/** The signed HRESULT of a change. */
export function statusCode({ status, wanted, hresult }: Change): number {
  return signed(hresult ?? hresultOf(status, wanted));
}

const lossy = new TextDecoder();

/** One who takes part in a session. Members in capitals are UCC's; the others are for the house. */
export class UccParticipant<Owner> extends EventSource<UccParticipantEvents<Owner>> {
  readonly Session: Owner;
  readonly Uri: UccUri;
  readonly IsLocal: boolean;
  readonly Context: UccContext;
  readonly #endpoint: UccParticipantEndpoint;
  #state: UCC_SESSION_ENTITY_STATE = UCCSES_IDLE;
  #line: Session | undefined;
  #reading = false;
  #composing = false;

  constructor(session: Owner, uri: UccUri, isLocal: boolean, report: Report, context?: UccContext) {
    super(report);
    this.Session = session;
    this.Uri = uri;
    this.IsLocal = isLocal;
    this.Context = context ?? new UccContext();
    this.#endpoint = { Uri: uri };
  }

  get State(): UCC_SESSION_ENTITY_STATE {
    return this.#state;
  }

  get Endpoints(): readonly UccParticipantEndpoint[] {
    return [this.#endpoint];
  }

  /** Whether it is typing (RFC 3994). */
  get IsComposing(): boolean {
    return this.#composing;
  }

  /** What it said before somebody was advised of its messages has waited, and comes now. */
  override Advise(events: Partial<UccParticipantEvents<Owner>>): void {
    super.Advise(events);
    this.#read();
  }

  /** It has come to another state. */
  move(state: UCC_SESSION_ENTITY_STATE, change: Change): void {
    const last = this.#state;
    if (last === state || last === UCCSES_DISCONNECTED) return;
    this.#state = state;
    this.#tell(last, state, change);
  }

  /** Something is heard of it while its state stays: that it rings. */
  progress(change: Change): void {
    if (this.#state === UCCSES_CONNECTING) this.#tell(this.#state, this.#state, change);
  }

  /** It can speak from now on. */
  speaks(line: Session): void {
    this.#line = line;
    line.composing.subscribe((composing) => this.#composes(composing));
    this.#read();
  }

  #read(): void {
    if (this.#line === undefined || this.#reading) return;
    if (this.#state === UCCSES_DISCONNECTED || !this.listened('OnInstantMessageReceived')) return;
    this.#reading = true;
    this.#line.messages.subscribe({
      next: (message) =>
        this.raise('OnInstantMessageReceived', {
          ParticipantEndpoint: this.#endpoint,
          ContentType: message.contentType,
          Content: lossy.decode(message.body),
          IsBroadcast: false,
          message,
        }),
    });
  }

  #composes(composing: Composing): void {
    this.#composing = composing === 'active';
    if (this.#state === UCCSES_DISCONNECTED) return;
    this.raise(this.#composing ? 'OnComposing' : 'OnIdle', {
      ParticipantEndpoint: this.#endpoint,
    });
  }

  #tell(last: UCC_SESSION_ENTITY_STATE, state: UCC_SESSION_ENTITY_STATE, change: Change): void {
    this.raise('OnStateChanged', {
      OldState: last,
      NewState: state,
      Reason: change.reason,
      StatusCode: statusCode(change),
      StatusText: change.text,
      IsComplete: change.status >= 200,
    });
  }
}
