/** What a bot returned, looked at before anybody acts on it: bots may be written without types. */
import type { Decision, Deferral, Forwarding } from '../words/decision.js';
import { LocalProtocolError } from '../words/errors.js';
import type { Facts } from './asked-invitation.js';
import type { Guards } from './guards.js';

const TYPES: ReadonlySet<unknown> = new Set(['accept', 'reject', 'forward', 'pass', 'defer']);

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Nobody waits at a door for longer than a day, in milliseconds. */
const LONGEST = 86_400_000;

/** Whether a value says that it is a decision, whatever else is wrong with it. */
export function isDecision(value: unknown): value is Decision {
  return typeof value === 'object' && value !== null && 'type' in value && TYPES.has(value.type);
}

/**
 * Checks that a decision can be carried out for this invitation.
 * @throws LocalProtocolError `bad-decision` where the value is no decision, or one that cannot be carried out;
 * `forbidden-target` where an invitation must not be forwarded to that address.
 */
export function checkDecision(value: unknown, facts: Facts, guards: Guards): Decision {
  if (!isDecision(value)) {
    const seen =
      value === null
        ? 'null'
        : Array.isArray(value)
          ? 'an array'
          : `a value of type ${typeof value}`;
    throw bad(
      `decide() came to ${seen}; return accept(…), reject(…), forward(…), pass(…) or defer(…)`,
    );
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
      checkForwarding(value, facts, guards);
      return value;
    case 'pass':
      return value;
    case 'defer':
      checkDeferral(value, facts, guards);
      return value;
  }
}

/** What counts in the end is looked at now: nobody is there to hear of it later. */
function checkDeferral({ within, otherwise }: Deferral, facts: Facts, guards: Guards): void {
  if (!(within > 0 && within <= LONGEST)) {
    throw bad(`a deferral is within more than nothing and at most a day, not ${shown(within)}`);
  }
  if (checkDecision(otherwise, facts, guards).type === 'defer') {
    throw bad('what counts where nobody decides is no deferral itself');
  }
}

function checkForwarding(forwarding: Forwarding, facts: Facts, guards: Guards): void {
  const targets: unknown = forwarding.targets;
  if (!Array.isArray(targets) || targets.length === 0)
    throw bad('forward() needs at least one target');
  const { timeout } = forwarding;
  if (timeout !== undefined && !(timeout > 0 && timeout < Infinity)) {
    throw bad(`the timeout of a bridge is a number of milliseconds, not ${shown(timeout)}`);
  }
  for (const target of forwarding.targets) guards.check(target, facts);
}

function bad(message: string): LocalProtocolError {
  return new LocalProtocolError('bad-decision', message);
}

/** A number; of anything else only what it is. */
function shown(value: unknown): string {
  return typeof value === 'number' ? String(value) : `a value of type ${typeof value}`;
}
