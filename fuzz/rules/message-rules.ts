/** What has to hold for every message that was read, whoever reads it. */
import { RemoteProtocolError } from '@usher/core';

import { DEFAULT_LIMITS } from '../../packages/adapters/sip/src/syntax/limits.js';
import type { Malformed } from '../../packages/adapters/sip/src/syntax/malformed.js';
import type {
  SipMessage,
  SipRequest,
  SipResponse,
} from '../../packages/adapters/sip/src/syntax/message.js';
import type { NameAddr } from '../../packages/adapters/sip/src/syntax/name-addr.js';
import {
  type Field,
  printRequest,
  printResponse,
} from '../../packages/adapters/sip/src/syntax/printer.js';
import { hold } from '../target.js';

/** Every value that is read only when it is asked for. */
export const VALUES = [
  ...(['contacts', 'routes', 'recordRoutes', 'require', 'proxyRequire', 'supported'] as const),
  ...([
    'reasons',
    'contentDisposition',
    'contentType',
    'mediaType',
    'expires',
    'retryAfter',
  ] as const),
  ...(['fromTag', 'toTag'] as const),
] as const;

/** No peer's text may become a property of anything. */
export function holdUnpolluted(): void {
  hold(!('polluted' in {}) && !('x' in {}), 'polluted');
}

/** What the message says, as plain values: two messages that say the same are equal in it. */
export function saidBy(message: SipRequest | SipResponse): string {
  const { via, from, to, callId, cseq } = message;
  const said: unknown[] = [
    message.type === 'request'
      ? [message.method, message.uri, message.maxForwards]
      : [message.status, message.reason],
    [via.transport, via.host, via.port, via.branch, [...via.params]],
    plain(from),
    plain(to),
    callId,
    [cseq.number, cseq.method],
  ];
  for (const value of VALUES) said.push([value, asked(message, value)]);
  said.push([...message.fields].filter(([name]) => !isLength(name)));
  return JSON.stringify(said, (_key, value: unknown) => (value === undefined ? null : value));
}

/** A value of a message, or the code of its refusal; nothing else may come of asking, and the same each time. */
function asked(message: SipMessage, value: (typeof VALUES)[number]): unknown {
  const ask = (): unknown => {
    try {
      const said = message[value];
      return said === undefined ? null : plainly(said);
    } catch (error) {
      if (error instanceof RemoteProtocolError) return `refused: ${error.code}`;
      throw error;
    }
  };
  const first = ask();
  hold(JSON.stringify(first) === JSON.stringify(ask()), 'getter-differs', () => value);
  return first;
}

function plainly(said: unknown): unknown {
  if (Array.isArray(said)) return said.map(plainly);
  if (typeof said !== 'object' || said === null) return said;
  const { raw: _, ...rest } = said as { raw?: string };
  return Object.entries(rest).map(([name, part]) => [name, isEntries(part) ? [...part] : part]);
}

function isEntries(part: unknown): part is Iterable<unknown> {
  return typeof part === 'object' && part !== null && Symbol.iterator in part;
}

function plain({ displayName, uri, params }: NameAddr): unknown {
  return [displayName, uri, [...params]];
}

/** RFC 3261, 20.14: counted by whoever prints. */
export function isLength(name: string): boolean {
  return /^(?:content-length|l)$/i.test(name);
}

/** Every bound holds of what was let in. */
export function holdLimits(message: SipRequest | SipResponse): void {
  const limits = DEFAULT_LIMITS;
  const fields = [...message.fields];
  hold(fields.length <= limits.headerLines, 'limit-lines', () => String(fields.length));
  for (const [name, value] of fields) {
    hold(value.length <= limits.headerValue, 'limit-value', () => name);
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    hold(!/[\0-\x08\x0a-\x1f\x7f]/.test(value), 'control-in-value', () => name);
  }
  hold(message.list('Via').length <= limits.vias, 'limit-vias');
  hold(message.body.length <= limits.body, 'limit-body');
  hold(message.cseq.number < 2 ** 31 && Number.isInteger(message.cseq.number), 'limit-cseq');
  for (const { params, displayName } of [message.from, message.to]) {
    hold(params.size <= limits.params, 'limit-params');
    hold((displayName ?? '').length <= limits.displayName, 'limit-display-name');
  }
  hold(message.via.params.size <= limits.params, 'limit-params');
  if (message.type === 'request') {
    hold(message.uri.length <= limits.requestUri, 'limit-uri');
    hold(message.method === message.cseq.method, 'cseq-method');
  } else hold(message.status >= 100 && message.status <= 699, 'limit-status');
  for (const values of ['routes', 'recordRoutes'] as const) {
    const read = tried(() => message[values]);
    hold((read ?? []).length <= limits.routes, 'limit-routes');
  }
}

/** What `make` makes; undefined where the peer is to blame that it makes nothing. */
export function tried<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof RemoteProtocolError) return undefined;
    throw error;
  }
}

/** The message printed again from what was read of it. */
export function reprinted(message: SipRequest | SipResponse): Uint8Array {
  const fields: Field[] = [...message.fields].filter(([name]) => !isLength(name));
  return message.type === 'request'
    ? printRequest(message.method, message.uri, fields, message.body)
    : printResponse(message.status, message.reason, fields, message.body);
}

/** What is no message: why not is said as it ought to be, and what an answer would copy can be printed as it stands. */
export function holdMalformed(malformed: Malformed): void {
  const { error, echo, isRequest, method } = malformed;
  hold(error instanceof RemoteProtocolError, 'malformed-error');
  hold(error.status >= 400 && error.status <= 699, 'malformed-status', () => String(error.status));
  hold(echo.via.length <= DEFAULT_LIMITS.vias, 'echo-vias');
  hold(isRequest === (method !== undefined), 'malformed-method');
  const { via, from, to, callId, cseq } = echo;
  const fields: Field[] = via.map((value) => ['Via', value] as const);
  for (const value of [from, to, callId, cseq]) if (value !== undefined) fields.push(['X', value]);
  holdHead(printResponse(error.status, undefined, fields), fields);
}

const latin1 = new TextDecoder('latin1');

/** The head that was printed has these header fields, Content-Length, and no line besides. */
export function holdHead(bytes: Uint8Array, fields: readonly Field[]): void {
  const text = latin1.decode(bytes);
  const end = text.indexOf('\r\n\r\n');
  hold(end > 0, 'head-without-end');
  const lines = text.slice(0, end).split('\r\n').slice(1);
  hold(lines.length === fields.length + 1, 'head-lines', () => JSON.stringify(lines));
  for (const [index, line] of lines.entries()) {
    const [name] = fields[index] ?? ['Content-Length'];
    hold(line.startsWith(`${name}: `), 'head-names', () => JSON.stringify([name, line]));
  }
  hold(!/[\0\n\r]/.test(lines.join('')), 'head-line-ends');
}
