/** Who broke the agreement: our own code (`LocalProtocolError`), or the peer (`RemoteProtocolError`). */

/** Every error of Usher carries a code; `docs/errors.md` lists them all. */
export abstract class UsherError extends Error {
  constructor(
    /** A short stable name, the same in docs, logs and code: `session-ended`. */
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Our own code, or a bot's, asked for something impossible: thrown where it was asked. */
export class LocalProtocolError extends UsherError {}

/** The peer broke the protocol: a value that becomes an event and a status code, never a crash. */
export class RemoteProtocolError extends UsherError {
  constructor(
    code: string,
    message: string,
    /** The SIP status that answers it, where an answer is due. */
    readonly status: number,
    options?: ErrorOptions,
  ) {
    super(code, message, options);
  }
}

/** The session is over: what was asked of it can no longer happen. */
export class SessionEnded extends LocalProtocolError {
  constructor(message = 'the session has ended') {
    super('session-ended', message);
  }
}

/** A question that was asked in a session got no answer within its time and attempts. */
export class Unanswered extends LocalProtocolError {
  constructor(message = 'the question was not answered in time') {
    super('unanswered', message);
  }
}
