/** Octets to a message: read, printed, read again, whole and as a piece of a stream. */
import { DEFAULT_LIMITS } from '../../packages/adapters/sip/src/syntax/limits.js';
import { parseMessage } from '../../packages/adapters/sip/src/syntax/parser.js';
import { messages } from '../corpora.js';
import { sipMessage } from '../grammar/sip-message.js';
import { MESSAGE_MUTATIONS } from '../mutation/message-mutation.js';
import { octetTarget } from '../octet-target.js';
import { latin1, sameOctets } from '../octets.js';
import {
  holdLimits,
  holdMalformed,
  holdUnpolluted,
  isLength,
  reprinted,
  saidBy,
  tried,
  VALUES,
} from '../rules/message-rules.js';
import { MESSAGE_WORDS } from '../rules/words.js';
import { timed } from '../stopwatch.js';
import { hold } from '../target.js';

type Read = ReturnType<typeof parseMessage>;

function run(bytes: Uint8Array): void {
  const message = timed(bytes.length, () => {
    const read = parseMessage(bytes);
    if (read.type !== 'malformed') for (const value of VALUES) tried(() => read[value]);
    return read;
  });
  const streamed = parseMessage(bytes, DEFAULT_LIMITS, 'stream');
  holdUnpolluted();
  if (message.type === 'malformed') {
    holdMalformed(message);
    // What a stream lets in, a datagram does.
    hold(streamed.type === 'malformed', 'stream-is-wider');
    return;
  }
  holdLimits(message);
  holdBody(bytes, message);
  const said = saidBy(message);
  const sized = [...message.fields].some(([name]) => isLength(name));
  hold(sized === (streamed.type !== 'malformed'), 'stream-differs', () => String(sized));
  if (streamed.type !== 'malformed') hold(saidBy(streamed) === said, 'stream-says-other');
  holdAgain(bytes, message, said);
}

/** RFC 3261, 18.3: the body is what is behind the empty line, as long as Content-Length says. */
function holdBody(bytes: Uint8Array, message: Exclude<Read, { type: 'malformed' }>): void {
  let begin = 0;
  while (bytes[begin] === 13 && bytes[begin + 1] === 10) begin += 2;
  const start = latin1(bytes).indexOf('\r\n\r\n', begin) + 4;
  const field = [...message.fields].find(([name]) => isLength(name));
  const length = field === undefined ? bytes.length - start : Number(field[1]);
  hold(
    sameOctets(message.body, bytes.subarray(start, start + length)) &&
      message.body.length === length,
    'body-differs',
    () => `${message.body.length} octets, not ${length}`,
  );
}

/** What is printed of what was read says the same, and printed once more is the same octet by octet. */
function holdAgain(
  bytes: Uint8Array,
  message: Exclude<Read, { type: 'malformed' }>,
  said: string,
): void {
  const printed = reprinted(message);
  const again = parseMessage(printed);
  if (again.type === 'malformed') {
    // Names and values are set apart by one space, and Content-Length is added: that may be too much.
    const { code } = again.error;
    const lines = [...message.fields].length;
    const full = code === 'too-many-headers' && lines === DEFAULT_LIMITS.headerLines;
    const long =
      code === 'head-too-large' &&
      printed.length - message.body.length > DEFAULT_LIMITS.headerBlock;
    hold(full || long, 'unreadable-print', () => `${again.error.message} in ${latin1(printed)}`);
    return;
  }
  hold(saidBy(again) === said, 'print-says-other', () => `${said}\n${saidBy(again)}`);
  hold(sameOctets(again.body, message.body), 'print-body');
  hold(sameOctets(reprinted(again), printed), 'print-differs');
  hold(bytes.length > 0, 'empty-message');
}

export const target = octetTarget({
  name: 'parser',
  covers: ['packages/adapters/sip/src/syntax/'],
  seeds: messages,
  grammar: sipMessage,
  words: MESSAGE_WORDS,
  mutations: [...MESSAGE_MUTATIONS, ...MESSAGE_MUTATIONS],
  run,
});
