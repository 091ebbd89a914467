/** What each command does in a process of its own. */
import { userInfo } from 'node:os';

import { processFace, processTerminal, type Screen, visible } from '@usher/console';
import { Address, LocalProtocolError } from '@usher/core';
import { systemChance, systemClock, type UserAgent } from '@usher/core/adapter';
import { type SecureListener, sip } from '@usher/sip';
import { firstValueFrom, map, type Observable } from 'rxjs';

import { tryBot } from '../../chat/bot-trial.js';
import { chat } from '../../chat/chat.js';
import type { ChatTarget } from '../../chat/chat-target.js';
import { probe, type Probe } from '../../chat/node/probe.js';
import { password } from '../../chat/password.js';
import { botConfig, isPair } from '../../config/bot-config.js';
import type { HouseSetting } from '../../config/configuration.js';
import { hostAndPort, type Listen, PORTS } from '../../config/listen.js';
import { certificateFault, certificateFiles } from '../../config/node/certificate-files.js';
import { authorityFaults, authorityFiles, trustOf } from '../../config/node/house-files.js';
import { readSources } from '../../config/node/read-sources.js';
import { ConfigurationError } from '../../config/problem.js';
import { nodeHttp } from '../../http/node/node-http.js';
import { lineWriter } from '../../log/line-writer.js';
import { jsonWriter } from '../../log/node/json-writer.js';
import { machine } from '../../metrics/node/machine.js';
import { loadPlugin, type Spelling } from '../../plugins/load-plugin.js';
import { nodeModules } from '../../plugins/node/node-modules.js';
import { check } from '../../run/check.js';
import { stopSignals, strayErrors } from '../../run/node/signals.js';
import type { Surroundings } from '../../run/prepare.js';
import { run } from '../../run/run.js';
import { answerersOf } from '../../run/answerers.js';
import { sipSettings } from '../../run/sip-settings.js';
import { EXIT } from '../exit-code.js';
import type { ChatRequest, Commands, TrialRequest } from '../program.js';
import { report } from './report.js';

/** The commands, with this process's files, sockets, terminal and signals. */
export function processCommands(out: Screen, errors: Screen, version: string): Commands {
  const surroundings: Surroundings = {
    environment: process.env,
    modules: nodeModules,
    clock: systemClock,
    certificateFault,
    authorityFaults,
    userAgent,
  };
  return {
    async run(files, level, wording) {
      const inOrder = await run(await readSources(files), {
        surroundings,
        http: nodeHttp,
        machine,
        out,
        level: level ?? (out.isTerminal ? 'debug' : 'info'),
        version,
        command: process.env['npm_lifecycle_event'] === 'start' ? 'npm run chat --' : 'usher chat',
        stops: stopSignals(),
        strays: strayErrors(),
        writer: (scrub) =>
          out.isTerminal
            ? lineWriter(out.write, out.paint, scrub, wording)
            : jsonWriter(out.write, scrub, wording),
      });
      return inOrder ? EXIT.well : EXIT.failed;
    },
    async check(files) {
      endOnStray(errors);
      await check(await readSources(files), surroundings, out);
      return EXIT.well;
    },
    chat(request) {
      endOnStray(errors);
      return chatCommand(request, out, errors);
    },
    async tryBot(request) {
      const strays = strayErrors();
      return (await tryCommand(request, strays, out, errors)) ? EXIT.well : EXIT.failed;
    },
  };
}

/** A place to listen, with its certificate where TLS is spoken. */
function placeOf(place: Listen): string | SecureListener {
  const files = certificateFiles(place);
  return files === undefined ? place.text : { uri: place.text, ...files };
}

/** The SIP edge of this house. */
function userAgent(house: HouseSetting): UserAgent {
  const { listen, advertise, authentication, credentials, registrations, proxy } = house;
  const { applications, dialects } = house;
  const settings = sipSettings(house);
  const trust = trustOf(house);
  return sip({
    ...settings,
    sockets: { ...settings.sockets, authorities: authorityFiles(house) },
    listen: listen.map(placeOf),
    ...(advertise !== undefined && { advertise }),
    ...(trust !== undefined && { trust }),
    ...(authentication !== undefined && { authentication }),
    ...(credentials !== undefined && { credentials }),
    ...(registrations !== undefined && { registrations }),
    ...(proxy !== undefined && { proxy }),
    ...(applications !== undefined && { applications }),
    ...(dialects !== undefined && { dialects }),
    media: answerersOf(house),
  });
}

const WITH_MD5 = ['SHA-256', 'SHA-512-256', 'MD5'] as const;

/** Outside of `run`, there is nothing to keep going for. */
function endOnStray(errors: Screen): void {
  process.once('uncaughtException', (error) => process.exit(report(error, errors)));
}

async function chatCommand(request: ChatRequest, out: Screen, errors: Screen): Promise<number> {
  const { target, user, md5, ca, subject, follow } = request;
  const { transport } = target;
  const way = await wayTo(target);
  const proof =
    user === undefined
      ? undefined
      : { username: user, password: await password(user, process.env, processTerminal(out)) };
  const from = request.from ?? ourAddress(target, user, way.local);
  const well = await chat({
    target,
    from,
    ...(user !== undefined && { user }),
    ...(subject !== undefined && { subject }),
    follow,
    userAgent: sip({
      // Over the others, we are reached by the connection that we open.
      listen:
        transport === 'udp' || transport === 'tcp'
          ? [`sip:${hostAndPort({ host: way.local, port: 0 })};transport=${transport}`]
          : [],
      transports: [transport],
      ...(proof && { credentials: [{ ...proof, ...(md5 && { algorithms: WITH_MD5 }) }] }),
      ...(ca !== undefined && { sockets: { authorities: [ca] } }),
    }),
    unreachable: way.refused,
    face: processFace(out, errors, stopped),
    clock: systemClock,
    chance: systemChance,
  });
  way.close();
  return well ? EXIT.well : EXIT.failed;
}

async function tryCommand(
  { bot, config, from, target, subject }: TrialRequest,
  strays: Observable<unknown>,
  out: Screen,
  errors: Screen,
): Promise<boolean> {
  const files = await readSources(config.filter((word) => !isPair(word)));
  const settings = botConfig(config, files, process.env);
  const loaded = await loadPlugin(bot, 'bot', nodeModules, ON_COMMAND_LINE);
  if (loaded.type === 'failed') {
    throw new ConfigurationError([
      { code: loaded.code, place: undefined, message: loaded.message },
    ]);
  }
  return tryBot({
    plugin: loaded.plugin,
    name: bot.text,
    config: config.length === 0 ? undefined : settings,
    ...(from && { from }),
    ...(target && { target }),
    ...(subject !== undefined && { subject }),
    face: processFace(out, errors, stopped),
    clock: systemClock,
    chance: systemChance,
    strays,
  });
}

const ON_COMMAND_LINE: Spelling = {
  beside: 'here',
  seen: 'as seen from this folder',
  write: (text) => `--bot ${text}`,
  only: true,
};

/** The way to somebody; that a host cannot be found is the first thing to say. */
async function wayTo({ address, transport }: ChatTarget): Promise<Probe> {
  const { host, port = PORTS[transport] } = address;
  try {
    return await probe(host, port, transport === 'udp');
  } catch {
    throw new LocalProtocolError(
      'unreachable',
      `There is no way to ${visible(host)}: is the name right, and the network there?`,
    );
  }
}

/** Settles with the first wish to stop. */
function stopped(): Promise<void> {
  return firstValueFrom(stopSignals().pipe(map(() => undefined)));
}

/** Who we are unless we say so: whoever has a name with the other end is at home there. */
function ourAddress({ address }: ChatTarget, user: string | undefined, local: string): Address {
  if (user === undefined) return Address.parse(`sip:${userName()}@${hostOf(local)}`);
  return Address.from(`sip:${user}@${address.host}`) ?? Address.parse(`sip:${hostOf(local)}`);
}

function userName(): string {
  const name = userInfo().username;
  return /^[A-Za-z0-9._-]{1,64}$/.test(name) ? name : 'you';
}

function hostOf(address: string): string {
  return hostAndPort({ host: address, port: 0 }).replace(/:0$/, '');
}
