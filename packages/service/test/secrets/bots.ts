/** Bots that put what they know and what is said to them wherever an error leads. */
import {
  accept,
  Address,
  type Bot,
  bot,
  Config,
  type Decision,
  type Invitation,
  reject,
} from '@usher/core';
import * as z from 'zod';

import { CANARY } from './leaks.js';

/** Says back what it hears, and fails as it is told to. */
const echo: Bot = {
  decide: () =>
    accept(async (session) => {
      for await (const message of session.messages) {
        const { text } = message;
        if (text.startsWith('throw')) throw new TypeError(`cannot answer to "${text}"`);
        if (text.startsWith('parse')) JSON.parse(text);
        if (text.startsWith('address')) Address.parse(text);
        // oxlint-disable-next-line typescript/only-throw-error -- bots may be written without types
        if (text.startsWith('text')) throw text;
        if (text.startsWith('many')) {
          throw new AggregateError([new Error(text)], text, { cause: new Error(text) });
        }
        if (text.startsWith('named')) {
          throw Object.assign(new Error(text), { name: text, code: text, data: text });
        }
        if (text.startsWith('lines')) throw new Error(`\n    at ${text} (${text}.js:1:1)\n${text}`);
        await session.send(text);
      }
    }),
};

/** Throws what the invitation brought before it decided. */
const quoting: Bot = {
  decide(invitation) {
    const { headers, firstMessage } = invitation;
    throw new Error(`no: ${firstMessage?.text ?? ''} ${headers.get('Authorization') ?? ''}`);
  },
};

/** Takes what was said for an address. */
const addressing: Bot = {
  decide: ({ firstMessage }) => (Address.parse(firstMessage?.text ?? ''), reject('busy')),
};

/** Comes to what is no decision. */
const nonsense: Bot = {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- bots may be written without types
  decide: ({ firstMessage }) =>
    ({
      type: 'reject',
      status: firstMessage?.text,
      retryAfter: CANARY.body,
    }) as unknown as Decision,
};

/** Lets go of a promise that fails with what was said. */
const refusing: Bot = { decide: () => reject('decline') };

/** Knows secrets, and says them when it fails. */
@bot({
  name: 'keeper',
  config: z.object({ token: z.string(), apiKey: z.string() }),
  inject: [Config],
})
class Keeper implements Bot {
  constructor(private readonly config: { readonly token: string; readonly apiKey: string }) {}

  decide(_invitation: Invitation): Decision {
    throw new Error(`the desk does not take ${this.config.token} nor ${this.config.apiKey}`);
  }
}

/** Fails as it is made, with its secrets. */
@bot({
  name: 'broken',
  config: z.object({ token: z.string(), apiKey: z.string() }),
  inject: [Config],
})
class Broken implements Bot {
  constructor(config: { readonly token: string; readonly apiKey: string }) {
    throw new Error(`the desk does not take ${config.token} nor ${config.apiKey}`);
  }

  decide(): Decision {
    return reject('decline');
  }
}

/** Refuses its configuration, and quotes it. */
@bot({
  name: 'strict',
  config: z.object({
    token: z.string().refine(() => false, { error: (issue) => `bad: ${String(issue.input)}` }),
    apiKey: z.string().refine(() => false, { error: (issue) => `bad: ${String(issue.input)}` }),
  }),
})
class Strict implements Bot {
  decide(): Decision {
    return reject('decline');
  }
}

/** What the plugin `./bots.js` exports. */
export const BOTS: Readonly<Record<string, unknown>> = {
  echo,
  quoting,
  addressing,
  nonsense,
  refusing,
  Keeper,
  Broken,
  Strict,
};
