/** What is told of a message at a glance, before it is read: never more than is true, and what it is where that is plain. */
import type { Flow } from '@usher/core/adapter';

import { classify } from '../../packages/adapters/sip/src/overload/classify.js';
import { fromOf } from '../../packages/adapters/sip/src/overload/from-of.js';
import { glanceAt } from '../../packages/adapters/sip/src/overload/glance.js';
import {
  CONCLUDING,
  EMERGENCY,
  INVITING,
  OTHER,
  PAGING,
  WITHIN,
} from '../../packages/adapters/sip/src/overload/priority.js';
import { refusalOf } from '../../packages/adapters/sip/src/overload/refusal-of.js';
import { glanceOf, startOf, textOf } from '../../packages/adapters/sip/src/overload/scan.js';
import { sourceOf } from '../../packages/adapters/sip/src/overload/source-of.js';
import { transactionKey } from '../../packages/adapters/sip/src/overload/transaction-key.js';
import type { SipRequest } from '../../packages/adapters/sip/src/syntax/message.js';
import { parseMessage } from '../../packages/adapters/sip/src/syntax/parser.js';
import { hasBranch, serverKey } from '../../packages/adapters/sip/src/transaction/key.js';
import { messages } from '../corpora.js';
import { sipMessage } from '../grammar/sip-message.js';
import { MESSAGE_MUTATIONS } from '../mutation/message-mutation.js';
import { octetTarget } from '../octet-target.js';
import { hashOf, latin1 } from '../octets.js';
import { holdAnswerTo } from '../rules/answer-rules.js';
import { MESSAGE_WORDS } from '../rules/words.js';
import { timed } from '../stopwatch.js';
import { hold } from '../target.js';

const TAG = 'tagofrefusals';
const FEEDBACK = ';oc=30;oc-algo="loss";oc-validity=500;oc-seq=1.000';
const FLOWS: readonly Flow[] = [
  { transport: 'udp', remote: { address: '192.0.2.9', port: 5099 } },
  { transport: 'tcp', remote: { address: '2001:db8::9', port: 40_000 }, connection: 1 },
];

function run(bytes: Uint8Array): void {
  const [priority, unknown, known] = timed(bytes.length, () => {
    fromOf(bytes);
    return [classify(bytes), classify(bytes, NOTHING), classify(bytes, ALL)] as const;
  });
  const message = parseMessage(bytes);
  for (const flow of FLOWS) {
    const refusal = timed(bytes.length, () => refusalOf(bytes, flow, TAG, FEEDBACK));
    if (refusal === undefined) {
      const due = message.type === 'request' && message.method !== 'ACK' && isPlain(bytes, message);
      hold(!due || flow.transport === 'udp', 'refusal-missing');
      continue;
    }
    hold(refusal.to.remote.address === flow.remote.address, 'refusal-elsewhere');
    hold(flow.transport !== 'udp' || refusal.bytes.length <= bytes.length, 'refusal-larger');
    hold(!/\r\nRetry-After/i.test(latin1(refusal.bytes)), 'refusal-retry-after');
    hold(message.type !== 'response', 'refusal-of-response');
    hold(message.type !== 'request' || message.method !== 'ACK', 'refusal-of-ack');
    if (message.type === 'request')
      holdAnswerTo(message, flow, refusal.bytes, { status: 503, tag: TAG, feedback: true });
  }
  if (message.type === 'response') {
    hold(priority === CONCLUDING, 'response-class');
    hold(unknown === OTHER, 'stray-response-class');
  }
  if (message.type === 'request') {
    holdRequest(bytes, message, priority);
    const expected = classOfUnknown(message);
    hold(
      unknown === EMERGENCY || unknown >= expected,
      'unknown-too-urgent',
      () => `${unknown}, not ${expected}`,
    );
    const plain =
      isPlain(bytes, message) &&
      PLAIN_VIA.test(message.via.raw) &&
      hasBranch(message) &&
      // Behind a tagged To nothing is looked for any more.
      /^[^]*?\r\nv(?:ia)? {0,2}:[^]*?\r\nt(?:o)? {0,2}:/i.test(headOf(latin1(bytes)));
    if (plain) hold(known === CONCLUDING, 'known-class', () => String(known));
  }
  holdSources(bytes);
}

const NOTHING = { transaction: () => false, dialog: () => false, request: () => false };
const ALL = { transaction: () => true, dialog: () => true, request: () => true };
const PLAIN_VIA = /^sip\/2\.0\/[a-z]+ [a-z0-9.-]{1,200}(?::[1-9]\d{0,4})?;branch=[\w.-]{8,80}$/i;

/** How urgent a request is where nothing is known of it. */
function classOfUnknown(request: SipRequest): number {
  const { method, toTag } = request;
  if (method === 'CANCEL') return INVITING;
  if (method === 'ACK' || toTag !== undefined) return OTHER;
  return method === 'BYE' ? INVITING : classOf(request);
}

function holdRequest(bytes: Uint8Array, message: SipRequest, priority: number): void {
  const expected = classOf(message);
  const plain = isPlain(bytes, message);
  const text = latin1(bytes);
  if (priority === EMERGENCY) {
    hold(expected === INVITING || expected === PAGING, 'emergency-of-other');
    hold(/resource-priority|urn:service:sos/i.test(text), 'emergency-unsaid');
  } else {
    // Where it is not sure, it is less urgent than it may be, and never more.
    hold(priority >= expected, 'class-too-urgent', () => `${priority}, not ${expected}`);
    if (plain) hold(priority === expected, 'class-differs', () => `${priority}, not ${expected}`);
  }
  const head = glanceOf(bytes);
  const glance = glanceAt(head, startOf(head));
  if (glance === undefined) {
    hold(!plain, 'glance-missing');
    return;
  }
  hold(textOf(head, glance.start, glance.method) === message.method, 'glance-method');
  // No tag of ours is longer than that.
  const tag = latin1Of(message.toTag)?.slice(0, 128);
  if (glance.tag >= 0) hold(textOf(head, glance.tag, glance.end) === tag, 'glance-tag');
  else if (plain) hold(message.toTag === undefined, 'glance-untagged');
  if (glance.via < 0) return;
  const key = transactionKey(head, glance.via, message.method);
  if (!hasBranch(message)) return;
  if (key !== undefined)
    hold(
      key === serverKey(message, message.method),
      'glance-key',
      () => `${key} ${serverKey(message, message.method)}`,
    );
  else if (plain) hold(!PLAIN_VIA.test(message.via.raw), 'glance-keyless', () => message.via.raw);
}

/** RFC 7339, 5.10.1, as this house has it. */
function classOf({ method, toTag }: SipRequest): number {
  if (method === 'ACK' || method === 'BYE' || method === 'CANCEL') return CONCLUDING;
  if (toTag !== undefined) return WITHIN;
  if (method === 'INVITE') return INVITING;
  return method === 'MESSAGE' ? PAGING : OTHER;
}

/** Whether nothing of it is hard to make out: no folds, no quotes, not long. */
function isPlain(bytes: Uint8Array, { to, toTag, method }: SipRequest): boolean {
  const text = latin1(bytes);
  const end = text.indexOf('\r\n\r\n');
  const head = headOf(text);
  return (
    end > 0 &&
    end < 8_000 &&
    // oxlint-disable-next-line no-control-regex -- only what is plain is plain
    /^[\x20-\x7e\r\n]*$/.test(head) &&
    !/\r\n[ \t]|"|^\r\n| {8}/.test(head) &&
    // A list whose first value is empty.
    !/\r\nv(?:ia)?\s*:\s*,/i.test(head) &&
    head.split('\r\n').length < 90 &&
    !head.split('\r\n').some((line) => line.length > 900) &&
    !/^(?:via|v)\s*:[^,]*(?:,|$)/im.test(head.split('\r\n').slice(16).join('\n')) &&
    method.length < 30 &&
    to.raw.length < 900 &&
    (toTag === undefined || /^[\w.!%*+`'~-]{1,128}$/.test(toTag)) &&
    // A parameter that only looks like the tag.
    !/[;<>]tag[^=]/i.test(to.raw)
  );
}

/** What stands before the empty line. */
function headOf(text: string): string {
  const end = text.indexOf('\r\n\r\n');
  return end < 0 ? text : text.slice(0, end);
}

/** What a token of the parser's is in octets. */
function latin1Of(text: string | undefined): string | undefined {
  return text === undefined ? undefined : Buffer.from(text).toString('latin1');
}

/** Who counts as one source is the same whichever way an address is written. */
function holdSources(bytes: Uint8Array): void {
  const hash = hashOf(bytes);
  const groups = Array.from(
    { length: 8 },
    (_, group) => ((hash >>> group) ^ (hash << (group + 3))) & (group % 3 === 0 ? 0xffff : 0xff),
  );
  const written = groups.map((group) => group.toString(16)).join(':');
  const padded = groups.map((group) => group.toString(16).padStart(4, '0').toUpperCase()).join(':');
  hold(
    sourceOf(written) ===
      groups
        .slice(0, 4)
        .map((group) => group.toString(16))
        .join(':'),
    'source-of',
    () => written,
  );
  hold(sourceOf(padded) === sourceOf(written), 'source-padded', () => padded);
  const short = `${groups[0]?.toString(16)}::${groups[7]?.toString(16)}`;
  hold(sourceOf(short) === `${groups[0]?.toString(16)}:0:0:0`, 'source-short', () => short);
  hold(
    sourceOf('::ffff:192.0.2.1') === '192.0.2.1' && sourceOf('192.0.2.1') === '192.0.2.1',
    'source-mapped',
  );
}

export const target = octetTarget({
  name: 'glance',
  covers: [
    'classify',
    'from-of',
    'glance',
    'refusal-of',
    'scan',
    'source-of',
    'transaction-key',
    'feedback',
  ].map((file) => `packages/adapters/sip/src/overload/${file}.ts`),
  seeds: messages,
  grammar: sipMessage,
  words: [
    ...MESSAGE_WORDS,
    'To: ',
    'T : ',
    '"<>;tag=x"',
    ';tag',
    ';Tag =',
    'Resource-Priority: ',
    'INVITE urn:service:sos SIP/2.0',
    ';oc',
    ';branch="',
  ],
  mutations: [...MESSAGE_MUTATIONS, ...MESSAGE_MUTATIONS],
  run,
});
