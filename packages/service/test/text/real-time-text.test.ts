import { describe, expect, it } from '@jest/globals';
import { createHost, type Host, type Plugin } from '@usher/core';
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
});
