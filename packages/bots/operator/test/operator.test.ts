import { afterEach, describe, expect, it } from '@jest/globals';
import {
  accept,
  Address,
  type Bot,
  createHost,
  type Host,
  reject,
  type Session,
} from '@usher/core';
import { type Introduction, ScriptedCaller, type Visitor, VirtualClock } from '@usher/core/testing';

import { Operator, OperatorConfig } from '../src/index.js';

const from = 'sip:alice@example.com';
const to = 'sip:reception@example.org';

const desks = [
  { name: 'Sales', words: ['buy', 'price list'], forward: 'sip:sales@example.org' },
  { name: 'Support', words: ['help', 'broken'], handOver: 'support' },
];

/** A desk that takes whoever is handed over, and says so. */
const support: Bot = {
  decide: (invitation) => (invitation.subject === 'refuse me' ? reject('busy') : accept(takeOver)),
};

async function takeOver(session: Session): Promise<void> {
  await session.send('Support here.');
  for await (const message of session.messages)
    await session.send(`Support heard: ${message.text}`);
}

describe('the operator', () => {
  let clock: VirtualClock;
  let host: Host;
  let caller: ScriptedCaller;

  async function reception(config: Record<string, unknown> = {}): Promise<void> {
    clock = new VirtualClock();
    caller = new ScriptedCaller({ clock });
    host = await createHost({
      userAgents: [caller],
      clock,
      bots: [
        { id: 'operator', plugin: Operator, order: 1, config: { desks, ...config } },
        { id: 'support', plugin: support, order: 2, match: () => false },
      ],
    });
    await host.open();
  }

  afterEach(async () => {
    const closing = host.close();
    await clock.advance(60_000);
    await closing;
  });

  async function arrive(introduction: Partial<Introduction> = {}): Promise<Visitor> {
    const visitor = caller.knock({ from, to, ...introduction });
    await clock.settle();
    return visitor;
  }

  async function say(visitor: Visitor, text: string): Promise<void> {
    expect(await visitor.say(text)).toEqual({ type: 'taken' });
    await clock.settle();
  }

  it('goes along where somebody takes the talk to a conference, whatever a rule says', async () => {
    await reception({
      question: 'Whom would you like?',
      desks: [{ ...desks[0], when: { subject: ['move*'] } }],
    });
    const alice = await arrive({ conversationId: 'f=0' });
    await alice.hears(1);
    const conference = await arrive({
      type: 'application',
      subject: 'move over',
      conversationId: 'f=0',
      context: new Map([['conference', {}]]),
    });
    expect(await conference.answer).toMatchObject({ type: 'accepted' });
    await alice.leftAlone();
    await conference.say('Sales');
    expect((await conference.hears(1))[0]).toContain('sip:sales@example.org');
  });

  it('says who goes on, where it was given the words for it', async () => {
    await reception({ texts: { through: '{desk} goes on with you.' } });
    const alice = await arrive();
    await say(alice, 'help');
    expect(alice.heard.slice(1)).toEqual(['Support goes on with you.', 'Support here.']);
  });

  it('greets, asks, and tells whoever wants a desk elsewhere where to write', async () => {
    await reception({ greeting: 'Welcome.' });
    const alice = await arrive();
    expect(alice.heard).toEqual(['Welcome.', 'Whom would you like to speak to?']);
    await say(alice, 'I would like to BUY something');
    expect(alice.heard.at(-1)).toBe('Please write to sip:sales@example.org.');
    await alice.leftAlone();
    expect(host.sessions).toBe(0);
  });

  it('hands over to another bot of the house, and the peer notices nothing but a new voice', async () => {
    await reception();
    const alice = await arrive();
    await say(alice, 'Help! My printer is on fire.');
    expect(alice.heard).toEqual(['Whom would you like to speak to?', 'Support here.']);
    await say(alice, 'It is still on fire.');
    expect(alice.heard.at(-1)).toBe('Support heard: It is still on fire.');
    expect(alice.receiver.ends).toEqual([]);
  });

  it('lists its desks for somebody who names none, and asks once more', async () => {
    await reception();
    const alice = await arrive();
    await say(alice, 'the boss');
    expect(alice.heard.at(-1)).toBe(
      'I can put you through to: Sales, Support. Whom would you like to speak to?',
    );
    await say(alice, 'sales');
    expect(alice.heard.at(-1)).toBe('Please write to sip:sales@example.org.');
  });

  it('gives up on somebody who names none twice, where there is no fallback', async () => {
    await reception();
    const alice = await arrive();
    await say(alice, 'the boss');
    await say(alice, 'THE BOSS');
    expect(alice.heard.at(-1)).toMatch(/^I am sorry/);
    await alice.leftAlone();
  });

  it('falls back on another way for somebody who names no desk twice', async () => {
    await reception({ fallback: { handOver: 'support' } });
    const alice = await arrive();
    await say(alice, 'hm');
    await say(alice, 'hm');
    expect(alice.heard.at(-1)).toBe('Support here.');
  });

  it('finds a desk by whole words and phrases, whatever stands around them', async () => {
    await reception();
    const answers: [string, boolean][] = [
      ['the price list, please', true],
      ['Price-List?', true],
      ['a list of prices', false],
      ['buyer', false],
      ['rebuy', false],
      ['(sales)', true],
    ];
    for (const [answer, meant] of answers) {
      // oxlint-disable-next-line no-await-in-loop -- one visitor after the other
      const alice = await arrive();
      // oxlint-disable-next-line no-await-in-loop -- one visitor after the other
      await say(alice, answer);
      expect([answer, alice.heard.at(-1)?.startsWith('Please write to')]).toEqual([answer, meant]);
    }
  });

  it('takes the first message of an invitation for the answer', async () => {
    await reception();
    const alice = await arrive({ firstMessage: 'price list?' });
    expect(alice.heard).toEqual(['Please write to sip:sales@example.org.']);
  });

  it('asks somebody who is silent again, and then lets them go', async () => {
    await reception({ timeout: '30s', attempts: 2, texts: { silent: 'Good night.' } });
    const alice = await arrive();
    await clock.advance(29_999);
    expect(alice.heard).toHaveLength(1);
    await clock.advance(1);
    expect(alice.heard.at(-1)).toBe('Are you still there? Whom would you like to speak to?');
    await clock.advance(30_000);
    expect(alice.heard.at(-1)).toBe('Good night.');
    await alice.leftAlone();
  });

  it('takes what is no text for no answer', async () => {
    await reception();
    const alice = await arrive();
    await alice.say({ contentType: 'image/png', body: Uint8Array.of(0x89, 0xff, 0x00) });
    await clock.settle();
    expect(alice.heard.at(-1)).toMatch(/^I can put you through to/);
  });

  it('says so when a desk of the house cannot take over, and falls back', async () => {
    await reception({ fallback: { forward: 'sip:desk@example.org' } });
    const alice = await arrive({ subject: 'refuse me' });
    await say(alice, 'help');
    expect(alice.heard.slice(-2)).toEqual([
      'I am sorry, Support cannot take over now.',
      'Please write to sip:desk@example.org.',
    ]);
    await alice.leftAlone();
  });

  it('does not fall back on what has just failed', async () => {
    await reception({
      fallback: { handOver: 'nobody' },
      desks: [{ name: 'a', handOver: 'nobody' }],
    });
    const alice = await arrive();
    await say(alice, 'a');
    expect(alice.heard.slice(1)).toEqual(['I am sorry, a cannot take over now.']);
    await alice.leftAlone();
  });

  it('forwards by rule before a word is said, the preferred target first', async () => {
    const targets = ['sip:first@example.org', 'sip:second@example.org'];
    const when = { subject: ['*invoice*', 'Bill'], from: '*@example.com' };
    await reception({ desks: [{ name: 'books', forward: targets, when }] });
    const asked = async (introduction: Partial<Introduction>): Promise<unknown> =>
      caller.knock({ from, to, ...introduction }).answer;
    const forwarded = { type: 'forwarded', status: 302, targets };
    expect(await asked({ subject: 'Your INVOICE of March' })).toMatchObject(forwarded);
    expect(await asked({ subject: ' bill ', type: 'audio-video' })).toMatchObject(forwarded);
    expect(await asked({ subject: 'billing' })).toEqual({ type: 'accepted' });
    expect(await asked({})).toEqual({ type: 'accepted' });
    expect(await asked({ subject: 'bill', from: 'sip:bob@example.net' })).toEqual({
      type: 'accepted',
    });
  });

  it('sends nobody round in circles', async () => {
    const forward = [from, to, 'sip:was@example.org', 'sip:new@example.org'];
    await reception({ desks: [{ name: 'all', forward, when: { from: '*' } }] });
    const history = [{ address: Address.parse('sip:was@example.org') }];
    const visitor = await arrive({ history });
    expect(await visitor.answer).toMatchObject({ targets: ['sip:new@example.org'] });
  });

  it('answers by itself where a rule leads nowhere but back', async () => {
    await reception({ desks: [{ name: 'all', forward: from, when: { from: '*' } }] });
    const visitor = await arrive();
    expect(await visitor.answer).toEqual({ type: 'accepted' });
  });

  it('hands over by rule without asking', async () => {
    await reception({ desks: [{ name: 'all', handOver: 'support', when: { subject: 'urgent' } }] });
    const alice = await arrive({ subject: 'Urgent' });
    expect(alice.heard).toEqual(['Support here.']);
  });

  it('passes on what is no message session', async () => {
    await reception();
    const visitor = await arrive({ type: 'audio-video' });
    expect(await visitor.answer).toMatchObject({ type: 'rejected', status: 480 });
  });

  it('takes it calmly when somebody hangs up in the middle of a question', async () => {
    await reception();
    const failures: unknown[] = [];
    host.activity.subscribe((activity) => {
      if (activity.type === 'failed') failures.push(activity);
    });
    const alice = await arrive();
    await alice.hangUp();
    await clock.advance(600_000);
    expect(host.sessions).toBe(0);
    expect(failures).toEqual([]);
  });

  it('says things in its operator’s own words', async () => {
    const texts = { unknown: '{desks}? {what}', writeTo: '{desk}: {address}' };
    await reception({ question: 'Wen?', texts });
    const alice = await arrive();
    await say(alice, '{address}');
    await say(alice, 'sales');
    expect(alice.heard).toEqual(['Wen?', 'Sales, Support? {what}', 'Sales: sip:sales@example.org']);
  });
});

describe('the configuration of an operator', () => {
  it.each([
    [{ desks: [] }, 'desks'],
    [{ desks: [{ name: 'a' }] }, 'either `forward` or `handOver`'],
    [
      { desks: [{ name: 'a', forward: 'sip:a@b', handOver: 'b' }] },
      'either `forward` or `handOver`',
    ],
    [{ desks: [{ name: 'a', forward: 'sales' }] }, 'no address'],
    [{ desks: [{ name: 'a', handOver: 'b', when: {} }] }, 'needs `subject` or `from`'],
    [{ desks: [{ name: 'a', handOver: 'b', when: { from: '<a>' } }] }, 'no pattern of addresses'],
    [{ desks, timeout: 'soon' }, 'a length of time'],
    [{ desks, fallback: {} }, 'a fallback needs'],
    [{ desks, greetings: 'hello' }, 'greetings'],
  ])('%j is refused, and says what is wrong', (config, complaint) => {
    const { error } = OperatorConfig.safeParse(config);
    expect(JSON.stringify(error?.issues)).toContain(complaint);
  });
});
