/** A session in which people write to each other. */
import { LocalProtocolError, type Session } from '@usher/core';

import { HRESULT, hresultOf, signed } from './hresult.js';
import { UccError } from './ucc-error.js';
import type { UccOperationContext } from './ucc-operation.js';
import { type UccParticipantResult, UccSession } from './ucc-session.js';

const utf8 = new TextEncoder();

/** Types of content that are text of some kind (RFC 2046, 4.1), with their parameters. */
const TEXT = /^text\/[\w.+-]{1,64}(?:;|\s|$)/i;

/** A session in which people write to each other. */
export class UccInstantMessagingSession extends UccSession {
  /**
   * Says something, after all that was said before it; `OnSendMessage` tells for whom it was delivered.
   * @throws UccError 0x80EE002A while nobody is connected; 0x80070057 where the type is none of text.
   */
  SendMessage(contentType: string, content: string, operation?: UccOperationContext): void {
    const line = this.#connected('SendMessage');
    if (!TEXT.test(contentType))
      throw UccError.badArgument(`${JSON.stringify(contentType.slice(0, 80))} is no type of text`);
    void deliver(line, contentType, content).then((outcome) => {
      this.raise('OnSendMessage', {
        OriginalOperationContext: operation,
        IsComplete: true,
        ...outcome,
        ParticipantResults: this.results(outcome),
      });
    });
  }

  /** Shows that we are typing, until `StopComposing` or the next message. @throws UccError 0x80EE002A while nobody is connected. */
  StartComposing(): void {
    this.#connected('StartComposing').compose('active');
  }

  /** Shows that we type no longer. @throws UccError 0x80EE002A while nobody is connected. */
  StopComposing(): void {
    this.#connected('StopComposing').compose('idle');
  }

  #connected(what: string): Session {
    if (this.line !== undefined) return this.line;
    throw UccError.badState(`${what}: nobody is connected`);
  }
}

/** What became of a message, as numbers. */
async function deliver(
  line: Session,
  contentType: string,
  content: string,
): Promise<Omit<UccParticipantResult, 'ParticipantEndpoint'>> {
  try {
    const delivery = await line.send({ contentType, body: utf8.encode(content) });
    return {
      StatusCode: signed(hresultOf(delivery.status)),
      StatusText: delivery.type === 'failed' ? delivery.reason : 'delivered',
    };
  } catch (error) {
    const backlog = error instanceof LocalProtocolError && error.code === 'backlog';
    const hresult = backlog
      ? HRESULT.UCC_E_MAX_PENDING_OPERATIONS
      : HRESULT.UCC_E_INVALID_SESSION_STATE;
    return { StatusCode: signed(hresult), StatusText: backlog ? 'backlog' : 'not connected' };
  }
}
