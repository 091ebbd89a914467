/** How urgent a message is, from its first line and a glance at its head: no grammar, no text, linear time. */
import { keepAlive } from '../transport/keep-alive.js';
import { type Glance, glanceAt } from './glance.js';
import {
  CONCLUDING,
  EMERGENCY,
  INVITING,
  OTHER,
  PAGING,
  type Priority,
  WITHIN,
} from './priority.js';
import { glanceOf, standsAt, startOf, textOf } from './scan.js';
import { branchOf, transactionKey } from './transaction-key.js';

/** What the endpoint knows already, and nobody can feign. */
export interface Known {
  /** Whether there is the server transaction of this key: `METHOD host:port branch` (RFC 3261, 17.2.3). */
  transaction(key: string): boolean;
  /** Whether there is a dialog, or an INVITE that may become one, with this tag of ours. */
  dialog(tag: string): boolean;
  /** Whether an answer is awaited to a request of ours with this branch. */
  request(branch: string): boolean;
}

/**
 * How urgent a message is. Where anything about it is unclear, it is the less urgent of what it may be.
 * @param known asked where it is given: a retransmission then concludes something whatever it is of, and what names a dialog
 * or transaction that there is none of is urgent no longer.
 */
export function classify(bytes: Uint8Array, known?: Known): Priority | typeof EMERGENCY {
  const head = glanceOf(bytes);
  const start = startOf(head);
  // A sign of life costs nothing.
  if (start < 0) return keepAlive(bytes) === undefined ? OTHER : CONCLUDING;
  if (standsAt(head, start, 'sip/')) {
    return known === undefined || isAwaited(head, start, known) ? CONCLUDING : OTHER;
  }
  const priority = byMethod(head, start);
  if (priority === CONCLUDING && known === undefined) return CONCLUDING;
  const glance = glanceAt(head, start);
  if (glance === undefined) return OTHER;
  const sure = known === undefined ? undefined : recognize(glance, known, priority);
  if (sure !== undefined) return sure;
  if (glance.tag >= 0) return WITHIN;
  return glance.emergency && priority !== OTHER ? EMERGENCY : priority;
}

/** How urgent a request is by its method alone, where it is outside any dialog. */
function byMethod(head: Uint8Array, start: number): Priority {
  if (begins(head, start, 'INVITE ')) return INVITING;
  if (begins(head, start, 'MESSAGE ')) return PAGING;
  if (begins(head, start, 'ACK ') || begins(head, start, 'BYE ')) return CONCLUDING;
  return begins(head, start, 'CANCEL ') ? CONCLUDING : OTHER;
}

/** What is sure of a request since something of it is known, or ought to be; undefined where it is new. */
function recognize(glance: Glance, known: Known, priority: Priority): Priority | undefined {
  const { head, via, tag } = glance;
  const method = textOf(head, glance.start, glance.method);
  const isKnown = (of: string): boolean => {
    const key = via < 0 ? undefined : transactionKey(head, via, of);
    return key !== undefined && known.transaction(key);
  };
  if (method === 'ACK' || method === 'CANCEL') {
    if (isKnown('INVITE')) return CONCLUDING;
    // RFC 3261, 9.1: whoever cancels has heard of the INVITE. Whoever has not comes behind one that waits.
    if (method === 'CANCEL') return isKnown(method) ? CONCLUDING : INVITING;
  } else if (isKnown(method)) return CONCLUDING;
  if (tag < 0) {
    if (method === 'ACK') return OTHER;
    // Some say BYE without a tag where CANCEL is due.
    return method === 'BYE' ? INVITING : undefined;
  }
  if (!known.dialog(textOf(head, tag, glance.end))) return OTHER;
  return priority === CONCLUDING ? CONCLUDING : WITHIN;
}

/** Whether a response is to a request of ours. */
function isAwaited(head: Uint8Array, start: number, known: Known): boolean {
  const via = glanceAt(head, start)?.via ?? -1;
  const branch = via < 0 ? undefined : branchOf(head, via);
  return branch !== undefined && known.request(branch);
}

/** Methods are told apart by case (RFC 3261, 7.1). */
function begins(head: Uint8Array, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (head[at + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}
