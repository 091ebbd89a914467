/** What the documents of a configuration may say: one is the house, every other one a bot. */
import { AddressPattern, type Fallback, type SessionType } from '@usher/core';
import * as z from 'zod';

import { pluginReference, type PluginReference } from '../plugins/plugin-reference.js';
import { credentials } from './credentials.js';
import { digestAlgorithms } from './digest-algorithms.js';
import { duration, field, oneOrMore, section, text, wholeNumber, word } from './field.js';
import { forwarding } from './forwarding.js';
import { httpPlace, type HttpPlace } from './http-place.js';
import { CONTENT_TYPE, contentType } from './content-type.js';
import { limits } from './limits.js';
import { isSecure, listen, type Listen } from './listen.js';
import { overload } from './overload.js';
import { proxy, registrations } from './registrations.js';
import { realTimeText } from './real-time-text.js';
import { trust } from './trust.js';

const FALLBACKS = [
  'pass',
  'timeout',
  'unavailable',
  'busy',
  'not-acceptable',
  'decline',
  'decline-everywhere',
] as const satisfies readonly Fallback[];

const TYPES = [
  'im',
  'audio-video',
  'conference',
  'application',
  'unknown',
] as const satisfies readonly SessionType[];

const length = (example: string): ReturnType<typeof duration> =>
  duration(`a length of time such as \`${example}\` (ms, s, m, h or d)`);
const count = (example: string): z.ZodInt =>
  wholeNumber(`a whole number from 1, such as \`${example}\``, 1);

const LISTEN = 'a place to listen such as `sip:127.0.0.1:5060;transport=udp`, or several in a row';
const uri = text(LISTEN).transform((value, context) => {
  const read = listen(value);
  if (typeof read !== 'string') return read;
  context.addIssue({
    code: 'custom',
    message: `${read}; write it like \`sip:127.0.0.1:5060;transport=udp\``,
  });
  return z.NEVER;
});

const SECURED = '{ uri: sips:127.0.0.1:5061, certificate: ./cert.pem, key: ./key.pem }';
const openPlace = uri.transform((read, context) => {
  if (!isSecure(read)) return read;
  const message = `with a certificate and its key where TLS is spoken; write it like \`${SECURED}\``;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const securePlace = section('a place to listen', {
  uri: field('uri: sips:127.0.0.1:5061', uri),
  certificate: field('certificate: ./cert.pem', text('a file in PEM such as `./cert.pem`')),
  key: field('key: ./key.pem', text('a file in PEM such as `./key.pem`')),
  ca: field('ca: ./authorities.pem', text('a file in PEM such as `./ca.pem`').exactOptional()),
  clients: field('clients: required', word(['required', 'asked', 'none']).exactOptional()),
}).transform(({ uri: read, ...certificate }, context): Listen => {
  if (isSecure(read)) return { ...read, certificate };
  const message = `with TLS where there is a certificate; write it like \`${SECURED}\``;
  context.addIssue({ code: 'custom', message, path: ['uri'] });
  return z.NEVER;
});

/** Judged by what it is, so that what is wrong with it is told of that and of nothing else. */
const place: z.ZodType<Listen> = z.unknown().transform((value, context) => {
  const isTable = typeof value === 'object' && value !== null && !Array.isArray(value);
  const read = (isTable ? securePlace : openPlace).safeParse(value);
  if (read.success) return read.data;
  for (const issue of read.error.issues) {
    const { message, path } = issue;
    const params = issue.code === 'custom' ? issue.params : undefined;
    context.addIssue({ code: 'custom', message, path, ...(params && { params }) });
  }
  return z.NEVER;
});

const ORIGIN = 'the origin of a page such as `https://example.com`, or several in a row';
const origin = text(ORIGIN).refine(
  (value) => URL.canParse(value) && new URL(value).origin === value,
  {
    error: ORIGIN,
  },
);

const HEALTH = 'a place to serve HTTP such as `http://127.0.0.1:9080`, or `off`';
const health: z.ZodType<HttpPlace | 'off'> = text(HEALTH).transform((value, context) => {
  if (value === 'off') return value;
  const read = httpPlace(value);
  if (typeof read !== 'string') return read;
  const message = `${read}; write it like \`http://127.0.0.1:9080\`, or \`off\``;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const AUTHORITIES = 'a file in PEM such as `./ca.pem`, or several in a row';
const ADVERTISE =
  'the host by which others reach this machine, such as `sip.example.com` or `192.0.2.1:5060`';
const PATTERN =
  "a pattern of addresses such as `echo`, `echo@example.com` or `'*@example.com'`, or several in a row";
const pattern: z.ZodType<AddressPattern> = text(PATTERN).transform((value, context) => {
  const read = AddressPattern.from(value);
  if (read !== undefined) return read;
  context.addIssue({ code: 'custom', message: PATTERN });
  return z.NEVER;
});

const PLUGIN = "where the bot comes from, such as `'@usher/echo#echo'` or `./my-bot.js#bot`";
const plugin: z.ZodType<PluginReference> = text(PLUGIN).transform((value, context) => {
  const read = pluginReference(value);
  if (read !== undefined) return read;
  context.addIssue({ code: 'custom', message: PLUGIN });
  return z.NEVER;
});

const SUBJECT = "a subject such as `urgent` or `'urgent*'`, or several in a row";

const USERNAME = 'the name of a user such as `alice`';
const PASSWORD = 'a password in quotes, or better `${env:ALICE_PASSWORD}`';
const ADDRESSES = 'a SIP address such as `sip:alice@example.com`, or several in a row';
const USERS = 'users such as `[{ username: alice, password: "${env:ALICE_PASSWORD}" }]`';

/** Who may come in, and by which passwords. */
const authentication = section('authentication', {
  realm: field('realm: example.com', text('the domain of the users such as `example.com`')),
  users: field(
    'users: [{ username: alice, password: "${env:ALICE_PASSWORD}" }]',
    z
      .array(
        section('a user', {
          username: field('username: alice', text(USERNAME)),
          password: field('password: ${env:ALICE_PASSWORD}', text(PASSWORD)),
          addresses: field(
            'addresses: sip:alice@example.com',
            oneOrMore(text(ADDRESSES), ADDRESSES).exactOptional(),
          ),
        }),
        { error: USERS },
      )
      .min(1, { error: USERS }),
  ),
  algorithms: field('algorithms: SHA-256', digestAlgorithms.exactOptional()),
  failures: field('failures: 10', count('10').exactOptional()),
  silence: field('silence: 5m', length('5m').exactOptional()),
});

/** The house: where it listens and what it bears. */
export const House = section('the house', {
  listen: field(
    'listen: sip:127.0.0.1:5060;transport=udp',
    oneOrMore(place, LISTEN).exactOptional(),
  ),
  trust: field('trust: { networks: [192.0.2.0/24] }', trust.exactOptional()),
  authentication: field(
    'authentication: { realm: example.com, users: [{ username: alice, password: "${env:ALICE_PASSWORD}" }] }',
    authentication.exactOptional(),
  ),
  credentials: field(
    'credentials: [{ realm: example.com, username: desk, password: "${env:DESK_PASSWORD}" }]',
    credentials.exactOptional(),
  ),
  registrations: field(
    'registrations: [{ registrar: sip:example.com, address: sip:bot@example.com }]',
    registrations.exactOptional(),
  ),
  proxy: field('proxy: sip:proxy.example.com;transport=tcp', proxy.exactOptional()),
  advertise: field(
    'advertise: sip.example.com',
    z
      .string({ error: ADVERTISE })
      .regex(/^(?:\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::\d{1,5})?$/, {
        error: ADVERTISE,
      })
      .exactOptional(),
  ),
  authorities: field(
    'authorities: ./ca.pem',
    oneOrMore(text(AUTHORITIES), AUTHORITIES).exactOptional(),
  ),
  realTimeText: field(
    'realTimeText: { address: 127.0.0.1, ports: 30000-30100 }',
    realTimeText.exactOptional(),
  ),
  applications: field(
    'applications: application/ms-conf-invite+xml',
    oneOrMore(contentType, CONTENT_TYPE).exactOptional(),
  ),
  dialects: field(
    'dialects: { microsoft: detect }',
    section('dialects', {
      microsoft: field('microsoft: detect', word(['detect', 'always', 'never']).exactOptional()),
    }).exactOptional(),
  ),
  origins: field('origins: https://example.com', oneOrMore(origin, ORIGIN).exactOptional()),
  health: field('health: http://127.0.0.1:9080', health.exactOptional()),
  drain: field('drain: 10s', length('10s').exactOptional()),
  forwarding: field(
    "forwarding: { domains: [example.com, '*.example.com'] }",
    forwarding.exactOptional(),
  ),
  limits: field('limits: { sessions: 1000, pending: 100 }', limits.exactOptional()),
  overload: field('overload: { source: { perSecond: 20, burst: 40 } }', overload.exactOptional()),
});

/** A bot: where it comes from, where it stands in the line, and which invitations it is asked about. */
export const BotDocument = section('a bot', {
  id: field(
    'id: echo',
    z
      .string({ error: 'a name of its own such as `echo`' })
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
        error: 'a name of up to 64 letters, digits, `.`, `_` and `-`, such as `echo`',
      }),
  ),
  plugin: field("plugin: '@usher/echo#echo'", plugin),
  order: field(
    'order: 10',
    wholeNumber('a whole number such as `10`; the bot with the lowest is asked first', 0),
  ),
  match: field(
    'match: { to: echo }',
    section('match', {
      to: field('to: echo', oneOrMore(pattern, PATTERN).exactOptional()),
      from: field("from: '*@example.com'", oneOrMore(pattern, PATTERN).exactOptional()),
      type: field(
        'type: im',
        oneOrMore(word(TYPES), '`im`, or several types in a row').exactOptional(),
      ),
      subject: field("subject: 'urgent*'", oneOrMore(text(SUBJECT), SUBJECT).exactOptional()),
    }).exactOptional(),
  ),
  decide: field(
    'decide: { timeout: 5s, onTimeout: unavailable, onError: unavailable, politely: 8s }',
    section('decide', {
      timeout: field('timeout: 5s', length('5s').exactOptional()),
      onTimeout: field('onTimeout: unavailable', word(FALLBACKS).exactOptional()),
      onError: field('onError: unavailable', word(FALLBACKS).exactOptional()),
      politely: field('politely: 8s', length('8s').exactOptional()),
    }).exactOptional(),
  ),
  session: field(
    'session: { idle: 10m, max: 2h, again: replace, mailbox: 64 }',
    section('session', {
      idle: field('idle: 10m', length('10m').exactOptional()),
      max: field('max: 2h', length('2h').exactOptional()),
      again: field('again: replace', word(['new', 'replace']).exactOptional()),
      mailbox: field('mailbox: 64', count('64').exactOptional()),
    }).exactOptional(),
  ),
  limits: field(
    'limits: { sessions: 100 }',
    section('limits of a bot', {
      sessions: field('sessions: 100', count('100').exactOptional()),
    }).exactOptional(),
  ),
  config: field('config: { … }', z.unknown().optional()),
});
