/** What can be told of a request at a glance: its method, its top Via, whether it is within a dialog. */
import * as scan from './scan.js';

/** What a glance at a request found: places in its octets. */
export interface Glance {
  /** The octets that were looked at. */
  readonly head: Uint8Array;
  readonly start: number;
  /** Where the method ends. */
  readonly method: number;
  /** Where the value of the first Via begins; -1 where none was seen. */
  via: number;
  /** Where the To tag begins and ends; -1 where there is none. */
  tag: number;
  end: number;
  /** Whether it says that it is an emergency (RFC 4412, Resource-Priority; RFC 5031, the service `sos`). */
  emergency: boolean;
}

/** No method is longer, and no tag of ours. */
const LONGEST_METHOD = 32;
const LONGEST_TAG = 128;

const SPACE = 0x20;
const DOT = 0x2e;
/** The first letters of names, in lower case. */
const R = 0x72;
const T = 0x74;
const V = 0x76;

/**
 * Glances at the request that begins at `start`, up to its To tag or else to the end of its head. Undefined where it cannot be
 * made out: no first line, no To within the glance, or a line that does not end as lines do.
 */
export function glanceAt(head: Uint8Array, start: number): Glance | undefined {
  const method = scan.endOfWord(head, start, start + LONGEST_METHOD);
  let end = scan.endOfLine(head, start);
  if (head[method] !== SPACE || end < 0) return undefined;
  const emergency = isSos(head, method + 1);
  const glance: Glance = { head, start, method, via: -1, tag: -1, end: -1, emergency };
  let addressed = false;
  for (let lines = 0; lines < scan.MOST_LINES; lines += 1) {
    const at = end + 1;
    // Most lines are none of ours, and told so by their first letter.
    const letter = (head[at] ?? 0) | 0x20;
    if (letter === T && !addressed) {
      const to = either(head, at, 'to', 't');
      if (to >= 0) {
        end = scan.endOfField(head, at);
        if (end < 0) return undefined;
        if (tagged(glance, to, end)) return glance;
        addressed = true;
        continue;
      }
    } else if (letter === V && glance.via < 0) {
      glance.via = either(head, at, 'via', 'v');
    } else if (letter === R && scan.valueOf(head, at, 'resource-priority') >= 0) {
      glance.emergency = true;
    } else if (scan.isEmptyLine(head, at)) {
      break;
    }
    end = scan.endOfLine(head, at);
    if (end < 0) break;
  }
  return addressed ? glance : undefined;
}

/** Notes the tag of a To, where it has one. */
function tagged(glance: Glance, to: number, end: number): boolean {
  glance.tag = scan.tagOf(glance.head, to, end);
  if (glance.tag < 0) return false;
  glance.end = scan.endOfWord(glance.head, glance.tag, Math.min(end, glance.tag + LONGEST_TAG));
  return true;
}

/** Where the value begins, of a header field in either of its forms; -1 where it is another. */
function either(head: Uint8Array, at: number, name: string, compact: string): number {
  const value = scan.valueOf(head, at, name);
  return value >= 0 ? value : scan.valueOf(head, at, compact);
}

function isSos(head: Uint8Array, at: number): boolean {
  if (!scan.standsAt(head, at, 'urn:service:sos')) return false;
  const next = head[at + 15];
  return next === SPACE || next === DOT;
}
