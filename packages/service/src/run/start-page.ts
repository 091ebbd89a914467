/** What an operator sees when the house stands: where it listens, who answers to what, what is kept, and what to type next. */
import { type Paint, visible } from '@usher/console';
import { type Duration, milliseconds } from '@usher/core';
import type { Journal, Listening, RegistrationState } from '@usher/core/adapter';

import type { BotSetting } from '../config/configuration.js';
import { hostAndPort, isEverywhere, isSecure, PORTS } from '../config/listen.js';
import { span } from '../log/activity-line.js';
import { registrationText } from '../log/registration-text.js';

/** What the page tells. */
export interface StartFacts {
  readonly version: string;
  readonly listening: readonly Listening[];
  /** Host and port of where others look how the house is doing. */
  readonly health: string | undefined;
  /** How what is registered stands, where anything is. */
  readonly registrations?: readonly RegistrationState[];
  readonly bots: readonly BotSetting[];
  readonly durability: Journal['durability'];
  readonly drain: Duration;
}

/** What a level of durability means. */
const KEPT = {
  none: 'in memory: what was said is gone once Usher stops',
  process: 'on disk: what was said survives the end of the process',
  fsync: 'on disk, synced: what was said survives a power cut',
} as const;

/** The page for a house that is open. `command` is what begins a conversation: `usher chat`, or `npm run chat --`. */
export function startPage(facts: StartFacts, command: string, paint: Paint): string {
  const invitations = suggestions(facts).map(
    (target) => `    ${paint.accent(`${command} ${target}`)}`,
  );
  const next =
    invitations.length === 0
      ? []
      : [
          '',
          `  Talk to ${invitations.length === 1 ? 'it' : 'them'} from another terminal:`,
          '',
          ...invitations,
        ];
  return [
    '',
    `  ${paint.strong(`Usher ${facts.version}`)} answers the door. ${paint.faint(`Ctrl-C closes it; sessions then have ${span(milliseconds(facts.drain))} to end, or Ctrl-C again ends them.`)}`,
    '',
    ...factLines(facts, paint),
    ...next,
    '',
    '',
  ].join('\n');
}

/** Where it listens, who answers to what, what is kept. */
export function factLines(facts: Omit<StartFacts, 'version'>, paint: Paint): string[] {
  const bots = facts.bots.toSorted((a, b) => a.order - b.order);
  const width = Math.max(...bots.map((bot) => bot.id.length));
  const deep = Math.max(...bots.map((bot) => String(bot.order).length));
  return [
    ...titled('Listens', places(facts.listening), paint),
    '',
    ...(facts.registrations === undefined || facts.registrations.length === 0
      ? []
      : [...titled('Registers', facts.registrations.map(registrationText), paint), '']),
    ...(facts.health === undefined
      ? []
      : [...titled('Health', [`http://${facts.health}/readyz, /livez, /metrics`], paint), '']),
    ...titled(
      'Bots',
      bots.map(
        (bot) =>
          `${paint.faint(String(bot.order).padStart(deep))}  ${paint.strong(bot.id.padEnd(width))}  ${asked(bot)}`,
      ),
      paint,
    ),
    '',
    ...titled('Journal', [KEPT[facts.durability]], paint),
  ];
}

/** What a bot answers to, in words. */
export function asked({ match }: BotSetting): string {
  const some = (values: readonly string[]): string =>
    values.map((value) => visible(value, 60)).join(', ');
  const to =
    match?.to === undefined ? 'every address' : some(match.to.map((pattern) => pattern.text));
  const from = match?.from && `from ${some(match.from.map((pattern) => pattern.text))}`;
  const type = match?.type && `of type ${match.type.join(', ')}`;
  const subject = match?.subject && `about ${some(match.subject)}`;
  return [to, from, type, subject].filter((part) => part !== undefined).join(' ');
}

function titled(title: string, lines: readonly string[], paint: Paint): string[] {
  return lines.map(
    (line, index) => `  ${paint.faint((index === 0 ? title : '').padEnd(9))} ${line}`,
  );
}

/** One line for each address and port, with all its transports. */
function places(listening: readonly Listening[]): string[] {
  const transports = new Map<string, string[]>();
  for (const { transport, address, port } of listening) {
    const place = hostAndPort({ host: address, port });
    transports.set(place, [...(transports.get(place) ?? []), transport]);
  }
  const width = Math.max(...Array.from(transports.keys(), (place) => place.length));
  return Array.from(transports, ([place, names]) => `${place.padEnd(width)}  ${names.join(', ')}`);
}

/** Addresses that surely reach a bot: the names without wildcards that bots answer to; any name where a bot answers to all. */
function suggestions({ listening, bots }: StartFacts): string[] {
  // `usher chat` shows nobody a certificate, and asks for none.
  const first = listening.find((one) => !isSecure(one));
  if (first === undefined) return [];
  const { transport, port } = first;
  const host = isEverywhere(first.address) ? '127.0.0.1' : first.address;
  const place = hostAndPort({ host, port });
  const short = port === PORTS.udp ? place.slice(0, place.lastIndexOf(':')) : place;
  const option = transport === 'udp' ? '' : ` --transport ${transport}`;
  const users = bots
    .toSorted((a, b) => a.order - b.order)
    .flatMap((bot) => bot.match?.to?.map((pattern) => pattern.text) ?? [])
    .filter((text) => /^[A-Za-z0-9._-]+$/.test(text));
  if (users.length === 0 && bots.some((bot) => bot.match?.to === undefined)) users.push('anybody');
  return users.slice(0, 4).map((user) => `sip:${user}@${short}${option}`);
}
