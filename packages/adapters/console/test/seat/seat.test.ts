import { describe, expect, it } from '@jest/globals';
import {
  accept,
  Address,
  type Bot,
  type Decision,
  forward,
  type Host,
  type Invitation,
  plainText,
  reject,
} from '@usher/core';

import { person, script } from './desk.js';

/** Says back what it hears, until it hears `bye`. */
const echo: Bot = {
  decide: () =>
    accept(async (session) => {
      for await (const { text } of session.messages) {
        if (text === 'bye') return;
        if (text === 'boom') throw new Error('no idea');
        await session.send(text);
      }
    }),
};

describe('a script at a seat', () => {
  it('invites the bot once, as a person of the medium console', async () => {
    const invitations: Invitation[] = [];
    const bot: Bot = {
      decide: (invitation) => {
        invitations.push(invitation);
        return accept(() => undefined);
      },
    };
    const { leave, visited } = await script(bot);
    leave();
    await visited;
    const facts = invitations.map(({ inviter, endpoint, type, medium, subject }) => [
      inviter.userAtHost,
      endpoint.userAtHost,
      type,
      medium,
      subject,
    ]);
    expect(facts).toEqual([['alice@example.com', 'bot@localhost', 'im', 'console', 'a question']]);
  });

  it('says each line, hears each reply, and leaves when they have settled', async () => {
    const { clock, host, input, shown, visited } = await script(echo);
    input.push('one');
    input.push('two');
    input.end();
    await clock.advance(1_000);
    expect(await visited).toBe(true);
    expect(shown.out).toBe('one\ntwo\n');
    expect(shown.errors).toBe('Inviting bot@localhost …\nAccepted.\n');
    expect(host.sessions).toBe(0);
  });

  it('is well where the bot leaves after the last line', async () => {
    const { clock, input, shown, visited } = await script(echo);
    input.push('bye');
    input.end();
    await clock.advance(1_000);
    expect(await visited).toBe(true);
    expect(shown.errors).toContain('bot has left.\n');
  });

  it('is not well where the conversation of the bot fails, and hears that', async () => {
    const { clock, input, shown, visited } = await script(echo);
    input.push('boom');
    input.end();
    await clock.advance(1_000);
    expect(await visited).toBe(false);
    expect(shown.errors).toContain('bot has left: something failed there.\n');
  });

  it('hears why it is rejected', async () => {
    const { shown, visited } = await script({ decide: () => reject('busy', { text: 'At lunch' }) });
    expect(await visited).toBe(false);
    expect(shown.errors).toContain(
      'Not accepted: 486 At lunch (busy: no session is free just now).',
    );
  });

  it('hears the name of the reason where the bot gave no text', async () => {
    const { shown, visited } = await script({ decide: () => reject('decline') });
    expect(await visited).toBe(false);
    expect(shown.errors).toContain('Not accepted: 603 decline (declined).');
  });

  it('hears where a forward leads, and cannot go there', async () => {
    const { shown, visited } = await script({ decide: () => forward('sip:desk@example.com') });
    expect(await visited).toBe(false);
    expect(shown.errors).toContain('bot@localhost forwards you to sip:desk@example.com.\n');
    expect(shown.errors).not.toContain('Follow');
  });

  it('hears that it rings while the bot takes its time', async () => {
    let decide: (decision: Decision) => void = () => undefined;
    const decided = new Promise<Decision>((resolve) => {
      decide = resolve;
    });
    const { clock, shown, visited } = await script({ decide: () => decided });
    await clock.advance(15_000);
    expect(shown.errors).toBe('Inviting bot@localhost …\n180 Ringing …\n');
    decide(reject('decline'));
    expect(await visited).toBe(false);
    expect(shown.errors).toContain('603');
  });

  it('takes the invitation back when it leaves before the answer', async () => {
    let signal: AbortSignal | undefined;
    const { host, leave, visited } = await script({
      decide: (invitation) => {
        ({ signal } = invitation);
        return new Promise(() => undefined);
      },
    });
    leave();
    expect(await visited).toBe(false);
    expect(signal?.aborted).toBe(true);
    expect(host.state.pending.used).toBe(0);
  });

  it('is in a session to which the bot invites, as well, and goes back when that is over', async () => {
    const hosts: Host[] = [];
    const heard: string[] = [];
    const { clock, host, input, shown, visited } = await script({
      decide: () =>
        accept(async (session) => {
          for await (const { text } of session.messages) {
            heard.push(`here: ${text}`);
            if (text !== 'invite me') continue;
            await hosts[0]!.invite(
              'sip:alice@example.com',
              async (other) => {
                await other.send('here as well');
                for await (const { text: there } of other.messages) {
                  heard.push(`there: ${there}`);
                  return;
                }
              },
              { subject: 'a reminder', bot: 'bot' },
            );
          }
        }),
    });
    hosts.push(host);
    input.push('invite me');
    await clock.advance(10);
    input.push('one');
    await clock.advance(10);
    input.push('two');
    input.end();
    await clock.advance(6_000);
    expect(await visited).toBe(true);
    expect(heard).toEqual(['here: invite me', 'there: one', 'here: two']);
    expect(shown.out).toBe('here as well\n');
    expect(shown.errors).toContain('invited you about "a reminder".');
    expect(shown.errors).toContain('bot has left that session.');
  });
});

describe('a message of the house outside any session', () => {
  it('is printed, and the session goes on', async () => {
    const { clock, input, userAgent, shown, visited } = await script(echo);
    const target = Address.parse('sip:alice@example.com');
    const sent = userAgent.send(target, plainText('the desk closes at six'));
    await clock.advance(10);
    expect(await sent).toEqual({ type: 'delivered', status: 200 });
    expect(shown.out).toBe('the desk closes at six\n');
    input.push('still here');
    input.end();
    await clock.advance(1_000);
    expect(await visited).toBe(true);
    expect(shown.out).toBe('the desk closes at six\nstill here\n');
  });
});

describe('a person at a seat', () => {
  it('sees what is said and who is typing, and hangs up with Ctrl-C', async () => {
    const typing: string[] = [];
    const { clock, host, terminal, type, enter, interrupt, visited } = await person({
      decide: () =>
        accept(async (session) => {
          session.composing.subscribe((composing) => typing.push(composing));
          for await (const { text } of session.messages) {
            session.compose();
            clock.at(clock.now() + 3_000, () => void session.send(`you said ${text}`));
          }
        }),
    });
    type('hel');
    await clock.settle();
    expect(typing).toEqual(['active']);
    enter('lo');
    await clock.advance(10);
    expect(terminal.written).toContain('you  hello\n');
    expect(terminal.written).toContain('  bot is typing…');
    await clock.advance(3_000);
    expect(terminal.written).toContain('bot  you said hello\n');
    interrupt();
    expect(await visited).toBe(true);
    expect(terminal.released).toBe(true);
    await clock.settle();
    expect(host.sessions).toBe(0);
  });

  it('is asked before it comes to a session to which the bot invites', async () => {
    const answers: string[] = [];
    const hosts: Host[] = [];
    const { clock, host, terminal, type, enter, visited } = await person({
      decide: () =>
        accept(async (session) => {
          for await (const _ of session.messages) {
            const { type: answer } = await hosts[0]!.invite(
              'sip:alice@example.com',
              (other) => void other.send('welcome'),
              { bot: 'bot' },
            );
            answers.push(answer);
          }
        }),
    });
    hosts.push(host);
    enter('invite me');
    await clock.advance(10);
    expect(terminal.written).toContain('bot@localhost invites you. Accept? (y/n)');
    type('n');
    await clock.advance(10);
    expect(answers).toEqual(['rejected']);
    enter('again');
    await clock.advance(10);
    type('y');
    await clock.advance(10);
    expect(answers).toEqual(['rejected', 'accepted']);
    expect(terminal.written).toContain('bot  welcome\n');
    enter('/quit');
    await clock.advance(10);
    expect(await visited).toBe(true);
    expect(host.sessions).toBe(0);
  });
});
