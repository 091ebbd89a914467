/** What each command does in a process of its own. */
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline';

import { Address, LocalProtocolError } from '@usher/core';
import { systemChance, systemClock } from '@usher/core/adapter';
import { sip } from '@usher/sip';
import { firstValueFrom, map } from 'rxjs';

import { chat } from '../../chat/chat.js';
import type { Face } from '../../chat/face.js';
import { probe, type Probe } from '../../chat/node/probe.js';
import { tty } from '../../chat/node/tty.js';
import { pipedFace } from '../../chat/piped-face.js';
import { TerminalFace } from '../../chat/terminal-face.js';
import { hostAndPort, PORTS } from '../../config/listen.js';
import { certificateFault, certificateFiles } from '../../config/node/certificate-files.js';
import { readSources } from '../../config/node/read-sources.js';
import { lineWriter } from '../../log/line-writer.js';
import { jsonWriter } from '../../log/node/json-writer.js';
import { nodeModules } from '../../plugins/node/node-modules.js';
import { check } from '../../run/check.js';
import { stopSignals, strayErrors } from '../../run/node/signals.js';
import type { Surroundings } from '../../run/prepare.js';
import { run } from '../../run/run.js';
import type { Screen } from '../../text/screen.js';
import { visible } from '../../text/visible.js';
import { EXIT } from '../exit-code.js';
import type { ChatRequest, Commands } from '../program.js';
import { report } from './report.js';

/** The commands, with this process's files, sockets, terminal and signals. */
export function processCommands(out: Screen, errors: Screen, version: string): Commands {
  const surroundings: Surroundings = {
    environment: process.env,
    modules: nodeModules,
    clock: systemClock,
    certificateFault,
    userAgent: ({ listen, advertise, origins, authentication }) =>
      sip({
        listen: listen.map((place) => {
          const files = certificateFiles(place);
          return files === undefined ? place.text : { uri: place.text, ...files };
        }),
        ...(advertise !== undefined && { advertise }),
        ...(authentication !== undefined && { authentication }),
        ...(origins !== undefined && { sockets: { origins } }),
      }),
  };
  return {
    async run(files, level) {
      const inOrder = await run(await readSources(files), {
        surroundings,
        out,
        level: level ?? (out.isTerminal ? 'debug' : 'info'),
        version,
        command: process.env['npm_lifecycle_event'] === 'start' ? 'npm run chat --' : 'usher chat',
        stops: stopSignals(),
        strays: strayErrors(),
        writer: (scrub) =>
          out.isTerminal ? lineWriter(out.write, out.paint, scrub) : jsonWriter(out.write, scrub),
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
  };
}

/** Outside of `run`, there is nothing to keep going for. */
function endOnStray(errors: Screen): void {
  process.once('uncaughtException', (error) => process.exit(report(error, errors)));
}

async function chatCommand(request: ChatRequest, out: Screen, errors: Screen): Promise<number> {
  const { target, transport, subject, follow } = request;
  const way = await wayTo(target, transport);
  const from = request.from ?? Address.parse(`sip:${userName()}@${hostOf(way.local)}`);
  const well = await chat({
    target,
    from,
    transport,
    ...(subject !== undefined && { subject }),
    follow,
    userAgent: sip({
      listen: [`sip:${hostAndPort({ host: way.local, port: 0 })};transport=${transport}`],
    }),
    unreachable: way.refused,
    face: face(out, errors),
    clock: systemClock,
    chance: systemChance,
  });
  way.close();
  return well ? EXIT.well : EXIT.failed;
}

/** The way to somebody; that a host cannot be found is the first thing to say. */
async function wayTo(target: Address, transport: ChatRequest['transport']): Promise<Probe> {
  try {
    return await probe(target.host, target.port ?? PORTS[transport], transport === 'udp');
  } catch {
    throw new LocalProtocolError(
      'unreachable',
      `There is no way to ${visible(target.host)}: is the name right, and the network there?`,
    );
  }
}

function face(out: Screen, errors: Screen): Face {
  const { stdin, stdout } = process;
  if (stdin.isTTY && stdout.isTTY)
    return new TerminalFace(tty(stdin, stdout, out.paint), systemClock);
  const leaving = firstValueFrom(stopSignals().pipe(map(() => undefined)));
  // Made when it is read, and not before: what it reads while nobody listens is lost.
  const read = (): AsyncIterable<string> => createInterface({ input: stdin, crlfDelay: Infinity });
  return pipedFace(read, leaving, out, errors);
}

function userName(): string {
  const name = userInfo().username;
  return /^[A-Za-z0-9._-]{1,64}$/.test(name) ? name : 'you';
}

function hostOf(address: string): string {
  return hostAndPort({ host: address, port: 0 }).replace(/:0$/, '');
}
