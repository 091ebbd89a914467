/** What arrives by MESSAGE, on its way to the house: checked, handed over, and answered once the house has taken it. */
import { type Address, type Instant, Message, RemoteProtocolError } from '@usher/core';
import type { Receipt, Receiver } from '@usher/core/adapter';

import { alternativesIn } from '../body/alternatives.js';
import { ALTERNATIVE } from '../body/multipart.js';
import type { Answer } from '../dialog/core.js';
import { flat } from '../dialog/flat.js';
import { CommonWords } from '../syntax/common-words.js';
import type { InviteUsage } from '../dialog/invite-usage.js';
import type { SipRequest } from '../syntax/message.js';
import type { ServerTransaction } from '../transaction/server-transaction.js';
import type { Post } from './post.js';

/** What most messages are of. */
const TYPES = new CommonWords([
  'text/plain',
  'text/plain;charset=UTF-8',
  'text/plain; charset=UTF-8',
]);

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Whether the octets are UTF-8. */
function isUtf8(octets: Uint8Array): boolean {
  for (const octet of octets) {
    if (octet < 0x80) continue;
    try {
      utf8.decode(octets);
      return true;
    } catch {
      return false;
    }
  }
  return true;
}

/** What is said to be text and is none. */
const NO_TEXT: Answer = { status: 400, text: 'Bad Request (not UTF-8)' };

/** The message that a request carries; or the answer that says why it is none. */
export function messageOf(
  request: SipRequest,
  id: string,
  from: Address,
  at: Instant,
): Message | Answer {
  const { body, contentType = 'application/octet-stream' } = request;
  if (request.mediaType === ALTERNATIVE) {
    const read = alternativesIn(contentType, body);
    if (read instanceof RemoteProtocolError) return { status: read.status };
    const { chosen, others } = read;
    return new Message(id, from, flat(chosen.contentType), chosen.body, at, others);
  }
  const text = contentType.slice(0, 5).toLowerCase() === 'text/';
  if (text && !isUtf8(body)) return NO_TEXT;
  const type = TYPES.at(contentType, 0, contentType.length) ?? flat(contentType);
  return new Message(id, from, type, body, at);
}

const TAKEN: Answer = { status: 200 };

/** The answer to a message of which this became. */
function answerFor(receipt: Receipt): Answer {
  if (receipt.type === 'taken') return TAKEN;
  const { status, text, retryAfter } = receipt;
  const refused = status >= 400 && status <= 699;
  return {
    status: refused ? status : 500,
    text: refused ? text : undefined,
    fields: retryAfter === undefined ? undefined : [['Retry-After', seconds(retryAfter)]],
  };
}

/** Whole seconds, as Retry-After counts them (RFC 3261, 20.33). */
export function seconds(milliseconds: number): string {
  return String(Math.max(0, Math.ceil(milliseconds / 1_000)));
}

/** A house that fails to take a message must not take the peer's answer with it. */
const FAILED: Answer = { status: 500 };

/** Hands a message to the house, and answers it: at once, where the house knows at once. */
export function handOver(
  receiver: Receiver,
  message: Message,
  post: Post,
  transaction: ServerTransaction<InviteUsage>,
): void {
  let receipt: Receipt | Promise<Receipt>;
  try {
    receipt = receiver.receive(message);
  } catch {
    post.respond(transaction, FAILED);
    return;
  }
  if ('type' in receipt) post.respond(transaction, answerFor(receipt));
  else answerLater(receipt, post, transaction);
}

function answerLater(
  receipt: Promise<Receipt>,
  post: Post,
  transaction: ServerTransaction<InviteUsage>,
): void {
  receipt.then(
    (late) => post.respond(transaction, answerFor(late)),
    () => post.respond(transaction, FAILED),
  );
}
