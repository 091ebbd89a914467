/** The answer to a request that nobody looks at any closer: 503, without state, from a glance at its head (RFC 3261, 8.2.7). */
import { LocalProtocolError, RemoteProtocolError } from '@usher/core';
import type { Flow } from '@usher/core/adapter';

import { splitList } from '../syntax/list.js';
import { decodeHead } from '../syntax/octets.js';
import { type Field, printPassingResponse } from '../syntax/printer.js';
import { parseVia, type Via } from '../syntax/via.js';
import { trimmed, unfolded } from '../syntax/white-space.js';
import { answerFlow } from '../transport/answer-flow.js';
import { stampVia } from '../transport/stamp-via.js';
import { withFeedback } from './feedback.js';
import * as scan from './scan.js';

/** An answer that nobody remembers, and where it goes. */
export interface StatelessResponse {
  readonly bytes: Uint8Array;
  readonly to: Flow;
}

/** What an answer copies of its request (RFC 3261, 8.2.6.2), in its order: the name in both forms. */
const NAMES: readonly (readonly [title: string, name: string, compact: string])[] = [
  ['Via', 'via', 'v'],
  ['From', 'from', 'f'],
  ['To', 'to', 't'],
  ['Call-ID', 'call-id', 'i'],
  ['CSeq', 'cseq', 'cseq'],
];
const VIA = 0;
const TO = 2;

/** Which of them begin with a letter, in either form: most lines are told by that to be none of them. */
const BY_LETTER: readonly (readonly number[])[] = Array.from({ length: 32 }, (_, letter) =>
  [...NAMES.keys()].filter((index) =>
    NAMES[index]?.slice(1).some((name) => (name.charCodeAt(0) & 31) === letter),
  ),
);
const NONE: readonly number[] = [];

/** So many lines of Vias are copied. Nobody who means well has more of them before us. */
const MOST_VIAS = 32;
const COLON = 0x3a;

/** The head of a request as far as it matters: where it ends, and where the values of each name begin and end, by turns. */
interface Outline {
  readonly head: Uint8Array;
  readonly end: number;
  readonly places: readonly (readonly number[])[];
}

/**
 * The 503 that refuses this request, without Retry-After: that would stop its client altogether (RFC 7339, 5.10.2). Undefined
 * where no answer is due; where what it needs is not found at a glance; or where, over UDP, it would be longer than the
 * request, whose sender may be somebody else than he says.
 * @param tag of the To of all these answers.
 * @param feedback what is told to clients that take part in overload control (see `printFeedback`).
 */
export function refusalOf(
  bytes: Uint8Array,
  source: Flow,
  tag: string,
  feedback = '',
): StatelessResponse | undefined {
  const outline = outlineOf(scan.glanceOf(bytes));
  if (outline === undefined) return undefined;
  try {
    const refusal = print(outline, source, tag, feedback);
    return source.transport === 'udp' && refusal.bytes.length > bytes.length ? undefined : refusal;
  } catch (error) {
    // Its Via cannot be read, or it has something in it that no message may have.
    if (error instanceof RemoteProtocolError || error instanceof LocalProtocolError)
      return undefined;
    throw error;
  }
}

function print(outline: Outline, source: Flow, tag: string, feedback: string): StatelessResponse {
  const fields: Field[] = [];
  let top: Via | undefined;
  const { head, places } = outline;
  const valueAt = valuesOf(outline);
  for (const [index, [title]] of NAMES.entries()) {
    const ends = places[index] ?? [];
    for (let at = 0; at < ends.length; at += 2) {
      const from = ends[at] ?? 0;
      const end = ends[at + 1] ?? 0;
      const value = valueAt(from, end);
      if (index === VIA && top === undefined) {
        const [first = '', ...others] = splitList(value);
        top = parseVia(first);
        fields.push([title, withFeedback(top, stampVia(top, source), feedback)]);
        for (const other of others) fields.push([title, other]);
      } else {
        const untagged = index === TO && scan.tagOf(head, from, end) < 0;
        fields.push([title, untagged ? `${value};tag=${tag}` : value]);
      }
    }
  }
  const to = top === undefined ? source : answerFlow(top, source);
  // The printer is the last gate here, too: no CR, LF or NUL gets past it.
  return { bytes: printPassingResponse(503, fields), to };
}

/**
 * How values are read from the head, folds taken out: as parts of all of its text, where that is as long as its octets.
 * @throws RemoteProtocolError `bad-utf8`, `bad-character`; so does what it returns.
 */
function valuesOf({ head, end }: Outline): (from: number, end: number) => string {
  const text = decodeHead(head, 0, end);
  return text.length === end
    ? (from, to) => plain(text.slice(from, to))
    : (from, to) => plain(decodeHead(head, from, to));
}

function plain(value: string): string {
  return value.includes('\r') ? unfolded(value) : trimmed(value);
}

/** Finds what an answer copies; undefined where none is due, or not all of it is there, each but the Via once. */
function outlineOf(head: Uint8Array): Outline | undefined {
  const start = scan.startOf(head);
  if (start < 0 || scan.standsAt(head, start, 'sip/') || scan.standsAt(head, start, 'ack '))
    return undefined;
  const places: number[][] = NAMES.map(() => []);
  let end = scan.endOfLine(head, start);
  if (end < 0 || !scan.standsAt(head, end - 9, ' sip/2.0\r')) return undefined;
  for (let lines = 0; lines < scan.MOST_LINES; lines += 1) {
    const at = end + 1;
    if (scan.isEmptyLine(head, at)) {
      return places.every(({ length }) => length > 0) ? { head, end: at, places } : undefined;
    }
    const index = nameAt(head, at);
    const ends = places[index];
    end = ends === undefined ? scan.endOfLine(head, at) : scan.endOfField(head, at);
    if (end < 0) return undefined;
    if (ends === undefined) continue;
    const most = index === VIA ? MOST_VIAS : 1;
    if (end - at > scan.LONGEST_VALUE || ends.length === most * 2) return undefined;
    ends.push(head.indexOf(COLON, at) + 1, end - 1);
  }
  return undefined;
}

/** Which of the names stands here; -1 where none does. */
function nameAt(head: Uint8Array, at: number): number {
  for (const index of BY_LETTER[(head[at] ?? 0) & 31] ?? NONE) {
    const [, name, compact] = NAMES[index] ?? ['', '', ''];
    if (scan.valueOf(head, at, name) >= 0 || scan.valueOf(head, at, compact) >= 0) return index;
  }
  return -1;
}
