/** The configuration of one run: every document of every file, read, checked and compared with the others. */
import type { Duration } from '@usher/core';
import type * as z from 'zod';

import { compare } from './compare.js';
import { kindOf } from './document-kind.js';
import { type Environment, substitute } from './environment.js';
import { listen, type Listen } from './listen.js';
import type { Problem } from './problem.js';
import { BotDocument, House } from './schema.js';
import type { Source, Sources } from './source.js';
import { partAt, placeAt, type Tree } from './tree.js';
import { validate } from './validate.js';
import { readYaml } from './yaml.js';

/** What the house's document says, with what holds unless it says so. */
export interface HouseSetting {
  readonly listen: readonly Listen[];
  /** The host, or host and port, that peers are told, where that is not the place to listen. */
  readonly advertise?: string;
  readonly drain: Duration;
  readonly limits: { readonly sessions?: number; readonly pending?: number };
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
  readonly problems: readonly Problem[];
  /** What came from the environment into bots' own configurations: not to be printed. */
  readonly secrets: ReadonlySet<string>;
}

/** What holds without a house: this machine alone can come in, by UDP and TCP. */
const DEFAULT_LISTEN = ['sip:127.0.0.1:5060;transport=udp', 'sip:127.0.0.1:5060;transport=tcp'];
const DEFAULT_DRAIN = '10s';

/** Reads the configuration of one run. */
export function readConfiguration(
  { sources, problems: unread }: Sources,
  environment: Environment,
): Configuration {
  const problems: Problem[] = [...unread];
  const houses: Tree[] = [];
  const botTrees: Tree[] = [];
  const bots: BotSetting[] = [];
  const secrets = new Set<string>();
  let house: z.output<typeof House> | undefined;

  const read = (written: Tree): void => {
    const kind = kindOf(written);
    if (typeof kind !== 'string') {
      problems.push(kind);
      return;
    }
    const { tree, problems: missing } = substitute(written, environment);
    problems.push(...missing);
    (kind === 'house' ? houses : botTrees).push(tree);
    // What is left as it was written because a variable is missing cannot be judged any further.
    const judge = missing.length === 0;
    if (kind === 'house') {
      const { value, problems: wrong } = validate(tree, House);
      if (judge) problems.push(...wrong);
      house ??= value;
    } else {
      const { value, problems: wrong } = validate(tree, BotDocument);
      if (judge) problems.push(...wrong);
      if (value !== undefined) bots.push({ ...value, tree });
      const own = partAt(written, ['config']);
      if (own !== undefined)
        for (const one of substitute(own, environment).values) secrets.add(one);
    }
  };

  for (const source of sources) {
    const documents = readYaml(source);
    problems.push(...documents.problems);
    for (const tree of documents.trees) read(tree);
  }

  const setting = houseSetting(house, houses[0]);
  problems.push(...compare(houses, botTrees, setting, house?.trust));
  if (botTrees.length === 0 && problems.length === 0) problems.push(noBots(sources));
  return { house: setting, bots, problems, secrets };
}

function houseSetting(
  house: z.output<typeof House> | undefined,
  tree: Tree | undefined,
): HouseSetting {
  const written = house?.listen?.map((one, index): Listen =>
    tree === undefined ? one : { ...one, place: placeAt(tree, ['listen', index]) },
  );
  return {
    listen: written ?? DEFAULT_LISTEN.map(listen).filter((one) => typeof one !== 'string'),
    ...(house?.advertise !== undefined && { advertise: house.advertise }),
    drain: house?.drain ?? DEFAULT_DRAIN,
    limits: house?.limits ?? {},
  };
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
