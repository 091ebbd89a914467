/** The answer to a request that nobody looks at any closer: 503, without state, from a glance at its head (RFC 3261, 8.2.7). */
import { LocalProtocolError, RemoteProtocolError } from '@usher/core';
import type { Flow } from '@usher/core/adapter';

import { splitList } from '../syntax/list.js';
import { decodeHead } from '../syntax/octets.js';
import { type Field, printResponse } from '../syntax/printer.js';
import { parseVia, type Via } from '../syntax/via.js';
import { unfolded } from '../syntax/white-space.js';
import { answerFlow } from '../transport/answer-flow.js';
import { stampVia } from '../transport/stamp-via.js';
import { withFeedback } from './feedback.js';
import * as scan from './scan.js';

/** An answer, and where it goes. */
export interface Refusal {
  readonly bytes: Uint8Array;
  readonly to: Flow;
}

/** What an answer copies of its request, as places in its octets: where a value begins and ends (RFC 3261, 8.2.6.2). */
interface Copied {
  readonly vias: number[];
  /** Of From, To, Call-ID and CSeq. */
  readonly values: number[];
}

/** Names in both forms, by the place of their value in an answer. */
const NAMES: readonly (readonly [title: string, name: string, compact: string])[] = [
  ['From', 'from', 'f'],
  ['To', 'to', 't'],
  ['Call-ID', 'call-id', 'i'],
  ['CSeq', 'cseq', 'cseq'],
];
const TO = 1;

/** More Vias than this, in so short a head, are no message that got lost on its way to us. */
const MOST_VIAS = 70;

/**
 * The 503 that refuses this request, without Retry-After: that would have its client send nothing at all, or all to our
 * neighbour (RFC 7339, 5.10.2). Undefined where no answer is due, where what it needs is not found at a glance, or where over
 * UDP it would be longer than the request.
 * @param tag of the To of all these answers.
 * @param feedback what is told to clients that take part in overload control.
 */
export function refusalOf(
  bytes: Uint8Array,
  source: Flow,
  tag: string,
  feedback = '',
): Refusal | undefined {
  const head = scan.glanceOf(bytes);
  const copied = copy(head);
  if (copied === undefined) return undefined;
  try {
    const refusal = print(head, copied, source, tag, feedback);
    // RFC 3261 knows no such rule, but whoever may be somebody else is sent no more than he sent.
    const fits = source.transport !== 'udp' || refusal.bytes.length <= bytes.length;
    return fits ? refusal : undefined;
  } catch (error) {
    // No Via that can be read, or something that cannot stand in a message: it gets no answer.
    if (error instanceof RemoteProtocolError || error instanceof LocalProtocolError)
      return undefined;
    throw error;
  }
}

function print(
  head: Uint8Array,
  { vias, values }: Copied,
  source: Flow,
  tag: string,
  feedback: string,
): Refusal {
  const fields: Field[] = [];
  let top: Via | undefined;
  for (let at = 0; at < vias.length; at += 2) {
    const value = valueAt(head, vias, at);
    if (top === undefined) {
      const [first = '', ...others] = splitList(value);
      top = parseVia(first);
      fields.push(['Via', withFeedback(top, stampVia(top, source), feedback)]);
      for (const other of others) fields.push(['Via', other]);
    } else fields.push(['Via', value]);
  }
  for (const [index, [title]] of NAMES.entries()) {
    const value = valueAt(head, values, index * 2);
    const untagged = index === TO && scan.tagOf(head, values[2] ?? 0, values[3] ?? 0) < 0;
    fields.push([title, untagged ? `${value};tag=${tag}` : value]);
  }
  const to = top === undefined ? source : answerFlow(top, source);
  return { bytes: printResponse(503, undefined, fields), to };
}

/** @throws RemoteProtocolError `bad-utf8`, `bad-character`. */
function valueAt(head: Uint8Array, places: readonly number[], at: number): string {
  return unfolded(decodeHead(head, places[at] ?? 0, places[at + 1] ?? 0));
}

/** Finds what an answer copies; undefined where none is due, or not all of it is there once. */
function copy(head: Uint8Array): Copied | undefined {
  const start = scan.startOf(head);
  if (start < 0 || !isAnswerable(head, start)) return undefined;
  let end = scan.endOfLine(head, start);
  if (end < 0 || !scan.standsAt(head, end - 9, ' sip/2.0\r')) return undefined;
  const vias: number[] = [];
  const values = [-1, -1, -1, -1, -1, -1, -1, -1];
  for (let lines = 0; lines < scan.MOST_LINES; lines += 1) {
    const at = end + 1;
    if (scan.isEmptyLine(head, at)) {
      return vias.length > 0 && !values.includes(-1) ? { vias, values } : undefined;
    }
    end = scan.endOfField(head, at);
    if (end < 0 || !note(head, at, end - 1, vias, values)) return undefined;
  }
  return undefined;
}

/** Notes a field that is copied; false where it must not be there. */
function note(
  head: Uint8Array,
  at: number,
  end: number,
  vias: number[],
  values: number[],
): boolean {
  const via = valueOf(head, at, 'via', 'v');
  if (via >= 0) {
    vias.push(via, end);
    return vias.length <= MOST_VIAS * 2;
  }
  for (const [index, [, name, compact]] of NAMES.entries()) {
    const value = valueOf(head, at, name, compact);
    if (value < 0) continue;
    if (values[index * 2] !== -1) return false;
    values[index * 2] = value;
    values[index * 2 + 1] = end;
    return end - value <= scan.LONGEST_VALUE;
  }
  return true;
}

/** Neither a response nor an ACK is ever answered. */
function isAnswerable(head: Uint8Array, start: number): boolean {
  return !scan.standsAt(head, start, 'sip/') && !scan.standsAt(head, start, 'ack ');
}

function valueOf(head: Uint8Array, at: number, name: string, compact: string): number {
  const value = scan.valueOf(head, at, name);
  return value >= 0 || compact === name ? value : scan.valueOf(head, at, compact);
}
