/** What the house answers, as SIP says it. */
import type { Address, RejectReason } from '@usher/core';
import type { Answer as HouseAnswer } from '@usher/core/adapter';

import type { Answer } from '../dialog/core.js';
import { seconds } from '../session/incoming.js';
import type { Field } from '../syntax/printer.js';
import { quoted } from '../syntax/quoted-string.js';

/** Cause and nothing more: longer explanations belong into our own log. */
const LONGEST_DIAGNOSTIC = 160;

/** Where a peer of the Microsoft dialect has a status of its own for a reason: 605, which nobody else knows. */
const MICROSOFT: { readonly [Reason in RejectReason]?: number } = { 'decline-everywhere': 605 };

/**
 * What the house answers where it does not accept, as SIP says it.
 * @param microsoft whether the inviter speaks the Microsoft dialect.
 */
export function answerTo(
  answer: Exclude<HouseAnswer, { type: 'accept' }>,
  microsoft = false,
): Answer {
  if (answer.type === 'forward') {
    return { status: answer.status, fields: [['Contact', contacts(answer.targets)]] };
  }
  const { reason, text, retryAfter, diagnostic } = answer;
  const own = microsoft && reason !== undefined ? MICROSOFT[reason] : undefined;
  const fields: Field[] = [];
  if (retryAfter !== undefined) fields.push(['Retry-After', seconds(retryAfter)]);
  if (diagnostic !== undefined) fields.push(warning(399, diagnostic));
  return { status: own ?? answer.status, text, fields };
}

/** A warning to whoever reads the wire (RFC 3261, 20.43). */
export function warning(code: number, text: string): Field {
  const cut = text.slice(0, LONGEST_DIAGNOSTIC);
  // Half of a surrogate pair, too: the cut may have made one.
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  const plain = cut.replaceAll(/[\0-\x1f\x7f]+|\p{Cs}/gu, ' ');
  return ['Warning', `${code} usher ${quoted(plain)}`];
}

/** RFC 3261, 21.3: the first one is preferred. */
function contacts(targets: readonly Address[]): string {
  const values = targets.map((target, index) => {
    const preference = 1 - index / Math.max(targets.length, 1);
    return `<${target.toString()}>;q=${preference.toFixed(3)}`;
  });
  return values.join(', ');
}

/** What the house says to those that it does not even let knock. */
export function refusalOf(refusal: {
  readonly status: number;
  readonly retryAfter?: number;
}): Answer {
  const { status, retryAfter } = refusal;
  const fields: Field[] = [];
  if (retryAfter !== undefined) fields.push(['Retry-After', seconds(retryAfter)]);
  return { status, fields };
}
