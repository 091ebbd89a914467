/** Answers those who ask us who we are before they take a request of ours (RFC 3261, 22.2, 22.3). */
import type { Flow } from '@usher/core/adapter';

import type { DigestClient } from '../authentication/digest-client.js';
import type { Refused } from '../authentication/digest-exchange.js';
import type { OutgoingRequest } from '../dialog/outgoing-request.js';
import type { SipResponse } from '../syntax/message.js';
import { parseUri } from '../syntax/uri.js';
import type { EndpointEvent } from './endpoint-event.js';

type Violated = Extract<EndpointEvent, { readonly type: 'violated' }>;

/** So many characters of a realm are shown. */
const SHOWN = 64;

/** Answers those who ask us who we are. */
export class Proving {
  readonly #client: DigestClient;
  readonly #tell: (event: Violated) => void;

  constructor(client: DigestClient, tell: (event: Violated) => void) {
    this.#client = client;
    this.#tell = tell;
  }

  /** A request is about to leave for the first time: what its place, or its dialog, asked before is answered at once. */
  begin(request: OutgoingRequest): void {
    // RFC 3261, 22.1: ACK cannot be sent again with an answer.
    if (request.exchange !== undefined || request.method === 'ACK') return;
    const { dialog, uri, hop } = request;
    request.exchange =
      dialog === undefined
        ? this.#client.begin(request, placeOf(uri), hop === uri ? undefined : placeOf(hop))
        : this.#client.beginWithin(request, dialog);
  }

  /**
   * A final response has come: whether it asks who we are, and the request is to be sent again, which is ready for that then.
   * What cannot be answered is told.
   */
  answers(request: OutgoingRequest, response: SipResponse, from: Flow): boolean {
    const { exchange } = request;
    const { status } = response;
    if (exchange === undefined || request.concluded) return false;
    if (status < 300) {
      const error = exchange.admitted(response);
      if (error !== undefined) {
        this.#tell({ type: 'violated', code: error.code, message: error.message, flow: from });
      }
    }
    if ((status !== 401 && status !== 407) || request.cancelled) return false;
    const outcome = exchange.challenged(response);
    if (outcome.type === 'refused') {
      const { code, why } = whyNot(outcome);
      const message = `${request.method} comes to ${status}: ${why}`;
      this.#tell({ type: 'violated', code, message, flow: from });
      return false;
    }
    renumber(request);
    return true;
  }
}

/** RFC 3261, 22.2: sent again, it has a CSeq of its own; within a dialog others may have gone since. */
function renumber(request: OutgoingRequest): void {
  const { method, dialog } = request;
  request.fields = request.fields.map((field) => {
    if (field[0] !== 'CSeq') return field;
    const sequence = dialog?.nextSequence() ?? Number.parseInt(field[1], 10) + 1;
    return ['CSeq', `${sequence} ${method}`];
  });
}

/** The host that a URI names, and its port: what was asked there is answered nowhere else by itself, nor in clear for TLS. */
function placeOf(uri: string): string {
  const parsed = parseUri(uri);
  if (parsed === undefined) return uri;
  const { scheme, host, port = '' } = parsed;
  return `${scheme}:${host}:${port}`.toLowerCase();
}

function whyNot({ why, realm = '', offered = [] }: Refused): { code: string; why: string } {
  const named = `the realm ${JSON.stringify(realm.slice(0, SHOWN))}`;
  switch (why) {
    case 'no-challenge':
      return { code: 'bad-challenge', why: 'there is no challenge by Digest that can be read' };
    case 'qop-missing':
      return {
        code: 'bad-challenge',
        why: `${named} offers no quality of protection that we know`,
      };
    case 'too-many-challenges':
      return { code: 'bad-challenge', why: 'there are too many challenges' };
    case 'algorithm-forbidden':
      return {
        code: 'weak-challenge',
        why: `${named} offers only ${offered.join(', ')}, which our credentials do not allow`,
      };
    case 'no-account':
      return { code: 'unknown-realm', why: `there are no credentials for ${named}` };
    case 'rejected':
      return { code: 'wrong-credentials', why: `${named} does not take our username and password` };
  }
}
