import { describe, expect, it } from '@jest/globals';
import { Address } from '@usher/core';
import { CommanderError } from 'commander';

import { type Commands, program } from '../../src/cli/program.js';

/** What a command line comes to: what was asked for, the exit code, or commander's own. */
async function asked(...words: string[]): Promise<unknown[]> {
  const calls: unknown[] = [];
  const note =
    (name: string) =>
    (...args: unknown[]): Promise<number> => {
      calls.push(name, ...args);
      return Promise.resolve(7);
    };
  const commands: Commands = {
    run: note('run'),
    check: note('check'),
    chat: note('chat'),
    tryBot: note('tryBot'),
  };
  const usher = program(commands, '1.2.3', (code) => calls.push(code));
  let written = '';
  for (const command of [usher, ...usher.commands]) {
    command.configureOutput({
      writeOut: (text) => (written += text),
      writeErr: (text) => (written += text),
    });
  }
  try {
    await usher.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    calls.push(error.exitCode, written);
  }
  return calls;
}

describe('the usher command', () => {
  it('runs and checks files', async () => {
    expect(await asked('run', 'a.yaml', 'b.yaml')).toEqual([
      'run',
      ['a.yaml', 'b.yaml'],
      undefined,
      'kept',
      7,
    ]);
    expect(await asked('run', '--log-level', 'warn', 'a.yaml')).toEqual([
      'run',
      ['a.yaml'],
      'warn',
      'kept',
      7,
    ]);
    expect(await asked('run', '--error-messages', 'a.yaml')).toEqual([
      'run',
      ['a.yaml'],
      undefined,
      'told',
      7,
    ]);
    expect(await asked('check', 'a.yaml')).toEqual(['check', ['a.yaml'], 7]);
  });

  it('chats with an address', async () => {
    const [name, request, code] = await asked('chat', 'sip:echo@127.0.0.1');
    expect([name, code]).toEqual(['chat', 7]);
    expect(request).toEqual({
      target: { address: Address.parse('sip:echo@127.0.0.1'), transport: 'udp' },
      follow: false,
      md5: false,
    });
    const [, more] = await asked(
      'chat',
      'echo@127.0.0.1:5070',
      '--from',
      'sip:me@example.com',
      '--transport',
      'ws',
      '--subject',
      'urgent',
      '--follow',
      '--user',
      'me',
      '--md5',
      '--ca',
      'authority.pem',
    );
    expect(more).toEqual({
      target: { address: Address.parse('sip:echo@127.0.0.1:5070'), transport: 'ws' },
      from: Address.parse('sip:me@example.com'),
      subject: 'urgent',
      follow: true,
      user: 'me',
      md5: true,
      ca: 'authority.pem',
    });
  });

  it('tries a bot without a network', async () => {
    expect(await asked('chat', '--bot', './my-bot.js')).toEqual([
      'tryBot',
      { bot: { text: './my-bot.js', module: './my-bot.js', name: 'default' }, config: [] },
      7,
    ]);
    const words = ['--bot', 'my-bot.js#desk', 'sip:desk@example.com', '--from', 'me@example.com'];
    const [, request] = await asked(
      'chat',
      ...words,
      '--subject',
      'urgent',
      '--config',
      'greeting=Hi',
      '--config',
      'more.yaml',
    );
    expect(request).toEqual({
      bot: { text: './my-bot.js#desk', module: './my-bot.js', name: 'desk' },
      target: Address.parse('sip:desk@example.com'),
      from: Address.parse('sip:me@example.com'),
      subject: 'urgent',
      config: ['greeting=Hi', 'more.yaml'],
    });
  });

  it.each([
    [[], 'Usage: usher'],
    [['chat'], 'Write whom to invite, or --bot ./my-bot.js'],
    [['chat', '--bot', 'a b'], 'Write ./my-bot.js, ./my-bot.js#export or package#export.'],
    [['chat', '--bot', './a.js', 'tel:+49301234'], 'Write an address like sip:echo@127.0.0.1'],
    [['chat', '--bot', './a.js', '--user', 'alice'], 'cannot be used with option'],
    [['chat', 'sip:a@b', '--config', 'a=1'], '--config is that of a --bot'],
    [['run'], "missing required argument 'file'"],
    [['runn', 'a.yaml'], 'Did you mean run?'],
    [['run', '--loud', 'a.yaml'], "unknown option '--loud'"],
    [['run', '--log-level', 'all', 'a.yaml'], 'Allowed choices are error, warn, info, debug'],
    [['chat', 'tel:+49301234'], 'Write an address like sip:echo@127.0.0.1'],
    [['chat', 'sip:a@b', '--transport', 'pigeon'], 'Allowed choices are udp, tcp, tls, ws, wss'],
    [['chat', 'sip:a@b;transport=tls', '--transport', 'tcp'], 'leave one of them out'],
    [['chat', 'sip:a@b', '--password', 'secret'], "unknown option '--password'"],
  ])('does not understand %j', async (words, why) => {
    const [code, written] = await asked(...words);
    expect(code).not.toBe(0);
    expect(written).toContain(why);
  });

  it('tells its version', async () => {
    expect(await asked('--version')).toEqual([0, '1.2.3\n']);
  });

  it('tells what its exit codes mean', async () => {
    const [code, help] = await asked('--help');
    expect(code).toBe(0);
    expect(help).toContain('Exit codes: 0 all went well');
  });
});
