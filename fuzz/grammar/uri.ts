/** URIs and what they stand in, drawn from their grammars (RFC 3261, 19.1, 20.10, 20.42). */
import type { SeededChance } from '@usher/core/testing';

import {
  few,
  gap,
  host,
  parameters,
  port,
  quotedString,
  several,
  space,
  token,
  usually,
} from './words.js';

/** A SIP or SIPS URI, or something that is nearly one. */
export function sipUri(chance: SeededChance): string {
  const scheme = usually(chance, ['sip', 'sips', 'SIP', 'SiPs', 'sipx']);
  const user = usually(chance, [
    'alice',
    '+15551234567',
    'a%61b%40c',
    'user;par=u%40example.net',
    'sips%3Auser%40example.com',
    'nul%00end',
    'bad%zz',
    'a b',
    '',
    'é',
    '&=+$,;?/',
  ]);
  const password = usually(chance, ['', ':secret', ':', ':a:b', ':%41']);
  const userinfo = chance.chance(0.25) ? '' : `${user}${password}@`;
  return `${scheme}:${userinfo}${host(chance)}${port(chance)}${uriParameters(chance)}${uriHeaders(chance)}`;
}

function uriParameters(chance: SeededChance): string {
  if (chance.chance(0.02)) return several(chance.pick([64, 65]), (index) => `;p${index}`).join('');
  return several(few(chance, 3), () =>
    chance.pick([
      ';transport=tcp',
      ';transport=UDP',
      ';lr',
      ';maddr=239.255.255.1',
      ';ob',
      ';user=phone',
      ';ttl=1',
      ';method=INVITE',
      ';a%61=b%62',
      ';x=',
      ';=y',
      ';__proto__=1',
      `;${token(chance)}=${token(chance)}`,
    ]),
  ).join('');
}

function uriHeaders(chance: SeededChance): string {
  if (chance.chance(0.8)) return '';
  return `?${several(1 + few(chance, 2), () =>
    chance.pick([
      'subject=hi',
      'a=b',
      'Route=%3Csip:evil%3E',
      'a=',
      'body=%0d%0a',
      '=x',
      'plain',
      'a=1',
      '__proto__=x',
    ]),
  ).join('&')}`;
}

/** A URI of any scheme. */
export function anyUri(chance: SeededChance): string {
  return usually(chance, [
    sipUri(chance),
    'tel:+1-201-555-0123;phone-context=example.com',
    'urn:service:sos',
    'im:alice@example.com',
    'http://example.com/?a=b',
    'soap.beep://192.0.2.103:3002',
    'name:John_Smith',
    '*',
    'x:',
    ':y',
  ]);
}

/** A value as From, To and Contact have it. */
export function nameAddr(chance: SeededChance, behind = parameters(chance)): string {
  const name = usually(chance, [
    quotedString(chance),
    '',
    'Alice Smith',
    'a.b!c%d',
    `"${'n'.repeat(chance.pick([255, 256, 257]))}"`,
    'Bell, Alexander',
    '"unclosed',
    'é',
  ]);
  if (chance.chance(0.2)) return `${sipUri(chance)}${behind}`;
  return `${name}${space(chance)}<${anyUri(chance)}>${behind}`;
}

/** A Via value. */
export function via(chance: SeededChance): string {
  const protocol = usually(chance, [
    'SIP/2.0/',
    'SIP / 2.0 / ',
    'sip/2.0/',
    'SIP/2.0\r\n /',
    'SIP/3.0/',
    'XSIP/2.0/',
  ]);
  const transport = usually(chance, [
    'UDP',
    'TCP',
    'TLS',
    'WS',
    'wss',
    'SCTP',
    'UNKNOWN',
    token(chance),
  ]);
  const branch = usually(chance, [
    `;branch=z9hG4bK${chance.token().slice(0, 8)}`,
    ';branch=z9hG4bK',
    ';branch=1',
    '',
    ';branch="z9hG4bKq"',
    ';BRANCH=z9hG4bKu',
  ]);
  const more = several(few(chance, 3), () =>
    chance.pick([
      ';rport',
      ';rport=1',
      ';received=192.0.2.9',
      ';maddr=224.0.0.1',
      ';ttl=300',
      ';oc',
      ';oc-algo="loss,rate"',
      ';oc;oc-algo="nothing"',
      ';hidden',
    ]),
  ).join('');
  return `${protocol}${transport}${gap(chance)}${host(chance)}${space(chance)}${port(chance)}${branch}${more}`;
}
