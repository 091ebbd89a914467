/** The configuration of one run: every document of every file, read, checked and compared with the others. */
import type { Duration } from '@usher/core';
import type * as z from 'zod';

import { pluginReference, type PluginReference } from '../plugins/plugin-reference.js';
import { compare } from './compare.js';
import { kindOf } from './document-kind.js';
import { type Environment, substitute } from './environment.js';
import type { HttpPlace } from './http-place.js';
import type { ForwardingSetting } from './forwarding.js';
import type { LimitsSetting } from './limits.js';
import { listen, type Listen } from './listen.js';
import type { OverloadSetting } from './overload.js';
import type { Place, Problem } from './problem.js';
import { BotDocument, House } from './schema.js';
import type { RealTimeTextSetting } from './real-time-text.js';
import type { RegistrationSetting } from './registrations.js';
import { secretsIn } from './secrets.js';
import type { Source, Sources } from './source.js';
import { isKnown, partAt, placeAt, plain, type Tree } from './tree.js';
import type { TrustSetting } from './trust.js';
import { validate } from './validate.js';
import { readYaml } from './yaml.js';

/** What the house's document says, with what holds unless it says so. */
export interface HouseSetting {
  readonly listen: readonly Listen[];
  /** The host, or host and port, that peers are told, where that is not the place to listen. */
  readonly advertise?: string;
  /** The pages whose browsers may come in by WebSocket. */
  readonly origins?: readonly string[];
  /** Which peers are trusted, and by whose signatures others are known; nobody is where it is not there. */
  readonly trust?: TrustSetting | 'everyone';
  /** Where that is written. */
  readonly trustPlace?: Place;
  /** Files of the authorities that are trusted besides the usual ones when the house connects to others by TLS. */
  readonly authorities: readonly { readonly file: string; readonly place: Place }[];
  /** Who may come in, and by which passwords; anybody may where it is not there. */
  readonly authentication?: Readonly<NonNullable<z.output<typeof House>['authentication']>>;
  /** Where that is written. */
  readonly authenticationPlace?: Place;
  /** Who the house is to those who ask it for a password; nobody is answered where it is not there. */
  readonly credentials?: Readonly<NonNullable<z.output<typeof House>['credentials']>>;
  /** Where that is written. */
  readonly credentialsPlace?: Place;
  /** Which addresses are registered; none unless given. */
  readonly registrations?: readonly RegistrationSetting[];
  /** Where that is written. */
  readonly registrationsPlace?: Place;
  /** The proxy that all goes by which the house sends outside of dialogs. */
  readonly proxy?: string;
  /** Where callers with real-time text are read and written to; they hear 488 unless given. */
  readonly realTimeText?: RealTimeTextSetting;
  /** Content types of an INVITE that bots judge as `application`; others hear 415. */
  readonly applications?: readonly string[];
  /** Who is taken to speak a dialect of SIP; whoever shows it unless given. */
  readonly dialects?: Readonly<NonNullable<z.output<typeof House>['dialects']>>;
  /** Where others may look how the house is doing; nowhere unless given. */
  readonly health?: HttpPlace;
  readonly drain: Duration;
  /** Where the house may forward to and invite; to any SIP address unless given. */
  readonly forwarding?: ForwardingSetting;
  readonly limits: LimitsSetting;
  /** How overload is controlled, where not as it is unless given. */
  readonly overload?: OverloadSetting | 'off';
}

/** What a bot's document says. */
export interface BotSetting extends Readonly<z.output<typeof BotDocument>> {
  /** The document, for the places of what turns out to be wrong later. */
  readonly tree: Tree;
}

/** The configuration of one run. It may be used only where no problems were found. */
export interface Configuration {
  readonly house: HouseSetting;
  readonly bots: readonly BotSetting[];
  /** The plugins of bots that something else is wrong with: whether they can be loaded can be told all the same. */
  readonly doubtful: readonly { readonly plugin: PluginReference; readonly place: Place }[];
  readonly problems: readonly Problem[];
  /** Passwords and the like, and what came from the environment into bots' own configurations: not to be printed. */
  readonly secrets: ReadonlySet<string>;
}

/** What holds without a house: this machine alone can come in, by UDP and TCP. */
const DEFAULT_LISTEN = ['sip:127.0.0.1:5060;transport=udp', 'sip:127.0.0.1:5060;transport=tcp'];
/** As long as talk between people may want to come to its end; whoever is in a hurry says so twice. */
const DEFAULT_DRAIN = '10m';

/** Reads the configuration of one run. */
export function readConfiguration(
  { sources, problems: unread }: Sources,
  environment: Environment,
): Configuration {
  const problems: Problem[] = [...unread];
  const houses: Tree[] = [];
  const bots: Tree[] = [];
  for (const source of sources) {
    const { documents, problems: refused } = readYaml(source);
    problems.push(...refused);
    for (const { tree: written, sound } of documents) {
      const kind = kindOf(written);
      const { tree, problems: missing } = substitute(written, environment);
      problems.push(...missing);
      if (kind === 'house') houses.push(tree);
      else if (kind === 'bot') bots.push(tree);
      // What was refused may be the very key that would have told.
      else if (sound) problems.push(kind);
    }
  }

  const judged = bots.map((tree) => ({ tree, ...validate(tree, BotDocument) }));
  problems.push(...judged.flatMap((bot) => bot.problems));
  const house = readHouse(houses);
  problems.push(...house.problems, ...compare(houses, bots, house.setting));
  if (bots.length === 0 && problems.length === 0) problems.push(noBots(sources));
  const isSettled = (bot: (typeof judged)[number]): boolean =>
    bot.value !== undefined && isKnown(bot.tree);
  return {
    house: house.setting,
    bots: judged.flatMap((bot) =>
      bot.value !== undefined && isSettled(bot) ? [{ ...bot.value, tree: bot.tree }] : [],
    ),
    doubtful: judged.flatMap((bot) => (isSettled(bot) ? [] : pluginOf(bot.tree))),
    problems,
    secrets: new Set([...bots, ...houses].flatMap(secretsIn)),
  };
}

function readHouse(houses: readonly Tree[]): {
  readonly setting: HouseSetting;
  readonly problems: readonly Problem[];
} {
  const [tree, ...others] = houses;
  const read = tree && validate(tree, House);
  const {
    advertise,
    origins,
    trust,
    authorities = [],
    authentication,
    credentials,
    registrations,
    proxy,
    realTimeText,
    applications,
    dialects,
    health = 'off',
    drain = DEFAULT_DRAIN,
    forwarding,
    limits = {},
    overload,
  } = read?.value ?? {};
  const setting = {
    listen: listenOf(tree) ?? DEFAULT_LISTEN.map(listen).filter((one) => typeof one !== 'string'),
    ...(advertise !== undefined && { advertise }),
    ...(origins !== undefined && { origins }),
    ...(tree !== undefined &&
      trust !== undefined && { trust, trustPlace: placeAt(tree, ['trust']) }),
    authorities: authorities.flatMap((file, index) =>
      tree === undefined ? [] : [{ file, place: placeAt(tree, ['authorities', index]) }],
    ),
    ...(tree !== undefined &&
      authentication !== undefined && {
        authentication,
        authenticationPlace: placeAt(tree, ['authentication']),
      }),
    ...(tree !== undefined &&
      credentials !== undefined && {
        credentials,
        credentialsPlace: placeAt(tree, ['credentials']),
      }),
    ...(tree !== undefined &&
      registrations !== undefined && {
        registrations,
        registrationsPlace: placeAt(tree, ['registrations']),
      }),
    ...(proxy !== undefined && { proxy }),
    ...(realTimeText !== undefined && { realTimeText }),
    ...(applications !== undefined && { applications }),
    ...(dialects !== undefined && { dialects }),
    ...(tree !== undefined &&
      health !== 'off' && { health: { ...health, place: placeAt(tree, ['health']) } }),
    drain,
    ...(forwarding !== undefined && { forwarding }),
    limits,
    ...(overload !== undefined && { overload }),
  };
  const problems = others.flatMap((other) => validate(other, House).problems);
  return { setting, problems: [...(read?.problems ?? []), ...problems] };
}

/** The places to listen, which can be compared whatever else is wrong with the house. */
function listenOf(house: Tree | undefined): readonly Listen[] | undefined {
  const part = house && partAt(house, ['listen']);
  if (house === undefined || part === undefined) return undefined;
  const { data } = House.shape.listen.safeParse(plain(part));
  return data?.map((one, index) => {
    const { text, transport, host, port, certificate } = one;
    const at = (key: string): Place => placeAt(house, ['listen', index, key]);
    const place = placeAt(house, ['listen', index]);
    if (certificate === undefined) return { text, transport, host, port, place };
    const filePlaces = { certificate: at('certificate'), key: at('key'), ca: at('ca') };
    return { text, transport, host, port, place, certificate, filePlaces };
  });
}

function pluginOf(bot: Tree): Configuration['doubtful'] {
  const part = partAt(bot, ['plugin']);
  if (part?.kind !== 'leaf' || typeof part.value !== 'string' || !isKnown(part)) return [];
  const plugin = pluginReference(part.value);
  return plugin === undefined ? [] : [{ plugin, place: placeAt(bot, ['plugin']) }];
}

function noBots(sources: readonly Source[]): Problem {
  const [first] = sources;
  return {
    code: 'no-bots',
    place: first && { file: first.file },
    message:
      "there is no bot: add a document such as `id: echo`, `plugin: '@usher/echo#echo'`, `order: 10`",
  };
}
