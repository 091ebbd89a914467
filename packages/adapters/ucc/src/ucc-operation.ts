/** An operation that takes a while: what it was begun with, and what became of it. */
import type { UccContext } from './ucc-context.js';

/** What an operation is begun with; its completion brings it back. */
export interface UccOperationContext {
  readonly OperationId?: number;
  readonly Context?: UccContext;
}

/** How far an operation has come. */
export interface UccOperationProgressEvent {
  readonly IsComplete: boolean;
  /** A signed HRESULT: below nothing it has failed. */
  readonly StatusCode: number;
  readonly StatusText: string;
}

/** What became of an operation of a session, and for whom. */
export interface UccSessionOperationEvent<Result = never> extends UccOperationProgressEvent {
  readonly OriginalOperationContext: UccOperationContext | undefined;
  /** One for each participant whom it was for. */
  readonly ParticipantResults: readonly Result[];
}
