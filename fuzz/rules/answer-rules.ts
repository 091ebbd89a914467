/** What has to hold for every answer to a request that could be read (RFC 3261, 8.2.6.2, 18.2.1). */
import type { Flow } from '@usher/core/adapter';

import { DEFAULT_LIMITS } from '../../packages/adapters/sip/src/syntax/limits.js';
import type { SipRequest } from '../../packages/adapters/sip/src/syntax/message.js';
import { parseMessage } from '../../packages/adapters/sip/src/syntax/parser.js';
import { splitList } from '../../packages/adapters/sip/src/syntax/list.js';
import { latin1 } from '../octets.js';
import { hold } from '../target.js';
import { tried } from './message-rules.js';

/** A request at our limits has an answer that is beyond them. */
const WIDER = {
  ...DEFAULT_LIMITS,
  params: 80,
  headerValue: 6_000,
  headerBlock: 32_768,
  headerLines: 200,
};

/** What is known of an answer beforehand. */
export interface Expected {
  readonly status?: number;
  /** The To tag, where the request had none. */
  readonly tag?: string | undefined;
  /** Whether the top Via may say something of our load. */
  readonly feedback?: boolean;
  /** Whether it is one of those that say as little as they can. */
  readonly bare?: boolean;
}

/** The answer can be read, and has of its request what it has to have, each as it stood. */
export function holdAnswerTo(
  request: SipRequest,
  flow: Flow,
  bytes: Uint8Array,
  { status, tag, feedback = false, bare = false }: Expected = {},
): void {
  const answer = parseMessage(bytes, WIDER);
  const text = (): string => latin1(bytes);
  if (answer.type === 'malformed') {
    // A Via below the top is copied whatever it is; nothing of it is looked at, on either side.
    hold(false, 'answer-unreadable', () => `${answer.error.message}\n${text()}`);
  }
  hold(answer.type === 'response', 'answer-is-request', text);
  if (status !== undefined) hold(answer.status === status, 'answer-status', text);
  const asked = vias(request.all('Via'));
  const said = vias(answer.all('Via'));
  hold(asked.length === said.length, 'answer-vias', () => `${asked.join('\n')}\n${text()}`);
  hold(asked.slice(1).join('\n') === said.slice(1).join('\n'), 'answer-lower-vias', text);
  const { via } = answer;
  hold(
    via.host === request.via.host &&
      via.port === request.via.port &&
      via.branch === request.via.branch &&
      via.transport === request.via.transport,
    'answer-top-via',
    text,
  );
  const { address, port } = flow.remote;
  if (request.via.params.has('rport') && !bare) {
    hold(
      via.params.get('rport') === String(port) &&
        via.params.get('received') === address.split('%')[0],
      'answer-rport',
      text,
    );
  }
  if (!feedback)
    hold(!via.params.has('oc-seq') || request.via.params.has('oc-seq'), 'answer-feedback', text);
  hold(answer.from.raw === request.from.raw, 'answer-from', text);
  hold(answer.callId === request.callId, 'answer-call-id', text);
  hold(
    answer.cseq.number === request.cseq.number && answer.cseq.method === request.cseq.method,
    'answer-cseq',
    text,
  );
  if (request.toTag === undefined && answer.status > 100) {
    hold(answer.toTag !== undefined && answer.to.raw.startsWith(request.to.raw), 'answer-to', text);
    if (tag !== undefined) hold(answer.toTag === tag, 'answer-to-tag', text);
  } else if (answer.status > 100) hold(answer.to.raw === request.to.raw, 'answer-to', text);
}

/** Each Via value, however many to a line. */
function vias(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => tried(() => splitList(line)) ?? [line]);
}
