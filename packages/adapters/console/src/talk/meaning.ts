/** What a refusal means, for people who do not know SIP's numbers by heart (RFC 3261, 21). */

const MEANINGS = new Map([
  [400, 'the invitation was not understood'],
  [401, 'a password is wanted'],
  [403, 'you are not welcome there'],
  [404, 'nobody has this address there'],
  [405, 'invitations are not taken there'],
  [407, 'the proxy wants a password'],
  [408, 'nobody answered in time'],
  [413, 'it was too large'],
  [415, 'this kind of content is not taken'],
  [420, 'an extension is not known there'],
  [480, 'nobody is there who would answer just now'],
  [481, 'the session is over'],
  [482, 'the invitation went round in a loop'],
  [483, 'the invitation took too many hops'],
  [484, 'the address is incomplete'],
  [486, 'busy: no session is free just now'],
  [487, 'the invitation was taken back'],
  [488, 'sessions of messages are not taken there'],
  [500, 'something failed there'],
  [501, 'this is not served there'],
  [503, 'it cannot be reached, or takes no new sessions just now'],
  [504, 'a server further on did not answer'],
  [513, 'it was too large'],
  [600, 'busy everywhere'],
  [603, 'declined'],
  [604, 'this address exists nowhere'],
  [606, 'sessions of messages are not taken there'],
]);

const CLASSES = new Map([
  [4, 'it was refused'],
  [5, 'the server could not do it'],
  [6, 'it was refused everywhere'],
]);

/** `486 Busy Here: busy: no session is free just now`. */
export function meaningOf(status: number, text: string): string {
  const meaning = MEANINGS.get(status) ?? CLASSES.get(Math.trunc(status / 100)) ?? 'it was refused';
  return `${status} ${text} (${meaning})`.replace('  ', ' ');
}
