/** A house full of secrets, with everything that can be read of it from outside. */
import { createHmac, hash, timingSafeEqual } from 'node:crypto';

import { PLAIN } from '@usher/console';
import { RemoteProtocolError } from '@usher/core';
import { SeededChance, VirtualClock } from '@usher/core/testing';
import { type DigestHash, SipUserAgent } from '@usher/sip';
import { ReplaySubject, Subject } from 'rxjs';

import type { Environment } from '../../src/config/environment.js';
import { lineWriter } from '../../src/log/line-writer.js';
import { jsonWriter } from '../../src/log/node/json-writer.js';
import type { Modules } from '../../src/plugins/modules.js';
import type { Surroundings } from '../../src/run/prepare.js';
import { run } from '../../src/run/run.js';
import { PaperHttp, sources } from '../run/stage.js';
import { BOTS } from './bots.js';
import { PaperNetwork } from './paper-network.js';
import { CANARY } from './leaks.js';

const modules: Modules = { resolve: (module) => module, load: () => Promise.resolve(BOTS) };

const digestHash: DigestHash = {
  hash: (algorithm, data) => hash(algorithm === 'MD5' ? 'md5' : 'sha256', data, 'hex'),
  mac: (key, text) => createHmac('sha256', key).update(text).digest('base64url'),
  equal: (a, b) => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b)),
};

const BOT = (id: string, order: number, plugin = id): string =>
  `---\nid: ${id}\nplugin: ./bots.js#${plugin}\norder: ${order}\nmatch: { to: ${id} }\n`;

const SECRETS = `config: { token: '\${env:TOKEN}', apiKey: ${CANARY.key} }\n`;

/** The documents of the house; with `guarded`, whoever comes must prove who they are. */
export function documents(guarded: boolean): string {
  const authentication = `authentication: { realm: example.com, users: [{ username: alice, password: ${CANARY.password} }] }\n`;
  return [
    'listen: sip:127.0.0.1:5060;transport=udp\ndrain: 2s\nhealth: http://127.0.0.1:9080\n',
    guarded ? authentication : '',
    ...['echo', 'quoting', 'addressing', 'nonsense', 'refusing'].map((id, at) => BOT(id, at)),
    BOT('keeper', 10, 'Keeper'),
    SECRETS,
  ].join('');
}

/** What a house may have different. */
interface Kind {
  /** Whoever comes must prove who they are. */
  readonly guarded?: boolean;
  /** PASSporTs are looked at. */
  readonly passports?: boolean;
  readonly environment?: Environment;
}

/** What houses are made from. */
export function surroundings(
  clock: VirtualClock,
  network: PaperNetwork,
  { environment = { TOKEN: CANARY.token }, passports = false }: Kind = {},
): Surroundings {
  const fault = new RemoteProtocolError('bad-identity', 'the signature is by somebody else', 438);
  return {
    environment,
    modules,
    clock,
    userAgent: ({ authentication }) =>
      new SipUserAgent({
        network,
        clock,
        chance: new SeededChance(5),
        digestHash,
        ...(authentication !== undefined && { authentication }),
        ...(passports && {
          trust: { passports: { verifier: { verify: () => Promise.resolve(fault) } } },
        }),
      }),
  };
}

/** Opens the house at debug level, for people at a terminal or for machines. */
export async function open(isTerminal: boolean, kind: Kind = {}) {
  const clock = new VirtualClock();
  const network = new PaperNetwork();
  const http = new PaperHttp();
  const stops = new ReplaySubject<void>();
  const strays = new Subject<unknown>();
  const shown = { text: '' };
  const write = (text: string): void => void (shown.text += text);
  const done = run(sources(documents(kind.guarded === true)), {
    surroundings: surroundings(clock, network, kind),
    http: http.open,
    out: { isTerminal, paint: PLAIN, write },
    level: 'debug',
    version: '1.2.3',
    command: 'usher chat',
    stops,
    strays,
    writer: (scrub) => (isTerminal ? lineWriter(write, PLAIN, scrub) : jsonWriter(write, scrub)),
  });
  await clock.settle();
  return {
    clock,
    network,
    strays,
    /** All that can be read: the log with its start page, health and metrics. */
    async everything(): Promise<string> {
      const pages = await Promise.all(['/livez', '/readyz', '/metrics'].map((at) => http.get(at)));
      return [shown.text, ...pages.map(({ body }) => body)].join('\n');
    },
    /** Something arrives, and what follows from it at once has happened. */
    async receive(octets: string | Uint8Array): Promise<string[]> {
      network.receive(octets);
      await clock.settle();
      return network.take();
    },
    async close(): Promise<string> {
      stops.next();
      // The drain, and those who do not answer to their BYE.
      await clock.advance(60_000);
      await done;
      return shown.text;
    },
  };
}
