import { describe, expect, test } from '@jest/globals';
import { SeededChance } from '@usher/core/testing';

import { locate, locateNumeric, type Sought } from '../../src/transport/locate.js';
import type { PointerRecord, Resolver, ServiceRecord } from '../../src/transport/resolver.js';

/** A DNS of three tables that writes down what it was asked. What is not in it fails, as a real one does. */
class Zone implements Resolver {
  readonly asked: string[] = [];
  constructor(
    readonly records: {
      readonly addresses?: Readonly<Record<string, readonly string[]>>;
      readonly services?: Readonly<Record<string, readonly ServiceRecord[]>>;
      readonly pointers?: Readonly<Record<string, readonly PointerRecord[]>>;
    } = {},
  ) {}
  async addresses(host: string): Promise<readonly string[]> {
    return this.#answer('A', host, this.records.addresses?.[host]);
  }
  async services(name: string): Promise<readonly ServiceRecord[]> {
    return this.#answer('SRV', name, this.records.services?.[name]);
  }
  async pointers(domain: string): Promise<readonly PointerRecord[]> {
    return this.#answer('NAPTR', domain, this.records.pointers?.[domain]);
  }
  async #answer<T>(
    type: string,
    name: string,
    found: readonly T[] | undefined,
  ): Promise<readonly T[]> {
    this.asked.push(`${type} ${name}`);
    if (found === undefined) throw new Error('ENOTFOUND');
    return Promise.resolve(found);
  }
}

const OURS = ['udp', 'tcp', 'ws'];
const srv = (name: string, port: number, priority = 0, weight = 0): ServiceRecord => ({
  name,
  port,
  priority,
  weight,
});
const naptr = (
  service: string,
  replacement: string,
  order: number,
  preference = 0,
  flags = 's',
): PointerRecord => ({
  service,
  replacement,
  order,
  preference,
  flags,
});

async function hops(
  sought: Partial<Sought>,
  zone = new Zone(),
  transports: readonly string[] = OURS,
): Promise<string[]> {
  const whole = { scheme: 'sip', host: 'example.com', ...sought };
  const found = await locate(whole, transports, zone, new SeededChance(1));
  return found.map(({ transport, address, port }) => `${transport} ${address} ${port}`);
}

describe('numeric hosts (RFC 3263, 4.1)', () => {
  test.each([
    ['UDP and 5060', { host: '192.0.2.5' }, ['udp 192.0.2.5 5060']],
    ['the port given', { host: '192.0.2.5', port: 5_099 }, ['udp 192.0.2.5 5099']],
    ['the transport given', { host: '192.0.2.5', transport: 'TCP' }, ['tcp 192.0.2.5 5060']],
    ['80 for a WebSocket', { host: '192.0.2.5', transport: 'ws' }, ['ws 192.0.2.5 80']],
    ['IPv6 without its brackets', { host: '[2001:db8::5]' }, ['udp 2001:db8::5 5060']],
    ['no way for a transport that is not ours', { host: '192.0.2.5', transport: 'sctp' }, []],
    ['no way for sips where there is no TLS', { host: '192.0.2.5', scheme: 'sips' }, []],
  ])('are asked of nobody: %s', async (_name, sought, expected) => {
    const zone = new Zone();
    expect(await hops(sought, zone)).toEqual(expected);
    expect(zone.asked).toEqual([]);
  });

  test('sips goes by TLS to 5061, with transport=tcp too', async () => {
    const all = ['udp', 'tcp', 'tls', 'ws', 'wss'];
    expect(await hops({ host: '192.0.2.5', scheme: 'sips' }, new Zone(), all)).toEqual([
      'tls 192.0.2.5 5061',
    ]);
    expect(
      await hops({ host: '192.0.2.5', scheme: 'sips', transport: 'tcp' }, new Zone(), all),
    ).toEqual(['tls 192.0.2.5 5061']);
    expect(
      await hops({ host: '192.0.2.5', scheme: 'sips', transport: 'ws' }, new Zone(), all),
    ).toEqual(['wss 192.0.2.5 443']);
  });

  test('without UDP of our own, the first transport that is ours', async () => {
    expect(await hops({ host: '192.0.2.5' }, new Zone(), ['tcp'])).toEqual(['tcp 192.0.2.5 5060']);
  });

  test('are found at once, and names are not', () => {
    expect(locateNumeric({ scheme: 'sip', host: '192.0.2.5', port: 7 }, OURS)).toEqual({
      transport: 'udp',
      address: '192.0.2.5',
      port: 7,
    });
    for (const host of [
      'example.com',
      '192.0.2',
      '192.0.2.256',
      '192.0.2.5.6',
      '1.2.3.x',
      '[2001:db8::5',
    ]) {
      expect(locateNumeric({ scheme: 'sip', host }, OURS)).toBeUndefined();
    }
  });
});

describe('names (RFC 3263, 4.1 and 4.2)', () => {
  const addresses = {
    'example.com': ['192.0.2.1'],
    'a.example.com': ['192.0.2.10', '2001:db8::a'],
    'b.example.com': ['192.0.2.20'],
  };

  test('with a port: UDP, and nothing is asked but the address', async () => {
    const zone = new Zone({ addresses });
    expect(await hops({ port: 5_099 }, zone)).toEqual(['udp 192.0.2.1 5099']);
    expect(zone.asked).toEqual(['A example.com']);
  });

  test('with a transport: its SRV records, without NAPTR', async () => {
    const zone = new Zone({
      addresses,
      services: { '_sip._tcp.example.com': [srv('a.example.com', 5_070)] },
    });
    expect(await hops({ transport: 'tcp' }, zone)).toEqual([
      'tcp 192.0.2.10 5070',
      'tcp 2001:db8::a 5070',
    ]);
    expect(zone.asked).toEqual(['SRV _sip._tcp.example.com', 'A a.example.com']);
  });

  test('with neither: NAPTR in its order and preference, each by its SRV records; services that are not ours are passed over', async () => {
    const zone = new Zone({
      addresses,
      pointers: {
        'example.com': [
          naptr('SIP+D2U', '_u.example.com', 20),
          naptr('SIP+D2T', '_t2.example.com', 10, 60),
          naptr('sip+d2t', '_t1.example.com', 10, 50, 'S'),
          naptr('SIPS+D2T', '_s.example.com', 1),
          naptr('SIP+D2T', '_other.example.com', 1, 1, 'a'),
          naptr('E2U+email', '_mail.example.com', 0),
        ],
      },
      services: {
        '_t1.example.com': [srv('a.example.com', 1)],
        '_t2.example.com': [srv('b.example.com', 2)],
        '_u.example.com': [srv('b.example.com', 3)],
        '_other.example.com': [srv('b.example.com', 4)],
      },
    });
    expect(await hops({}, zone)).toEqual([
      'tcp 192.0.2.10 1',
      'tcp 2001:db8::a 1',
      'tcp 192.0.2.20 2',
      'udp 192.0.2.20 3',
    ]);
  });

  test('without NAPTR: SRV of each transport of ours, UDP first', async () => {
    const zone = new Zone({
      addresses,
      services: {
        '_sip._tcp.example.com': [srv('a.example.com', 1)],
        '_sip._udp.example.com': [srv('b.example.com', 2)],
      },
    });
    expect(await hops({}, zone)).toEqual([
      'udp 192.0.2.20 2',
      'tcp 192.0.2.10 1',
      'tcp 2001:db8::a 1',
    ]);
    expect(zone.asked).toContain('NAPTR example.com');
    expect(zone.asked).not.toContain('SRV _sips._tcp.example.com');
  });

  test('without any record but an address: UDP and 5060', async () => {
    expect(await hops({}, new Zone({ addresses }))).toEqual(['udp 192.0.2.1 5060']);
    expect(await hops({ transport: 'tcp' }, new Zone({ addresses }))).toEqual([
      'tcp 192.0.2.1 5060',
    ]);
    expect(await hops({ transport: 'ws' }, new Zone({ addresses }))).toEqual(['ws 192.0.2.1 80']);
  });

  test('without anything: no way', async () => {
    expect(await hops({})).toEqual([]);
    expect(await hops({ scheme: 'sips' }, new Zone({ addresses }))).toEqual([]);
    expect(await hops({ transport: 'sctp' }, new Zone({ addresses }))).toEqual([]);
  });

  test('SRV records that name no host, and hosts without an address, are passed over', async () => {
    const zone = new Zone({
      addresses,
      services: {
        '_sip._udp.example.com': [
          srv('.', 1),
          srv('', 2),
          srv('nowhere.example.com', 3),
          srv('b.example.com', 4),
        ],
      },
    });
    expect(await hops({}, zone)).toEqual(['udp 192.0.2.20 4']);
    expect(zone.asked).not.toContain('A .');
  });

  test('however many records there are, at most sixteen hops come of them', async () => {
    const services = {
      '_sip._udp.example.com': Array.from({ length: 500 }, (_, port) =>
        srv('a.example.com', port + 1),
      ),
    };
    const zone = new Zone({ addresses, services });
    expect(await hops({}, zone)).toHaveLength(16);
    expect(zone.asked.length).toBeLessThan(30);
  });
});

describe('the order of SRV records (RFC 2782)', () => {
  const addresses = { a: ['192.0.2.10'], b: ['192.0.2.20'], c: ['192.0.2.30'] };

  test('lower priorities come first', async () => {
    const services = {
      '_sip._udp.example.com': [srv('a', 1, 30), srv('b', 2, 10), srv('c', 3, 20)],
    };
    expect(await hops({}, new Zone({ addresses, services }))).toEqual([
      'udp 192.0.2.20 2',
      'udp 192.0.2.30 3',
      'udp 192.0.2.10 1',
    ]);
  });

  test('among equals chance decides in proportion to the weights, and each is tried once', async () => {
    const services = {
      '_sip._udp.example.com': [srv('a', 1, 0, 10), srv('b', 2, 0, 30), srv('c', 3, 0, 60)],
    };
    const firsts = new Map<number, number>();
    const rounds = 3_000;
    for (let seed = 1; seed <= rounds; seed += 1) {
      // Fresh chance for each round: what is counted is how often each comes first.
      // oxlint-disable-next-line no-await-in-loop
      const found = await locate(
        { scheme: 'sip', host: 'example.com' },
        OURS,
        new Zone({ addresses, services }),
        new SeededChance(seed),
      );
      expect(found.map(({ port }) => port).toSorted((x, y) => x - y)).toEqual([1, 2, 3]);
      const first = found[0]?.port ?? 0;
      firsts.set(first, (firsts.get(first) ?? 0) + 1);
    }
    const share = (port: number): number => (firsts.get(port) ?? 0) / rounds;
    expect(share(1)).toBeCloseTo(0.1, 1);
    expect(share(2)).toBeCloseTo(0.3, 1);
    expect(share(3)).toBeCloseTo(0.6, 1);
  });

  test('a weight of zero has a small chance among others, and an equal one among its like', async () => {
    const services = { '_sip._udp.example.com': [srv('a', 1, 0, 0), srv('b', 2, 0, 3)] };
    const zeros = { '_sip._udp.example.com': [srv('a', 1), srv('b', 2)] };
    const first = async (records: typeof services, seed: number): Promise<number | undefined> =>
      (
        await locate(
          { scheme: 'sip', host: 'example.com' },
          OURS,
          new Zone({ addresses, services: records }),
          new SeededChance(seed),
        )
      )[0]?.port;
    const seeds = Array.from({ length: 400 }, (_, seed) => seed + 1);
    const among = await Promise.all(seeds.map(async (seed) => first(services, seed)));
    const share = among.filter((port) => port === 1).length / seeds.length;
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(0.4);
    // Nothing is drawn where all weights are zero: they are tried as they came.
    expect(await first(zeros, 1)).toBe(1);
  });
});
