/** What every request has to pass before anybody judges it (RFC 3261, 8.2.1 to 8.2.3). */
import { ALLOW } from '../dialog/allow.js';
import { isSupported } from '../dialog/extensions.js';
import { knowsTimers, sessionExpiresOf, SHORTEST_INTERVAL } from '../dialog/session-expires.js';
import type { SipRequest } from '../syntax/message.js';
import { MediaTypes } from './media-types.js';
import { Refusal } from './refusal.js';

/** Methods that we know of and do not take: 405. Any other that we do not take is answered 501 (RFC 3261, 8.2.1, 21.5.2). */
const KNOWN = new Set(['INFO', 'PRACK', 'PUBLISH', 'REGISTER', 'SUBSCRIBE']);

const TAKEN = new Set(ALLOW.split(', '));

/** Which bodies are let in. */
export interface Admission {
  /** Media types of messages. */
  readonly messages: MediaTypes;
  /** Content types of an INVITE. */
  readonly invitations: MediaTypes;
}

/**
 * Why this request is not let in by anybody; undefined where it is.
 * @param takesInfo whether it came in a dialog where INFO is taken.
 */
export function screen(
  request: SipRequest,
  admission: Admission,
  takesInfo = false,
): Refusal | undefined {
  const { method } = request;
  const refusal = method === 'INFO' && takesInfo ? undefined : screenMethod(method);
  if (refusal !== undefined) return refusal;
  if (request.requestUri === undefined) return unroutable(request.uri);
  const { require } = request;
  if (require.length > 0 && method !== 'CANCEL') {
    const unknown = require.filter((tag) => !isSupported(tag));
    if (unknown.length > 0) {
      return new Refusal('bad-extension', `${method} requires what we do not have`, 420, [
        ['Unsupported', unknown.join(', ')],
      ]);
    }
  }
  if (method === 'MESSAGE') return screenBody(request, admission.messages);
  if (method !== 'INVITE' && method !== 'UPDATE') return undefined;
  return (
    screenInterval(request) ?? screenBody(request, admission.invitations) ?? screenAccept(request)
  );
}

/** Why nobody takes a request of this method, whatever it is about; undefined where somebody may. */
export function screenMethod(method: string): Refusal | undefined {
  if (TAKEN.has(method)) return undefined;
  const known = KNOWN.has(method);
  return new Refusal(
    known ? 'method-not-allowed' : 'unknown-method',
    `${method.slice(0, 32)} is not for us`,
    known ? 405 : 501,
    [['Allow', ALLOW]],
  );
}

/** RFC 3261, 8.2.2.1: a scheme that is not ours is 416. */
function unroutable(uri: string): Refusal {
  if (/^sips?:/i.test(uri)) return new Refusal('bad-uri', 'the Request-URI is malformed', 400);
  const scheme = uri.slice(0, Math.min(uri.indexOf(':'), 32));
  return new Refusal('unknown-scheme', `a Request-URI of the scheme ${scheme}`, 416);
}

/** RFC 3261, 8.2.3: what cannot be understood is answered 415. */
function screenBody(request: SipRequest, types: MediaTypes): Refusal | undefined {
  const encoding = request.get('Content-Encoding');
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    return new Refusal('unknown-encoding', 'a body with a Content-Encoding', 415, [
      ['Accept-Encoding', 'identity'],
      ['Accept', types.accept],
    ]);
  }
  if (request.body.length === 0 && request.method !== 'MESSAGE') return undefined;
  const type = request.mediaType;
  if (type === undefined) {
    return new Refusal('missing-content-type', 'a body without a Content-Type', 400);
  }
  // RFC 3261, 20.11: a body that the sender can do without is passed over.
  if (types.take(type) || isOptional(request)) return undefined;
  return new Refusal('unknown-content-type', 'a body of a type that we do not take', 415, [
    ['Accept', types.accept],
  ]);
}

/** Whether the body of an INVITE may be passed over. */
export function isOptional(request: SipRequest): boolean {
  if (request.method !== 'INVITE') return false;
  return request.contentDisposition?.params.get('handling')?.toLowerCase() === 'optional';
}

/** RFC 4028, 5 and 8.1: whoever would refresh the session more often than anybody has to is told how often is enough. */
function screenInterval(request: SipRequest): Refusal | undefined {
  if (request.get('Session-Expires') === undefined || !knowsTimers(request)) return undefined;
  const { interval = SHORTEST_INTERVAL } = sessionExpiresOf(request) ?? {};
  if (interval >= SHORTEST_INTERVAL) return undefined;
  const message = 'a session that is to be refreshed every other moment';
  return new Refusal('short-interval', message, 422, [['Min-SE', String(SHORTEST_INTERVAL)]]);
}

/** RFC 3261, 21.4.7; RFC 4475, 3.3.15: an INVITE whose sender could not understand our session description. */
function screenAccept(request: SipRequest): Refusal | undefined {
  if (request.get('Accept') === undefined) return undefined;
  const ranges = new MediaTypes(request.list('Accept'));
  if (ranges.take('application/sdp')) return undefined;
  return new Refusal('not-acceptable', 'an INVITE that accepts no application/sdp', 406);
}
