/** The `usher` command: what it understands. */
import { Address } from '@usher/core';
import { Command, InvalidArgumentError, Option } from 'commander';

import { LEVELS } from '../log/log.js';
import type { Level } from '../log/record.js';

/** How `usher chat` is asked for. */
export interface ChatRequest {
  readonly target: Address;
  readonly from?: Address;
  readonly transport: 'udp' | 'tcp' | 'ws';
  readonly subject?: string;
  readonly follow: boolean;
}

/** What the command can do; each returns the exit code. */
export interface Commands {
  run(files: readonly string[], level: Level | undefined): Promise<number>;
  check(files: readonly string[]): Promise<number>;
  chat(request: ChatRequest): Promise<number>;
}

const EXIT_CODES = `
Exit codes: 0 all went well, 1 something was wrong with the configuration or a
conversation (it was said what), 2 the command was not understood, 70 an error
in Usher itself.`;

/** Makes the command; `done` is given the exit code of what ran. */
export function program(
  commands: Commands,
  version: string,
  done: (code: number) => void,
): Command {
  const usher = new Command('usher')
    .description('Chat bots that answer the door.')
    .version(version, '-v, --version')
    .addHelpText('after', EXIT_CODES)
    .exitOverride();

  usher
    .command('run')
    .description('open the house that the files describe, until Ctrl-C or SIGTERM closes it')
    .argument('<file...>', 'YAML files: one document is the house, every other one a bot')
    .addOption(
      new Option(
        '--log-level <level>',
        'how much to tell (default: debug at a terminal, info otherwise)',
      ).choices(LEVELS),
    )
    .action(async (files: string[], { logLevel }: { logLevel?: Level }) => {
      done(await commands.run(files, logLevel));
    });

  usher
    .command('check')
    .description('say what is wrong with the files, or what would run; listens nowhere')
    .argument('<file...>', 'YAML files, as for run')
    .action(async (files: string[]) => {
      done(await commands.check(files));
    });

  usher
    .command('chat')
    .description('invite somebody and talk: your terminal is the peer')
    .argument('<address>', 'whom to invite, such as sip:echo@127.0.0.1', address)
    .option('--from <address>', 'who you are', address)
    .addOption(
      new Option('--transport <transport>', 'how to get there')
        .choices(['udp', 'tcp', 'ws'])
        .default('udp'),
    )
    .option('--subject <text>', 'what it is about')
    .option('--follow', 'go where a forward leads without asking', false)
    .addHelpText('after', CHAT_HELP)
    .action(async (target: Address, options: Omit<ChatRequest, 'target'>) => {
      done(await commands.chat({ target, ...options }));
    });

  return usher;
}

const CHAT_HELP = `
When standard input is not a terminal, each of its lines is said, and each reply
is printed as it comes. After the last line, replies have settled when one has
come and no other for 1 second, or when none has come for 5 seconds; while the
other end is typing, it has 10 seconds to finish. How things stand goes to
standard error. Exits with 0 when all was delivered.`;

function address(text: string): Address {
  const read = Address.from(text) ?? Address.from(`sip:${text}`);
  if (read?.scheme === 'sip') return read;
  throw new InvalidArgumentError('Write an address like sip:echo@127.0.0.1.');
}
