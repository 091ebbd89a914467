import { describe, expect, it } from '@jest/globals';
import { accept, createHost, forward, type Host, type Plugin, reject } from '@usher/core';
import type { DatagramPlace, Datagrams } from '@usher/rtt';
import { SeededChance, SimulatedWire, VirtualClock } from '@usher/core/testing';
import { echo } from '@usher/echo';
import { RealTimeText } from '@usher/rtt';
import { SipUserAgent } from '@usher/sip';

import { Caller, TEXT_LINES } from './caller.js';

const AUDIO = ['m=audio 4002 RTP/AVP 0', 'a=rtpmap:0 PCMU/8000'];

/** Places for text on the wire, at one address. */
function datagramsOn(wire: SimulatedWire, address: string): Datagrams {
  let used = 0;
  return {
    address,
    get places() {
      return { used, limit: 100 };
    },
    open: async (events) => {
      const network = wire.network([{ transport: 'udp', address, port: 0 }]);
      const [listening] = await network.open({
        receive: (bytes, from) => events.receive(bytes, from.remote),
        closed: () => {},
        failed: () => {},
      });
      used += 1;
      const place: DatagramPlace = {
        port: listening?.port ?? 0,
        send: (bytes, remote) => network.transmit(bytes, { transport: 'udp', remote }),
        close: () => {
          used -= 1;
          void network.close();
        },
      };
      return place;
    },
    close: async () => {},
  };
}

/** A house with one bot that hears SIP and reads real-time text, and somebody who comes there. */
async function scene(
  plugin: Plugin = echo,
  answers = true,
): Promise<{ clock: VirtualClock; host: Host; caller: Caller; datagrams: Datagrams }> {
  const clock = new VirtualClock();
  const chance = new SeededChance(11);
  const wire = new SimulatedWire({ clock, chance, delay: { min: 1, max: 3 } });
  const datagrams = datagramsOn(wire, '192.0.2.1');
  const userAgent = new SipUserAgent({
    network: wire.network([{ transport: 'udp', address: '192.0.2.1', port: 5060 }]),
    clock,
    chance,
    trust: { networks: ['192.0.2.7'] },
    media: answers ? [new RealTimeText({ datagrams, clock, chance })] : [],
  });
  const host = await createHost({
    userAgents: [userAgent],
    bots: [{ id: 'bot', order: 10, plugin }],
    clock,
  });
  await host.open();
  const caller = await Caller.at(clock, wire);
  return { clock, host, caller, datagrams };
}

describe('a caller with real-time text', () => {
  it('converses with the same bots as everybody else', async () => {
    const { clock, caller, host, datagrams } = await scene();
    await caller.invite();
    expect(caller.status).toBe(200);
    expect(caller.answer).toContain(`m=text ${caller.port} RTP/AVP 98 100\r\n`);
    expect(caller.answer).toContain('a=fmtp:100 98/98/98\r\n');
    const { port } = caller;
    for (const written of ['Hel', 'lp\u0008', 'o\u2028']) await caller.write(written, port);
    await clock.advance(3_000);
    expect(caller.written).toBe('Hello\u2028');
    expect(host.sessions).toBe(1);
    await caller.request('BYE');
    await clock.advance(1_000);
    expect(caller.status).toBe(200);
    expect(host.sessions).toBe(0);
    expect(datagrams.places.used).toBe(0);
    await host.close();
  });

  it('is written to first, where the bot has something to say', async () => {
    const greets: Plugin = {
      decide: () =>
        accept(async (session) => {
          const name = await session.ask('Who are you?');
          await session.send(`Hello ${name}.`);
        }),
    };
    const { clock, caller, host } = await scene(greets);
    await caller.invite();
    const { port } = caller;
    await clock.advance(3_000);
    expect(caller.written).toBe('Who are you?\u2028');
    await caller.write('Alice\r\n', port);
    await clock.advance(10_000);
    expect(caller.written).toBe('Who are you?\u2028Hello Alice.\u2028');
    // The conversation is over, and so is the session, once all was said.
    expect(caller.came.at(-1)).toMatch(/^BYE /);
    expect(host.sessions).toBe(0);
    await host.close();
  });

  it('may bring audio as well, which is refused while the text is taken', async () => {
    const { caller, host } = await scene({ decide: () => accept(() => {}) });
    await caller.invite([...AUDIO, ...TEXT_LINES]);
    expect(caller.status).toBe(200);
    expect(caller.answer).toContain('m=audio 0 RTP/AVP 0\r\n');
    expect(caller.answer).toMatch(/m=text [1-9]\d* RTP\/AVP 98 100\r\n/);
    const closing = host.close();
    await caller.clock.advance(5_000);
    await closing;
  });

  it('hears 488 with a warning where nobody in the house reads real-time text', async () => {
    const { caller, host } = await scene(echo, false);
    await caller.invite();
    expect(caller.status).toBe(488);
    expect(caller.came.at(-1)).toMatch(/^Warning: 304 /m);
    await host.close();
  });

  it('of audio alone is rejected, forwarded, or accepted in vain', async () => {
    const decisions = [
      [reject('busy'), 486],
      [forward('sip:desk@example.com'), 302],
      [accept(() => {}), 488],
    ] as const;
    for (const [decision, status] of decisions) {
      const { caller, host } = await scene({ decide: () => decision });
      await caller.invite(AUDIO);
      expect(caller.status).toBe(status);
      await host.close();
    }
  });

  it('may hold the bot, which goes on afterwards where it was', async () => {
    const { clock, caller, host } = await scene();
    await caller.invite();
    const { port } = caller;
    await caller.again([...TEXT_LINES, 'a=sendonly']);
    expect(caller.answer).toContain('a=recvonly\r\n');
    await caller.write('hello\u2028', port);
    await clock.advance(5_000);
    expect(caller.written).toBe('');
    await caller.again(TEXT_LINES);
    await clock.advance(5_000);
    expect(caller.written).toBe('hello\u2028');
    await caller.request('BYE');
    await host.close();
  });
});
