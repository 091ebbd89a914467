/** Messages and refusals as tests want them: of the kind that was expected, or the test fails saying what came instead. */
import { RemoteProtocolError } from '@usher/core';

import { DEFAULT_LIMITS, type SipLimits } from '../../src/syntax/limits.js';
import { Malformed } from '../../src/syntax/malformed.js';
import { SipRequest, SipResponse } from '../../src/syntax/message.js';
import { type Framing, parseMessage } from '../../src/syntax/parser.js';

/** The request that the bytes are. */
export function readRequest(
  bytes: Uint8Array,
  limits: SipLimits = DEFAULT_LIMITS,
  framing?: Framing,
): SipRequest {
  const message = parseMessage(bytes, limits, framing);
  if (message instanceof SipRequest) return message;
  throw new Error(
    message instanceof Malformed ? `${message.error.code}: ${message.error.message}` : 'a response',
  );
}

/** The response that the bytes are. */
export function readResponse(bytes: Uint8Array): SipResponse {
  const message = parseMessage(bytes);
  if (message instanceof SipResponse) return message;
  throw new Error(
    message instanceof Malformed ? `${message.error.code}: ${message.error.message}` : 'a request',
  );
}

/** Why the bytes are no message. */
export function readMalformed(
  bytes: Uint8Array,
  limits: SipLimits = DEFAULT_LIMITS,
  framing?: Framing,
): Malformed {
  const message = parseMessage(bytes, limits, framing);
  if (message instanceof Malformed) return message;
  throw new Error(`a ${message.type} was read where a refusal was expected`);
}

const VALUES = [
  'contacts',
  'routes',
  'recordRoutes',
  'require',
  'proxyRequire',
  'supported',
  'reasons',
  'contentDisposition',
  'contentType',
  'mediaType',
  'expires',
  'retryAfter',
  'fromTag',
  'toTag',
] as const;

/** Reads every value that a message has; what it refuses is returned, and anything else that is thrown is thrown. */
export function readAll(message: SipRequest | SipResponse | Malformed): readonly string[] {
  if (message.type === 'malformed') return [message.error.code];
  const refused: string[] = [];
  for (const value of VALUES) {
    try {
      void message[value];
    } catch (error) {
      if (!(error instanceof RemoteProtocolError)) throw error;
      refused.push(error.code);
    }
  }
  for (const [name] of message.fields) {
    message.get(name);
    message.list(name);
  }
  return refused;
}
