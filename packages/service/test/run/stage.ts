/** A house run from a text, with bots and a caller of the test's own. */
import { PLAIN, type Screen } from '@usher/console';
import { accept, type Bot, bot, type Decision, pass, reject } from '@usher/core';
import type { UserAgent } from '@usher/core/adapter';
import { ScriptedCaller, VirtualClock } from '@usher/core/testing';
import { ReplaySubject, Subject } from 'rxjs';
import * as z from 'zod';

import type { Environment } from '../../src/config/environment.js';
import type { Sources } from '../../src/config/source.js';
import type { OpenHttp } from '../../src/http/http-listener.js';
import type { Pages } from '../../src/http/pages.js';
import type { Wording } from '../../src/log/error-facts.js';
import { lineWriter } from '../../src/log/line-writer.js';
import { jsonWriter } from '../../src/log/node/json-writer.js';
import type { Level } from '../../src/log/record.js';
import type { Modules } from '../../src/plugins/modules.js';
import type { Surroundings } from '../../src/run/prepare.js';
import { run } from '../../src/run/run.js';
import { jsonLines } from '../json-lines.js';

/** Says back what it hears. */
const echo: Bot = {
  decide: () =>
    accept(async (session) => {
      for await (const message of session.messages) await session.send(message.text);
    }),
};

/** Needs to be told a greeting and how often to say it. */
@bot({
  name: 'greeter',
  config: z.strictObject({
    greeting: z.string(),
    deep: z.array(z.strictObject({ times: z.int() })).default([]),
  }),
})
class Greeter implements Bot {
  decide(): Decision {
    return pass('greets nobody');
  }
}

/** Takes nobody in. */
class Porter implements Bot {
  decide(): Decision {
    return reject('decline');
  }
}

const MODULES = new Map<string, Record<string, unknown>>([
  [
    './bots.js',
    {
      echo,
      Greeter,
      Porter,
      nothing: () => 3,
      broken: () => {
        throw new Error('no desk today');
      },
    },
  ],
]);

const modules: Modules = {
  resolve(module) {
    if (MODULES.has(module)) return module;
    throw new Error('not found');
  },
  load: (location) => Promise.resolve(MODULES.get(location) ?? {}),
};

/** A configuration with the bot `echo` of this stage. */
export const ECHO = `listen: sip:127.0.0.1:5060;transport=udp
drain: 10s
---
id: echo
plugin: ./bots.js#echo
order: 10
match: { to: echo }
`;

/** One file, `usher.yaml`. */
export function sources(text: string): Sources {
  return { sources: [{ file: 'usher.yaml', text }], problems: [] };
}

/** HTTP without a network. */
export class PaperHttp {
  /** What is to be seen, as long as it is. */
  pages: Pages | undefined;

  readonly open: OpenHttp = async ({ host, port }, pages) => {
    this.pages = pages;
    return {
      host,
      port,
      close: async () => {
        this.pages = undefined;
      },
    };
  };

  /** The page there. */
  async get(path: string): Promise<{ readonly status: number; readonly body: string }> {
    const make = this.pages?.get(path);
    if (make === undefined) throw new Error(`nothing is served at ${path}`);
    return make();
  }

  /** The data on the page there. */
  async json(path: string): Promise<{ readonly status: number; readonly data: unknown }> {
    const { status, body } = await this.get(path);
    return { status, data: JSON.parse(body) };
  }
}

/** What houses of this stage are made from. */
export function stage(environment: Environment = {}, userAgent?: UserAgent) {
  const clock = new VirtualClock();
  const caller = new ScriptedCaller({ clock, name: 'sip' });
  const surroundings: Surroundings = {
    environment,
    modules,
    clock,
    userAgent: () => userAgent ?? caller,
  };
  const shown = { text: '' };
  const screen = (isTerminal: boolean): Screen => ({
    isTerminal,
    paint: PLAIN,
    write: (text) => void (shown.text += text),
  });
  return { clock, caller, surroundings, shown, screen };
}

/** What a run may have besides. */
interface More {
  readonly surroundings?: Partial<Surroundings>;
  readonly http?: OpenHttp;
  readonly wording?: Wording;
  readonly level?: Level;
}

/** Runs a house as `usher run` does. */
export function running(
  text: string,
  isTerminal: boolean,
  environment: Environment = {},
  userAgent?: UserAgent,
  more: More = {},
) {
  const { clock, caller, surroundings, shown, screen } = stage(environment, userAgent);
  const { wording = 'kept' } = more;
  const http = new PaperHttp();
  const stops = new ReplaySubject<void>();
  const strays = new Subject<unknown>();
  const out = screen(isTerminal);
  const done = run(sources(text), {
    surroundings: { ...surroundings, ...more.surroundings },
    http: more.http ?? http.open,
    out,
    level: more.level ?? (isTerminal ? 'debug' : 'info'),
    version: '1.2.3',
    command: 'usher chat',
    stops,
    strays,
    writer: (scrub) =>
      isTerminal
        ? lineWriter(out.write, PLAIN, scrub, wording)
        : jsonWriter(out.write, scrub, wording),
  });
  return {
    clock,
    caller,
    http,
    shown,
    done,
    strays,
    stop: () => stops.next(),
    knock: (to: string) => caller.knock({ from: 'sip:alice@example.org', to }),
    /** What was logged for machines. */
    records: () => jsonLines(shown.text),
  };
}
