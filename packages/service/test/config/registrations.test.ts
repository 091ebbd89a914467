import { describe, expect, it } from '@jest/globals';
import { sip } from '@usher/sip';

import { ConfigurationError, problemLine } from '../../src/config/problem.js';
import { check } from '../../src/run/check.js';
import { ECHO, sources, stage } from '../run/stage.js';
import { GOOD, read, wrong } from './read.js';

/** A house with this line, and a bot. */
const house = (line: string): string => GOOD.replace('---', `${line}\n---`);
const one = (registration: string): string => house(`registrations: [{ ${registration} }]`);

describe('registrations', () => {
  it('say which addresses the house registers, and where', () => {
    const text = one("registrar: 'sip:example.com;transport=tcp', address: sip:desk@example.com");
    expect(wrong(text)).toEqual([]);
    expect(read(text).house.registrations).toEqual([
      { registrar: 'sip:example.com;transport=tcp', address: 'sip:desk@example.com' },
    ]);
  });

  it('say how, where not as usual', () => {
    const text = one(
      'registrar: sips:example.com, address: sip:desk@example.com, expires: 10m, outbound: false, ' +
        "retry: 5s, proxy: 'sip:192.0.2.1;transport=tls'",
    );
    expect(wrong(text)).toEqual([]);
    expect(read(text).house.registrations).toEqual([
      expect.objectContaining({ expires: '10m', outbound: false, retry: '5s' }),
    ]);
  });

  it.each([
    ['address: sip:a@example.com', '`registrations.registrar` is missing'],
    ['registrar: sip:example.com', '`registrations.address` is missing'],
    ['registrar: sip:me@example.com, address: sip:a@b', '`registrations.registrar` must be'],
    ['registrar: example.com, address: sip:a@b', '`registrations.registrar` must be'],
    ['registrar: sip:example.com, address: sip:example.com', '`registrations.address` must be'],
    ['registrar: sip:example.com, address: "tel:+4930"', '`registrations.address` must be'],
    ['registrar: sip:a, address: sip:a@b, expires: 2d', 'from `1s` to `1d`'],
    ['registrar: sip:a, address: sip:a@b, expires: 10ms', 'from `1s` to `1d`'],
    ['registrar: sip:a, address: sip:a@b, outbound: yes please', '`true` or `false`'],
    ['registrar: sip:a, adress: sip:a@b', 'did you mean `address`'],
  ])('say what is wrong with { %s }', (registration, why) => {
    expect(wrong(one(registration))).toEqual([expect.stringContaining(why)]);
  });

  it('are no empty row, nor anything but a row', () => {
    for (const line of ['registrations: []', 'registrations: sip:example.com']) {
      expect(wrong(house(line))).toEqual([expect.stringContaining('`registrations` must be')]);
    }
  });

  it('that a user agent cannot have are told by their line', async () => {
    const { surroundings, screen } = stage();
    const entry = '{ registrar: "sip:192.0.2.1:99999", address: "sip:a@example.com" }';
    const text = ECHO.replace('---', `registrations: [${entry}]\n---`);
    const making = {
      ...surroundings,
      userAgent: ({ registrations }: Parameters<typeof surroundings.userAgent>[0]) =>
        sip({ listen: ['sip:127.0.0.1:0'], ...(registrations && { registrations }) }),
    };
    const problems = await check(sources(text), making, screen(false)).then(
      () => [],
      (error: unknown) => {
        if (error instanceof ConfigurationError) return error.problems.map(problemLine);
        throw error;
      },
    );
    expect(problems).toEqual([
      expect.stringMatching(/^usher\.yaml:3:1: .* is no registrar; write one like sip:/),
    ]);
  });
});

describe('a proxy', () => {
  it('is where all goes by that the house sends outside of dialogs', () => {
    const text = house("proxy: 'sip:proxy.example.com;transport=tcp'");
    expect(wrong(text)).toEqual([]);
    expect(read(text).house.proxy).toBe('sip:proxy.example.com;transport=tcp');
  });

  it.each(['proxy.example.com', 'https://example.com', '[sip:a]'])('is not `%s`', (proxy) => {
    expect(wrong(house(`proxy: ${proxy}`))).toEqual([expect.stringContaining('`proxy` must be')]);
  });
});
