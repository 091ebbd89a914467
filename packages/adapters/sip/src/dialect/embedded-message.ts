/** The first message of a session, in the header fields of its INVITE: `ms-text-format`, and `ms-im-format` for other forms of it. */
import type { Content } from '@usher/core';

import { fromBase64 } from '../body/base64.js';
import { toUtf8 } from '../body/charset.js';
import type { FirstContent } from '../body/first-content.js';
import { flat } from '../dialog/flat.js';
import type { SipRequest } from '../syntax/message.js';
import { unquoted } from '../syntax/quoted-string.js';

/** However many forms there are, no more are read. */
const MOST_FORMS = 4;
const MOST_PARAMETERS = 16;
const TYPE = /^text\/[A-Za-z0-9.+-]{1,64}$/;

/** The first message that an INVITE of a Microsoft peer carries; undefined where there is none, or none that can be read. */
export function embeddedIn(request: SipRequest): FirstContent | undefined {
  const value = request.get('ms-text-format');
  const first = value === undefined ? undefined : parseEmbedded(value);
  if (first === undefined) return undefined;
  const alternatives: Content[] = [];
  for (const form of request.all('ms-im-format').slice(0, MOST_FORMS)) {
    const content = parseEmbedded(form);
    if (content !== undefined) alternatives.push(content);
  }
  return alternatives.length === 0 ? first : { ...first, alternatives };
}

/**
 * The message that `text/plain; charset=UTF-8;msgr=…;ms-body=…` stands for, in UTF-8 and in memory of its own. `msgr`, which says
 * how it is to look, is nobody's business between, and stays in the type as it is.
 */
export function parseEmbedded(value: string): Content | undefined {
  const [head = '', ...params] = value.split(';', MOST_PARAMETERS + 1);
  const type = head.trim().toLowerCase();
  if (!TYPE.test(type) || params.length === MOST_PARAMETERS) return undefined;
  let contentType = `${type};charset=UTF-8`;
  let charset = 'utf-8';
  let encoded: string | undefined;
  for (const param of params) {
    const equals = param.indexOf('=');
    if (equals < 0) return undefined;
    const name = param.slice(0, equals).trim().toLowerCase();
    const said = param.slice(equals + 1).trim();
    if (name === 'charset') charset = unquoted(said);
    else if (name === 'ms-body') encoded = unquoted(said);
    else if (name === 'msgr') contentType += `;msgr=${said}`;
  }
  const octets = encoded === undefined ? undefined : fromBase64(encoded);
  const body = octets && toUtf8(octets, charset);
  return body && { contentType: flat(contentType), body };
}
