import { afterEach, describe, expect, it } from '@jest/globals';
import { Address, plainText } from '@usher/core';
import type { Door, Invited } from '@usher/core/adapter';
import { RecordingReceiver } from '@usher/core/testing';
import { sip, type SipUserAgent } from '@usher/sip';

import { ECHO, running } from '../stage.js';

const SHUT: Door = { knock: () => ({ status: 480 }), violated: () => undefined };
const callers: SipUserAgent[] = [];

/** Somebody who invites over real sockets. */
async function caller(): Promise<SipUserAgent> {
  const userAgent = sip({ listen: ['sip:127.0.0.1:0;transport=udp'] });
  callers.push(userAgent);
  await userAgent.open(SHUT);
  return userAgent;
}
afterEach(async () => {
  await Promise.all(callers.splice(0).map((userAgent) => userAgent.close()));
});

const LISTEN = 'sip:127.0.0.1:0;transport=udp';
const ANYWHERE = ECHO.replace('sip:127.0.0.1:5060;transport=udp', LISTEN);

/** A house on a port of its own, whose time to drain moves by hand. */
async function open() {
  const userAgent = sip({ listen: [LISTEN] });
  const house = running(ANYWHERE, false, {}, userAgent);
  while (userAgent.listening.length === 0) await house.clock.settle();
  const port = userAgent.listening[0]?.port ?? 0;
  return { ...house, userAgent, target: Address.parse(`sip:echo@127.0.0.1:${port}`) };
}

function mediumOf(invited: Invited) {
  if (invited.type !== 'accepted') throw new Error(`it was ${invited.type}`);
  return invited.medium;
}

describe('a house on real sockets', () => {
  it('echoes', async () => {
    const { target, stop, done } = await open();
    const alice = await caller();
    const receiver = new RecordingReceiver();
    const medium = mediumOf(await alice.invite(target, receiver));
    expect(await medium.send(plainText('hello'), 'm1')).toEqual({ type: 'delivered', status: 200 });
    await receiver.until(({ messages }) => messages.length > 0);
    expect(receiver.texts).toEqual(['hello']);
    await medium.end({ by: 'peer', why: 'hung-up' });
    stop();
    expect(await done).toBe(true);
  });

  it('that closes under load answers 503, lets talk go on, and ends what is left politely', async () => {
    const { target, clock, stop, done, userAgent } = await open();
    const alice = await caller();
    const receivers = Array.from({ length: 20 }, () => new RecordingReceiver());
    const mediums = (await Promise.all(receivers.map((one) => alice.invite(target, one)))).map(
      mediumOf,
    );
    stop();
    const late = await Promise.all(
      Array.from({ length: 20 }, () => alice.invite(target, new RecordingReceiver())),
    );
    expect(late.map((one) => one.type === 'rejected' && one.status)).toEqual(Array(20).fill(503));
    const fates = await Promise.all(
      mediums.map((one, index) => one.send(plainText(`m${index}`), `m${index}`)),
    );
    expect(fates).toEqual(fates.map(() => ({ type: 'delivered', status: 200 })));
    await Promise.all(receivers.map((one) => one.until(({ messages }) => messages.length > 0)));
    expect(receivers.flatMap((one) => one.ends)).toEqual([]);
    await clock.advance(10_000);
    await Promise.all(receivers.map((one) => one.until(({ ends }) => ends.length > 0)));
    expect(receivers.flatMap((one) => one.ends).every((end) => end.by === 'peer')).toBe(true);
    expect(await done).toBe(true);
    expect(userAgent.listening).toEqual([]);
  });

  it('names the line of a port that is in use, and holds none of the others', async () => {
    const other = await open();
    const free = sip({ listen: ['sip:127.0.0.1:0;transport=tcp'] });
    await free.open(SHUT);
    const tcp = free.listening[0]?.port ?? 0;
    await free.close();
    const listen = [
      `sip:127.0.0.1:${tcp};transport=tcp`,
      `sip:127.0.0.1:${other.target.port};transport=udp`,
    ];
    const text = ECHO.replace(
      'listen: sip:127.0.0.1:5060;transport=udp',
      `listen:\n  - ${listen.join('\n  - ')}`,
    );
    await expect(running(text, false, {}, sip({ listen })).done).rejects.toThrow(
      `usher.yaml:3:5: udp 127.0.0.1:${other.target.port} is in use already`,
    );
    const again = sip({ listen: listen.slice(0, 1) });
    await again.open(SHUT);
    await again.close();
    other.stop();
    await other.done;
  });
});
