/** The `usher` command: what it understands. */
import { Address } from '@usher/core';
import { Command, InvalidArgumentError, Option } from 'commander';

import { type ChatTarget, chatTarget, type Transport } from '../chat/chat-target.js';
import { PORTS } from '../config/listen.js';
import type { Wording } from '../log/error-facts.js';
import { LEVELS } from '../log/log.js';
import type { Level } from '../log/record.js';
import { type PluginReference, pluginReference } from '../plugins/plugin-reference.js';

/** How `usher chat` is asked for. */
export interface ChatRequest {
  readonly target: ChatTarget;
  readonly from?: Address;
  /** By which name to prove who we are to those who ask. */
  readonly user?: string;
  /** Whether that may be done by MD5. */
  readonly md5: boolean;
  /** The file of an authority that is trusted besides the usual ones. */
  readonly ca?: string;
  readonly subject?: string;
  readonly follow: boolean;
}

/** How `usher chat --bot` is asked for. */
export interface TrialRequest {
  readonly bot: PluginReference;
  /** As whom the bot is invited. */
  readonly target?: Address;
  readonly from?: Address;
  readonly subject?: string;
  /** `key=value`, or names of files. */
  readonly config: readonly string[];
}

type ChatFlags = Omit<ChatRequest, 'target'> & {
  readonly transport?: Transport;
  readonly bot?: PluginReference;
  readonly config?: readonly string[];
};

/** What the command can do; each returns the exit code. */
export interface Commands {
  run(files: readonly string[], level: Level | undefined, wording: Wording): Promise<number>;
  check(files: readonly string[]): Promise<number>;
  chat(request: ChatRequest): Promise<number>;
  tryBot(request: TrialRequest): Promise<number>;
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
    .option(
      '--error-messages',
      'log what errors say as well; bots may have put into them what was said in a session',
      false,
    )
    .action(async (files: string[], options: { logLevel?: Level; errorMessages: boolean }) => {
      const wording = options.errorMessages ? 'told' : 'kept';
      done(await commands.run(files, options.logLevel, wording));
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
    .argument('[address]', 'whom to invite, such as sip:echo@127.0.0.1, or sips:… for TLS')
    .addOption(
      new Option('--bot <plugin>', 'try this bot, with no network: ./my-bot.js, or package#export')
        .argParser(botReference)
        .conflicts(['transport', 'user', 'md5', 'ca', 'follow']),
    )
    .option('--config <word>', 'its configuration: key=value, or a YAML file; repeatable', gathered)
    .option('--from <address>', 'who you are', address)
    .addOption(
      new Option(
        '--transport <transport>',
        'how to get there (default: as the address says; else udp, or tls for sips:)',
      ).choices(Object.keys(PORTS)),
    )
    .option('--user <name>', 'prove who you are by a password, where one is asked for')
    .option('--md5', 'prove it by MD5 where nothing better is offered', false)
    .option('--ca <file>', 'trust this authority as well when certificates are checked (PEM)')
    .option('--subject <text>', 'what it is about')
    .option('--follow', 'go where a forward leads without asking', false)
    .addHelpText('after', CHAT_HELP)
    .action(async (text: string | undefined, options: ChatFlags, command: Command) => {
      const { transport, bot, config, ...others } = options;
      if (bot !== undefined) {
        const { from, subject } = others;
        const target = text === undefined ? undefined : addressOf(text);
        if (text !== undefined && target === undefined) command.error(`error: ${WRITE_ADDRESS}`);
        const request = {
          bot,
          config: config ?? [],
          ...(target && { target }),
          ...(from && { from }),
          ...(subject !== undefined && { subject }),
        };
        done(await commands.tryBot(request));
        return;
      }
      if (config !== undefined) command.error('error: --config is that of a --bot.');
      if (text === undefined) {
        return command.error('error: Write whom to invite, or --bot ./my-bot.js for no network.');
      }
      const target = chatTarget(text, transport);
      if (typeof target === 'string') command.error(`error: ${target}`);
      else done(await commands.chat({ target, ...others }));
    });

  return usher;
}

const CHAT_HELP = `
The password of --user is that in the environment's USHER_PASSWORD; without one,
it is asked for at the terminal. It never travels, but whoever you invite, or are
forwarded to, may ask for a proof of it and try to guess it.

When standard input is not a terminal, each of its lines is said, and each reply
is printed as it comes. After the last line, replies have settled when one has
come and no other for 1 second, or when none has come for 5 seconds; while the
other end is typing, it has 10 seconds to finish. How things stand goes to
standard error. Exits with 0 when all was delivered.

With --bot, a house of that bot alone is opened in this process and invited as
sip:bot@localhost, or as the address. The bot is ./file.js#export or
package#export; without #…, the default export or the one bot that is there.`;

const WRITE_ADDRESS = 'Write an address like sip:echo@127.0.0.1.';

function addressOf(text: string): Address | undefined {
  const read = Address.from(text) ?? Address.from(`sip:${text}`);
  return read?.scheme === 'sip' ? read : undefined;
}

function address(text: string): Address {
  const read = addressOf(text);
  if (read !== undefined) return read;
  throw new InvalidArgumentError(WRITE_ADDRESS);
}

function botReference(text: string): PluginReference {
  // What ends like a file is one: on a command line nobody writes the folder that they are in.
  const read = pluginReference(/^[^@./#][^#]*\.[cm]?[jt]s(?:#|$)/.test(text) ? `./${text}` : text);
  if (read !== undefined) return read;
  throw new InvalidArgumentError('Write ./my-bot.js, ./my-bot.js#export or package#export.');
}

function gathered(word: string, before: readonly string[] = []): readonly string[] {
  return [...before, word];
}
