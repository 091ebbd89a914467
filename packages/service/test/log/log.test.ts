import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { PLAIN } from '@usher/console';
import type { Activity } from '@usher/core';
import { VirtualClock } from '@usher/core/testing';

import { activityLine, span } from '../../src/log/activity-line.js';
import type { Wording } from '../../src/log/error-facts.js';
import { lineWriter } from '../../src/log/line-writer.js';
import { Log, type LogWriter } from '../../src/log/log.js';
import { jsonWriter } from '../../src/log/node/json-writer.js';
import { recordOf } from '../../src/log/record.js';
import { scrubber } from '../../src/text/scrub.js';
import { invitation } from '../invitation.js';
import { jsonLines } from '../json-lines.js';
import { AT, everyActivity, message } from './activities.js';

const asItIs = (text: string): string => text;

/** All that is written of some activities, by people's writer or machines'. */
function written(
  activities: readonly Activity[],
  make: (write: (text: string) => void) => LogWriter,
): string {
  let text = '';
  const log = new Log(
    make((more) => (text += more)),
    'debug',
    new VirtualClock(AT),
  );
  for (const activity of activities) log.activity(activity);
  return text;
}
const json = (activities: readonly Activity[], scrub = asItIs, wording: Wording = 'kept'): string =>
  written(activities, (write) => jsonWriter(write, scrub, wording));
const lines = (
  activities: readonly Activity[],
  scrub = asItIs,
  wording: Wording = 'kept',
): string => written(activities, (write) => lineWriter(write, PLAIN, scrub, wording));

const CORPUS = join(__dirname, '..', 'fixtures', 'log-injection');
const corpus = readdirSync(CORPUS).map((name) => {
  const text = readFileSync(join(CORPUS, name), 'latin1');
  const displayName = /^From: "(.*)" </m.exec(text)?.[1] ?? '';
  return { name, said: [displayName, text.slice(text.indexOf('\r\n\r\n') + 4)] };
});

describe('the log', () => {
  const hostile = [
    ...corpus.flatMap(({ name, said }) => said.map((text): [string, string] => [name, text])),
    ['bidi', '\u202Egnp.exe\u2066'],
    ['line separators', 'one\u2028two\u2029three\u0085four'],
    ['C1 controls', '\u009B2J\u009D8;;x\u009C'],
    ['tags', '\u{E0041}\u{E007F}'],
  ] as [string, string][];

  it.each(hostile)('is one line for each event, whatever is said: %s %j', (_name, said) => {
    const activities = everyActivity(said);
    for (const text of [json(activities), lines(activities)]) {
      expect(text.split('\n')).toHaveLength(activities.length + 1);
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    }
  });

  it.each(hostile)('for machines says exactly what was said: %s %j', (_name, said) => {
    const records = jsonLines(json(everyActivity(said)));
    const invited = records.find((record) => record['event'] === 'invited');
    expect(invited?.['displayName']).toBe(said);
    expect(records.every((record) => typeof record['level'] === 'string')).toBe(true);
    expect(records.some((record) => record['level'] === 'fatal')).toBe(false);
  });

  it('never holds what was said in a session, nor header fields', () => {
    const activities = everyActivity('x');
    for (const text of [json(activities), lines(activities)]) {
      expect(text).not.toContain('BODY');
      expect(text).not.toContain('deadbeef');
      expect(text).not.toContain(Buffer.from('BODY').toString('base64'));
    }
  });

  it('never holds a secret, even where a bot puts it into an error', () => {
    const scrub = scrubber(['canary-123']);
    const failed: Activity = {
      type: 'failed',
      at: AT,
      what: 'decide',
      bot: 'echo',
      error: new Error('bad token canary-123'),
    };
    for (const text of [json([failed], scrub, 'told'), lines([failed], scrub, 'told')]) {
      expect(text).not.toContain('canary');
      expect(text).toContain('bad token [secret]');
    }
  });

  it('for machines begins with level, time and event', () => {
    expect(json([{ type: 'draining', at: AT, sessions: 3 }])).toBe(
      '{"level":"info","time":"2026-01-02T03:04:05.678Z","event":"draining","sessions":3}\n',
    );
  });

  it('for machines survives data that goes round in a circle', () => {
    const data: Record<string, unknown> = {};
    data['self'] = data;
    const text = json([{ type: 'noted', at: AT, level: 'info', text: 'x', data }]);
    expect(JSON.parse(text)).toMatchObject({ event: 'noted', text: 'x' });
  });

  it('for machines writes whole numbers of any size, and the rest of a line of which a part has no JSON', () => {
    const unwilling = {
      toJSON: (): never => {
        throw new Error('no');
      },
    };
    const note = (data: Record<string, unknown>): unknown =>
      JSON.parse(json([{ type: 'noted', at: AT, level: 'info', text: 'x', data }]));
    expect(note({ count: 2n ** 64n })).toMatchObject({ data: { count: '18446744073709551616' } });
    expect(note({ unwilling })).toMatchObject({ event: 'noted', text: 'x', data: '[no JSON]' });
  });

  it('tells who invited whom, who decided, why, and how long it took', () => {
    const activities = everyActivity('urgent');
    const found = (type: Activity['type']): Activity => {
      const activity = activities.find((one) => one.type === type);
      if (activity === undefined) throw new Error(`no ${type}`);
      return activity;
    };
    expect(activityLine(found('invited'), '03:04:05', PLAIN)).toBe(
      '03:04:05  invited      alice@example.org → echo@example.com, im by message, subject "urgent"',
    );
    expect(activityLine(found('decided'), '03:04:05', PLAIN)).toBe(
      '03:04:05  decided      alice@example.org → echo@example.com: accepted by echo after gatekeeper (pass: urgent), 2.0 ms',
    );
  });

  it('tells of a message how large it was and of which kind', () => {
    const received: Activity = {
      type: 'received',
      at: AT,
      session: 's1',
      bot: 'echo',
      message: message('hello'),
    };
    expect(activityLine(received, '03:04:05', PLAIN)).toBe(
      '03:04:05  received     echo 5 octets of text/plain',
    );
    expect(recordOf(received)).toMatchObject({
      level: 'debug',
      fields: { octets: 5, message: 'm1' },
    });
  });

  it('is at info without the messages that went well, but with those that failed', () => {
    const events: string[] = [];
    const log = new Log(
      { write: (record) => void events.push(record.event) },
      'info',
      new VirtualClock(AT),
    );
    for (const activity of everyActivity('x')) log.activity(activity);
    expect(events.filter((event) => event === 'sent')).toHaveLength(1);
    expect(events).not.toContain('received');
  });

  it('tells where a bot’s error was thrown and of what kind it is, but not what it says', () => {
    const error = new RangeError('no desk');
    const failed = { type: 'failed', at: AT, what: 'decide', bot: 'echo', error } as const;
    expect(activityLine(failed, '03:04:05', PLAIN)).toMatch(
      /^03:04:05 {2}failed {7}decide of echo: RangeError \(log\.test\.ts:\d+\)$/,
    );
    expect(lines([failed])).toContain('--error-messages tells what it says');
    const [record] = jsonLines(json([failed]));
    expect(record?.['error']).toEqual({
      name: 'RangeError',
      stack: expect.stringMatching(/^ {4}at .*log\.test\.ts:\d+:\d+\)\n/),
    });
  });

  it('tells what a bot’s error says where that is wanted', () => {
    const error = new RangeError('no desk');
    const failed = { type: 'failed', at: AT, what: 'decide', bot: 'echo', error } as const;
    expect(activityLine(failed, '03:04:05', PLAIN, 'told')).toMatch(
      /^03:04:05 {2}failed {7}decide of echo: RangeError: no desk \(log\.test\.ts:\d+\)$/,
    );
    expect(lines([failed], asItIs, 'told')).not.toContain('--error-messages');
    expect(json([failed], asItIs, 'told')).toContain('"message":"no desk"');
  });

  it('says lengths of time as people do', () => {
    expect([0.5, 250, 1_500, 90_000, 5_400_000].map(span)).toEqual([
      '0.5 ms',
      '250 ms',
      '1.5 s',
      '2 min',
      '1.5 h',
    ]);
  });

  it('names the inviter by address, because display names are only claims', () => {
    const line = activityLine(
      {
        type: 'invited',
        at: AT,
        userAgent: 'sip',
        invitation: invitation({}, 'Bank'),
      },
      '',
      PLAIN,
    );
    expect(line).toContain('alice@example.org');
    expect(line).not.toContain('Bank');
  });
});
