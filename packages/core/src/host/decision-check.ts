/** What a bot returned, looked at before anybody acts on it: bots may be written without types. */
import { type Address } from '../words/address.js';
import type { Decision, Forwarding } from '../words/decision.js';
import { LocalProtocolError } from '../words/errors.js';
import type { Facts } from './asked-invitation.js';

const TYPES: ReadonlySet<unknown> = new Set(['accept', 'reject', 'forward', 'pass']);

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;

/** The schemes that an inviter may be sent to: a `tel:` or `https:` target would leave the house's protocol. */
const SCHEMES = ['sip', 'sips'];

/** Whether a value says that it is a decision, whatever else is wrong with it. */
export function isDecision(value: unknown): value is Decision {
  return typeof value === 'object' && value !== null && 'type' in value && TYPES.has(value.type);
}

/**
 * Checks that a decision can be carried out for this invitation.
 * @throws LocalProtocolError `bad-decision` where the value is no decision, or one that cannot be carried out;
 * `forbidden-target` where an invitation must not be forwarded to that address.
 */
export function checkDecision(value: unknown, facts: Facts): Decision {
  if (!isDecision(value)) {
    const seen =
      value === null
        ? 'null'
        : Array.isArray(value)
          ? 'an array'
          : `a value of type ${typeof value}`;
    throw bad(`decide() came to ${seen}; return accept(…), reject(…), forward(…) or pass(…)`);
  }
  switch (value.type) {
    case 'accept':
      if (typeof value.conversation !== 'function') throw bad('accept() needs a conversation');
      return value;
    case 'reject':
      if (!Number.isInteger(value.status) || value.status < 400 || value.status > 699) {
        throw bad(`a rejection needs a status of 400 to 699, not ${shown(value.status)}`);
      }
      if (
        value.text !== undefined &&
        (typeof value.text !== 'string' || CONTROL.test(value.text))
      ) {
        throw bad('the text of a rejection is one line of text');
      }
      if (
        value.retryAfter !== undefined &&
        !(value.retryAfter >= 0 && value.retryAfter < Infinity)
      ) {
        throw bad(
          `a rejection's retryAfter is a number of milliseconds, not ${shown(value.retryAfter)}`,
        );
      }
      return value;
    case 'forward':
      checkForwarding(value, facts);
      return value;
    case 'pass':
      return value;
  }
}

function checkForwarding(forwarding: Forwarding, facts: Facts): void {
  const targets: unknown = forwarding.targets;
  if (!Array.isArray(targets) || targets.length === 0)
    throw bad('forward() needs at least one target');
  for (const target of forwarding.targets) {
    if (!SCHEMES.includes(target.scheme)) {
      throw forbidden(target, `only ${SCHEMES.join(' and ')} addresses can be forwarded to`);
    }
    if (target.equals(facts.inviter.address)) throw forbidden(target, 'it is the inviter');
    if (target.equals(facts.endpoint))
      throw forbidden(target, 'it is the address that was invited, and would come back here');
    if (facts.history.some((earlier) => target.equals(earlier.address))) {
      throw forbidden(target, 'the invitation has been there before');
    }
  }
}

function bad(message: string): LocalProtocolError {
  return new LocalProtocolError('bad-decision', message);
}

function forbidden(target: Address, why: string): LocalProtocolError {
  return new LocalProtocolError(
    'forbidden-target',
    `not forwarded to ${target.toString()}: ${why}`,
  );
}

/** A number; of anything else only what it is. */
function shown(value: unknown): string {
  return typeof value === 'number' ? String(value) : `a value of type ${typeof value}`;
}
