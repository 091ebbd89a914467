import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it, jest } from '@jest/globals';

import { jsonLines } from '../json-lines.js';
import { open } from './house.js';

jest.setTimeout(60_000);

/** Every message of the corpora that somebody could send to a house. */
const FIXTURES = join(__dirname, '../../../adapters/sip/test/fixtures');
const CORPORA = ['log-injection', 'utf8', 'sip-attacks', 'redos', 'rfc4475', 'captures'];
const messages = CORPORA.flatMap((corpus) =>
  readdirSync(join(FIXTURES, corpus))
    .filter((name) => /\.(?:sip|dat|bin)$/.test(name))
    .map((name) => readFileSync(join(FIXTURES, corpus, name))),
);

/** Everything is sent to a house, each from somebody else, as a datagram and on a stream; what it logs. */
async function logOf(isTerminal: boolean): Promise<string> {
  const house = await open(isTerminal);
  for (const [index, message] of messages.entries()) {
    house.network.receive(message, `127.2.0.${index}`);
    house.network.stream(message, index + 1);
    if (index % 20 === 19) await house.clock.advance(1_000);
  }
  return house.close();
}

describe('the log of a house to which all the corpora are sent', () => {
  it('is for machines one JSON object a line, each of an event', async () => {
    const text = await logOf(false);
    const records = jsonLines(text);
    expect(records.length).toBeGreaterThan(messages.length);
    const events = new Set(records.map(({ event }) => event));
    expect([...events]).toEqual(expect.arrayContaining(['violated', 'decided', 'invited']));
    for (const { level, time, event } of records) {
      expect(['debug', 'info', 'warn', 'error']).toContain(level);
      expect(time).toMatch(/^2026-01-01T00:\d\d:\d\d\.\d{3}Z$/);
      expect(event).toMatch(/^[a-z-]+$/);
    }
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  });

  it('is for people one line for each event, and none commands their terminal', async () => {
    const text = await logOf(true);
    const lines = text
      .slice(text.search(/^\d\d:\d\d:\d\d/m))
      .trimEnd()
      .split('\n');
    expect(lines.length).toBeGreaterThan(messages.length);
    // What closes the house is written over the ^C of the terminal.
    const others = lines.filter((line) => !/^\r?\d\d:\d\d:\d\d {2}[a-z-]+ /.test(line));
    expect(others).toEqual([]);
    expect(lines.join('').replaceAll('\r', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  });
});
