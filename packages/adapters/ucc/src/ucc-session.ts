/** A session: what kind it is, who takes part, and its end. */
import type { Session } from '@usher/core';

import { endedAs } from './ended-as.js';
import { UCC_PARTICIPANT_STATE_CHANGE_REASON } from './enumerations/participant-state-change-reason.js';
import { UCC_REJECT_OR_TERMINATE_REASON } from './enumerations/reject-or-terminate-reason.js';
import { UCC_SESSION_ENTITY_STATE } from './enumerations/session-entity-state.js';
import type { UCC_SESSION_TYPE } from './enumerations/session-type.js';
import { EventSource, type Report } from './event-source.js';
import { HRESULT } from './hresult.js';
import { transferTo } from './transfer-to.js';
import { UccContext } from './ucc-context.js';
import { UccError } from './ucc-error.js';
import type { UccOperationContext, UccSessionOperationEvent } from './ucc-operation.js';
import {
  type Change,
  statusCode,
  UccParticipant,
  type UccParticipantEndpoint,
} from './ucc-participant.js';
import { UccParticipants } from './ucc-participants.js';
import { UccUri } from './ucc-uri.js';

const { UCCSES_CONNECTING, UCCSES_CONNECTED, UCCSES_DISCONNECTING, UCCSES_DISCONNECTED } =
  UCC_SESSION_ENTITY_STATE;
const { UCCPSCR_NORMAL } = UCC_PARTICIPANT_STATE_CHANGE_REASON;

/** One who takes part in a session. */
export type UccSessionParticipant = UccParticipant<UccSession>;

/** What became of an operation for one participant. */
export interface UccParticipantResult {
  readonly ParticipantEndpoint: UccParticipantEndpoint;
  /** A signed HRESULT: below nothing it has failed. */
  readonly StatusCode: number;
  readonly StatusText: string;
}

/** What became of an operation of a session. */
export type UccOperationEvent = UccSessionOperationEvent<UccParticipantResult>;

/** What a session raises. */
export interface UccSessionEvents {
  OnAddParticipant(pEventSource: UccSession, pEventData: UccOperationEvent): unknown;
  OnRemoveParticipant(pEventSource: UccSession, pEventData: UccOperationEvent): unknown;
  /** It is over, whoever ended it. */
  OnTerminate(pEventSource: UccSession, pEventData: UccOperationEvent): unknown;
  /** The other side has gone to somebody else, or has not. */
  OnTransferProgress(pEventSource: UccSession, pEventData: UccOperationEvent): unknown;
  /** What was said in an instant messaging session has come to its participants, or has not. */
  OnSendMessage(pEventSource: UccSession, pEventData: UccOperationEvent): unknown;
}

/** What a session needs of the house that it stands in. */
export interface Surroundings {
  /** Told where somebody who was advised failed, or what was asked of the house did. */
  readonly report: Report;
  /** Tells people of something that they should look at. */
  warn(text: string): void;
  /** Invites a participant of a session. */
  invite(
    session: UccSession,
    participant: UccSessionParticipant,
    operation: UccOperationContext | undefined,
  ): void;
  /** A session has come to be, under the id that the house knows it by. */
  connected(session: UccSession, id: string): void;
  /** A session is over. */
  concluded(id: string): void;
}

const HANG_UP: Change = { reason: UCCPSCR_NORMAL, status: 200, text: 'terminated' };

/** A participant who is let go. */
interface Removal {
  readonly participant: UccSessionParticipant;
  readonly operation: UccOperationContext | undefined;
}

/** A session. Members in capitals are UCC's; the others are for the house. */
export class UccSession extends EventSource<UccSessionEvents> {
  readonly Type: UCC_SESSION_TYPE;
  readonly Context: UccContext;
  readonly LocalParticipant: UccSessionParticipant;
  /** The local one among them. */
  readonly Participants: UccParticipants<UccSessionParticipant>;
  protected readonly surroundings: Surroundings;
  /** The session in the words of the house, while there is one. */
  protected line: Session | undefined;
  /** Ends what is not answered yet. */
  #withdraw: ((reason: UCC_REJECT_OR_TERMINATE_REASON) => void) | undefined;
  #terminating: UccOperationContext | undefined;
  #removing: Removal | undefined;
  /** By what the house knows it. */
  #id: string | undefined;
  #over = false;

  constructor(
    type: UCC_SESSION_TYPE,
    local: UccUri,
    surroundings: Surroundings,
    context = new UccContext(),
  ) {
    super(surroundings.report);
    this.Type = type;
    this.Context = context;
    this.surroundings = surroundings;
    this.LocalParticipant = new UccParticipant(this, local, true, surroundings.report);
    this.Participants = new UccParticipants(surroundings.report);
    this.Participants.add(this.LocalParticipant);
  }

  /** A participant that `AddParticipant` can invite. @throws UccError 0x80070057 where the text names no address. */
  CreateParticipant(uri: string | UccUri, context?: UccContext): UccSessionParticipant {
    const address = typeof uri === 'string' ? UccUri.parse(uri) : uri;
    return new UccParticipant<UccSession>(this, address, false, this.surroundings.report, context);
  }

  /**
   * Invites a participant; `OnAddParticipant` tells what became of it. A session is between two.
   * @throws UccError 0x80070057 where it is no participant of this session, 0x80EE002A where the session is over, 0x80EE0044
   * where there are two already.
   */
  AddParticipant(participant: UccSessionParticipant, operation?: UccOperationContext): void {
    if (participant.Session !== this || participant.IsLocal)
      throw UccError.badArgument('this session did not create that participant');
    if (this.#over) throw UccError.badState('AddParticipant: the session is over');
    if (this.remote !== undefined)
      throw new UccError(HRESULT.UCC_E_POLICY_NOT_ALLOW, 'a session of the house is between two');
    this.Participants.add(participant);
    this.surroundings.invite(this, participant, operation);
  }

  /**
   * Lets a participant go, and tells them; `OnRemoveParticipant` tells when that is done. As a session is between two, it ends.
   * @throws UccError 0x80070057 where they do not take part.
   */
  RemoveParticipant(participant: UccSessionParticipant, operation?: UccOperationContext): void {
    if (participant.IsLocal || !this.Participants.has(participant))
      throw UccError.badArgument('whom to remove does not take part');
    if (this.#over) return;
    this.#removing = { participant, operation };
    this.Terminate(UCC_REJECT_OR_TERMINATE_REASON.UCCROTR_DECLINE);
  }

  /**
   * Ends the session, and for the other side as well. One that is over stays so, and nothing is raised again.
   * @throws UccError 0x80070057 where the reason is none.
   */
  Terminate(reason: UCC_REJECT_OR_TERMINATE_REASON, operation?: UccOperationContext): void {
    if (!Object.values(UCC_REJECT_OR_TERMINATE_REASON).includes(reason))
      throw UccError.badArgument(`${reason} is no reason to terminate a session`);
    if (this.#over) return;
    if (reason === UCC_REJECT_OR_TERMINATE_REASON.UCCROTR_NOT_SPECIFIED)
      this.surroundings.warn('a session is terminated without a reason; name one');
    this.#terminating ??= operation;
    if (this.#withdraw !== undefined) return this.#withdraw(reason);
    if (this.line === undefined) return this.concluded(HANG_UP);
    for (const participant of this.Participants) participant.move(UCCSES_DISCONNECTING, HANG_UP);
    this.line.end().catch((error: unknown) => this.surroundings.report('Terminate', error));
  }

  /**
   * Sends the other side to somebody else (RFC 3515); `OnTransferProgress` tells what became of it. Once they have met, this
   * session is over.
   * @throws UccError 0x80EE002A while nobody is connected; 0x80070057 where the text names no address.
   */
  BlindTransfer(target: string | UccUri, operation?: UccOperationContext): void {
    const uri = typeof target === 'string' ? UccUri.parse(target) : target;
    this.#transfer('BlindTransfer', uri, operation);
  }

  /**
   * Sends the other side to that of another session, which it takes the place of (RFC 3891).
   * @throws UccError 0x80EE002A where either is not connected.
   */
  ConsultativeTransfer(target: UccSession, operation?: UccOperationContext): void {
    const { line, remote } = target;
    if (line === undefined || remote === undefined)
      throw UccError.badState('ConsultativeTransfer: nobody is connected in the other session');
    this.#transfer('ConsultativeTransfer', remote.Uri, operation, line);
  }

  /** The other side of a session between two. */
  get remote(): UccSessionParticipant | undefined {
    for (const participant of this.Participants) if (!participant.IsLocal) return participant;
    return undefined;
  }

  get over(): boolean {
    return this.#over;
  }

  /** An invitation is under way; `withdraw` is how `Terminate` ends it. */
  begin(withdraw: (reason: UCC_REJECT_OR_TERMINATE_REASON) => void): void {
    this.#withdraw = withdraw;
    for (const participant of this.Participants) {
      participant.move(UCCSES_CONNECTING, {
        reason: UCCPSCR_NORMAL,
        status: 100,
        text: 'connecting',
      });
    }
  }

  /** It is accepted, and both sides may speak. */
  connected(line: Session): void {
    this.line = line;
    this.#withdraw = undefined;
    this.#id = line.id;
    this.surroundings.connected(this, line.id);
    // The house hands out what was said before the end before it tells of the end.
    void line.ended.then((end) => this.concluded(endedAs(end)));
    const change = { reason: UCCPSCR_NORMAL, status: 200, text: 'connected' };
    for (const participant of this.Participants) participant.move(UCCSES_CONNECTED, change);
    this.remote?.speaks(line);
  }

  /** It is over, for that reason. */
  concluded(change: Change): void {
    if (this.#over) return;
    this.#over = true;
    this.line = undefined;
    this.#withdraw = undefined;
    if (this.#id !== undefined) this.surroundings.concluded(this.#id);
    for (const participant of [...this.Participants].toReversed())
      participant.move(UCCSES_DISCONNECTED, change);
    if (this.#removing !== undefined) {
      const { participant, operation } = this.#removing;
      this.Participants.remove(participant);
      this.raise('OnRemoveParticipant', this.completion(operation, change));
    }
    this.raise('OnTerminate', this.completion(this.#terminating, change));
  }

  /** It is over, and nobody is told: the participants' state stays what it was. */
  forgotten(): void {
    this.#over = true;
    this.#withdraw = undefined;
  }

  /** What became of inviting a participant. */
  added(operation: UccOperationContext | undefined, change: Change): void {
    this.raise('OnAddParticipant', this.completion(operation, change));
  }

  /** What became of an operation, by its status. */
  protected completion(
    operation: UccOperationContext | undefined,
    change: Change,
  ): UccOperationEvent {
    const outcome = { StatusCode: statusCode(change), StatusText: change.text };
    return {
      OriginalOperationContext: operation,
      IsComplete: true,
      ...outcome,
      ParticipantResults: this.results(outcome),
    };
  }

  /** The same for each endpoint of the other side. */
  protected results(
    outcome: Omit<UccParticipantResult, 'ParticipantEndpoint'>,
  ): readonly UccParticipantResult[] {
    const endpoints = this.remote?.Endpoints ?? [];
    const { StatusCode, StatusText } = outcome;
    return endpoints.map((ParticipantEndpoint) => ({
      ParticipantEndpoint,
      StatusCode,
      StatusText,
    }));
  }

  #transfer(
    what: string,
    { address }: UccUri,
    operation: UccOperationContext | undefined,
    replacing?: Session,
  ): void {
    if (this.line === undefined) throw UccError.badState(`${what}: nobody is connected`);
    void transferTo(this.line, address, replacing).then((change) =>
      this.raise('OnTransferProgress', this.completion(operation, change)),
    );
  }
}
