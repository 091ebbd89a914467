/** INFO as Microsoft peers send it: what is said to each of the bodies that are known, and to others (RFC 6086, 4.2.2). */
import { type Composing, RemoteProtocolError } from '@usher/core';

import type { Answer } from '../dialog/core.js';
import type { SipRequest } from '../syntax/message.js';
import { KEYBOARD_ACTIVITY, parseKeyboardActivity } from './keyboard-activity.js';

/** What one INFO comes to. */
export interface Info {
  readonly answer: Answer;
  /** The news of typing that it brings. */
  readonly typing?: Composing;
  /** Why it was not taken. */
  readonly fault?: RemoteProtocolError;
}

const TAKEN: Info = { answer: { status: 200 } };

/** A new subject of the conversation: taken note of by nobody, but no mistake either. */
const PASSED_OVER = new Set([
  'application/xml+conversationinfo',
  'application/conversationinfo+xml',
]);

/** What an INFO within a session comes to. */
export function readInfo(request: SipRequest): Info {
  // RFC 6086, 5.3: nobody was told of any package.
  if (request.get('Info-Package') !== undefined)
    return refused(469, 'of a package', ['Recv-Info', '']);
  const { mediaType, body } = request;
  if (body.length === 0 || (mediaType !== undefined && PASSED_OVER.has(mediaType))) return TAKEN;
  const typing = mediaType === KEYBOARD_ACTIVITY ? parseKeyboardActivity(body) : undefined;
  if (typing !== undefined) return { ...TAKEN, typing };
  // Talk among several without a server (application/x-ms-mim), conferences and telephones are not to be had here.
  return refused(415, 'with a body', ['Accept', KEYBOARD_ACTIVITY]);
}

function refused(status: number, what: string, field: readonly [string, string]): Info {
  const fault = new RemoteProtocolError('unknown-info', `INFO ${what} that we do not take`, status);
  return { answer: { status, fields: [field] }, fault };
}
