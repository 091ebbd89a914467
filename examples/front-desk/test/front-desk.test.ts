import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from '@jest/globals';
import { Address, plainText } from '@usher/core';
import { type Door, type Invited, systemClock } from '@usher/core/adapter';
import { RecordingReceiver } from '@usher/core/testing';
import * as echo from '@usher/echo';
import * as gatekeeper from '@usher/gatekeeper';
import * as operator from '@usher/operator';
import { prepare, type Prepared } from '@usher/service';
import { sip, type SipUserAgent } from '@usher/sip';

const FILE = join(__dirname, '..', 'usher.yaml');
/** The file as it stands, but for the ports: any that are free. */
const TEXT = readFileSync(FILE, 'utf8').replaceAll(/(127\.0\.0\.1):50\d\d/g, '$1:0');

const BOTS = new Map<string, Readonly<Record<string, unknown>>>([
  ['@usher/echo', echo],
  ['@usher/gatekeeper', gatekeeper],
  ['@usher/operator', operator],
]);
const SHUT: Door = { knock: () => ({ status: 480 }), violated: () => undefined };

let desk: Prepared | undefined;
let caller: SipUserAgent | undefined;
afterEach(async () => {
  await caller?.close();
  await desk?.host.close();
});

/** Opens the front desk, and invites somebody there. */
async function invite(user: string, options: { from?: string; subject?: string } = {}) {
  desk = await prepare(
    { sources: [{ file: FILE, text: TEXT }], problems: [] },
    {
      environment: {},
      clock: systemClock,
      modules: {
        resolve: (module) => module,
        load: (location) => Promise.resolve(BOTS.get(location) ?? {}),
      },
      userAgent: ({ listen }) => sip({ listen: listen.map(({ text }) => text) }),
    },
  );
  await desk.host.open();
  caller = sip({ listen: ['sip:127.0.0.1:0;transport=udp'] });
  await caller.open(SHUT);
  const place = desk.userAgent.listening.find(({ transport }) => transport === 'udp');
  const target = Address.parse(`sip:${user}@127.0.0.1:${place?.port ?? 0}`);
  const receiver = new RecordingReceiver();
  const invited = await caller.invite(target, receiver, {
    ...(options.from !== undefined && { from: Address.parse(options.from) }),
    ...(options.subject !== undefined && { subject: options.subject }),
  });
  return { invited, receiver };
}

function mediumOf(invited: Invited) {
  if (invited.type !== 'accepted') throw new Error(`it was ${invited.type}`);
  return invited.medium;
}

describe('the front desk', () => {
  it('listens by UDP, TCP and WebSocket', async () => {
    await invite('echo');
    const transports = desk?.userAgent.listening.map(({ transport }) => transport);
    expect(transports).toEqual(['udp', 'tcp', 'ws']);
  });

  it('echoes at echo', async () => {
    const { invited, receiver } = await invite('echo');
    await mediumOf(invited).send(plainText('hello'), 'm1');
    await receiver.until(({ texts }) => texts.length > 0);
    expect(receiver.texts).toEqual(['hello']);
  });

  it('greets at operator, and hands over to echo in the same conversation', async () => {
    const { invited, receiver } = await invite('operator');
    const medium = mediumOf(invited);
    await receiver.until(({ texts }) => texts.length > 1);
    expect(receiver.texts).toEqual([
      'Good day, this is the front desk.',
      'Whom would you like to speak to?',
    ]);
    await medium.send(plainText('Echo, please.'), 'm1');
    await medium.send(plainText('anybody there?'), 'm2');
    await receiver.until(({ texts }) => texts.includes('anybody there?'));
    expect(receiver.ends).toEqual([]);
  });

  it('forwards what is urgent before anything is accepted', async () => {
    const { invited } = await invite('operator', { subject: 'Urgent: fire' });
    expect(invited).toEqual({
      type: 'forwarded',
      status: 302,
      targets: [expect.stringContaining('sip:echo@127.0.0.1')],
    });
  });

  it('turns away who is blocked', async () => {
    const { invited } = await invite('echo', { from: 'sip:pest@spam.example' });
    expect(invited).toMatchObject({ type: 'rejected', status: 603 });
  });

  it('has nobody at other addresses', async () => {
    const { invited } = await invite('nobody');
    expect(invited).toMatchObject({ type: 'rejected', status: 480 });
  });
});
