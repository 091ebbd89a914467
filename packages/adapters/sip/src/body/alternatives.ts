/** A message in several forms at once: the one that is read by everybody, and the others beside it (RFC 2046, 5.1.4). */
import { type Content, RemoteProtocolError } from '@usher/core';

import { flat } from '../dialog/flat.js';
import { toUtf8 } from './charset.js';
import { parameterOf, parseMultipart, type Part } from './multipart.js';

/** One message in its forms. */
export interface Alternatives {
  /** Plain text where there is some, and else the last text. */
  readonly chosen: Content;
  readonly others: readonly Content[];
}

const NO_TEXT = new RemoteProtocolError('unknown-content-type', 'no form of it is text', 415);

/** The forms of a message of this type, texts in UTF-8; `bad-multipart` (400), or 415 where none of them is text. */
export function alternativesIn(
  contentType: string,
  body: Uint8Array,
): Alternatives | RemoteProtocolError {
  const parts = parseMultipart(contentType, body);
  if (parts instanceof RemoteProtocolError) return parts;
  const texts = parts.filter(({ mediaType }) => mediaType.startsWith('text/'));
  const plain = texts.find(({ mediaType }) => mediaType === 'text/plain') ?? texts.at(-1);
  const chosen = plain && contentOf(plain);
  if (plain === undefined || chosen === undefined) return NO_TEXT;
  const others = parts.filter((part) => part !== plain).flatMap((part) => contentOf(part) ?? []);
  return { chosen, others };
}

/** A part as content of its own; undefined where it is said to be text and is none. */
export function contentOf({ contentType, mediaType, body }: Part): Content | undefined {
  if (!mediaType.startsWith('text/')) return { contentType: flat(contentType), body };
  const charset = parameterOf(contentType, 'charset') ?? 'utf-8';
  const text = toUtf8(body, charset);
  if (text === undefined) return undefined;
  // What was of another set is of this one now.
  const type = text === body ? flat(contentType) : `${mediaType};charset=UTF-8`;
  return { contentType: type, body: text };
}
