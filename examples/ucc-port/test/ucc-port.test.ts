import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Host } from '@usher/core';
import { ScriptedCaller, VirtualClock, type Introduction, type Visitor } from '@usher/core/testing';
import { prepare } from '@usher/service';

import * as uccPort from '../src/ucc-port.js';

const FILE = join(__dirname, '..', 'usher.yaml');
const TEXT = readFileSync(FILE, 'utf8');
const ALICE = 'sip:alice@example.com';
const DESK = 'sip:desk@example.org';
const ID = 'AdKjt1Xy9lDJ8KRjRYaBRsRaq4N/vw==';
const CONFERENCE = {
  contentType: 'application/ms-conf-invite+xml',
  body: new TextEncoder().encode(
    '<Conferencing version="2.0"><focus-uri>sip:alice@example.com;gruu;opaque=app:conf:focus:id:1</focus-uri></Conferencing>',
  ),
};

let clock: VirtualClock;
let caller: ScriptedCaller;
let host: Host;

/** The house of `usher.yaml`, with a caller at its door instead of SIP. */
beforeEach(async () => {
  clock = new VirtualClock();
  caller = new ScriptedCaller({ clock });
  const prepared = await prepare(
    { sources: [{ file: FILE, text: TEXT }], problems: [] },
    {
      environment: {},
      clock,
      modules: { resolve: (module) => module, load: () => Promise.resolve({ ...uccPort }) },
      userAgent: () => caller,
    },
  );
  host = prepared.host;
  await host.open();
});

afterEach(async () => {
  const closing = host.close();
  await clock.advance(60_000);
  await closing;
});

async function invite(introduction: Partial<Introduction> = {}): Promise<Visitor> {
  const visitor = caller.knock({ from: ALICE, to: DESK, ...introduction });
  await visitor.answer;
  await clock.settle();
  return visitor;
}

/** Somebody invites to a conference, by the ID of a conversation. */
function escalate(conversationId: string | undefined, from = ALICE): Promise<Visitor> {
  return invite({
    from,
    type: 'application',
    application: CONFERENCE,
    ...(conversationId !== undefined && { conversationId }),
  });
}

describe('the ported sample', () => {
  it.each(['im', 'audio-video', 'conference', 'application'] as const)(
    'accepts a session of the kind %s',
    async (type) => {
      expect(await (await invite({ type })).answer).toMatchObject({ type: 'accepted' });
    },
  );

  it('rejects a session of a kind that nobody knows', async () => {
    const visitor = await invite({ type: 'unknown' });
    expect(await visitor.answer).toMatchObject({ type: 'rejected', status: 488 });
  });

  it('talks in a session of instant messaging', async () => {
    const alice = await invite();
    await alice.say('hello');
    expect(await alice.hears(1)).toEqual(['You said: hello']);
  });

  it('declines where No is pressed, and forwards where somebody else is to be asked', async () => {
    expect(await (await invite({ from: 'sip:x@pest.example' })).answer).toMatchObject({
      type: 'rejected',
      status: 603,
    });
    expect(await (await invite({ from: 'sip:boss@example.com' })).answer).toEqual({
      type: 'forwarded',
      status: 302,
      targets: ['sip:frontdesk@example.com'],
    });
  });
});

describe('an escalation', () => {
  it('ends the original session, which its conversation ID finds', async () => {
    const alice = await invite({ conversationId: ID });
    const other = await invite({ conversationId: 'another' });
    const conference = await escalate(ID);
    await alice.leftAlone();
    expect(await conference.answer).toMatchObject({ type: 'accepted' });
    expect(conference.receiver.ends).toEqual([]);
    expect(other.receiver.ends).toEqual([]);
    expect(host.sessions).toBe(2);
  });

  it('ends nothing by an ID that is not known, or by none', async () => {
    const alice = await invite({ conversationId: ID });
    const unnamed = await invite();
    await escalate('unknown');
    await escalate(undefined);
    expect([...alice.receiver.ends, ...unnamed.receiver.ends]).toEqual([]);
  });

  it('ends nothing where somebody else claims the ID', async () => {
    const alice = await invite({ conversationId: ID });
    await escalate(ID, 'sip:mallory@example.net');
    expect(alice.receiver.ends).toEqual([]);
  });

  it('finds the second session where one of the same ID ended before it', async () => {
    const first = await invite({ conversationId: ID });
    const second = await invite({ conversationId: ID });
    await first.hangUp();
    await clock.settle();
    await escalate(ID);
    await second.leftAlone();
    expect(second.receiver.ends).toHaveLength(1);
  });

  it('leaves the inviter free to hang up as well', async () => {
    const alice = await invite({ conversationId: ID });
    await alice.hangUp();
    expect(await (await escalate(ID)).answer).toMatchObject({ type: 'accepted' });
  });
});
