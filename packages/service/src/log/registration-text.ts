/** How the binding of one of our addresses stands, in words for people. */
import { visible } from '@usher/console';
import type { Instant } from '@usher/core';
import type { RegistrationState } from '@usher/core/adapter';

/** How a binding stands, in words; of moments the time of day. */
export function registrationText({
  address,
  registrar,
  standing,
  until,
  next,
  status,
  why,
}: RegistrationState): string {
  const at = `${visible(address)} at ${visible(registrar)}`;
  const code = status === undefined ? '' : `${status} `;
  const because = why === undefined ? '' : `: ${code}${visible(why, 80)}`;
  switch (standing) {
    case 'registered':
      return `${at}, until ${timeOfDay(until)}`;
    case 'failed':
      return `${at} is refused${because}; asked for again at ${timeOfDay(next)}`;
    case 'removed':
      return `${at} no more`;
    case 'registering':
      return `${at} is asked for${because}`;
  }
}

function timeOfDay(instant: Instant = 0): string {
  return new Date(instant).toTimeString().slice(0, 8);
}
