import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import type { Activity } from '@usher/core';

import { activityLine, span } from '../../src/log/activity-line.js';
import { lineWriter } from '../../src/log/line-writer.js';
import { Log, type LogWriter } from '../../src/log/log.js';
import { jsonWriter } from '../../src/log/node/json-writer.js';
import { recordOf } from '../../src/log/record.js';
import { PLAIN } from '../../src/text/paint.js';
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
  );
  for (const activity of activities) log.activity(activity);
  return text;
}
const json = (activities: readonly Activity[], scrub = asItIs): string =>
  written(activities, (write) => jsonWriter(write, scrub));
const lines = (activities: readonly Activity[], scrub = asItIs): string =>
  written(activities, (write) => lineWriter(write, PLAIN, scrub));

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
    for (const text of [json([failed], scrub), lines([failed], scrub)]) {
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
    const log = new Log({ write: (record) => void events.push(record.event) }, 'info');
    for (const activity of everyActivity('x')) log.activity(activity);
    expect(events.filter((event) => event === 'sent')).toHaveLength(1);
    expect(events).not.toContain('received');
  });

  it('has at most one line a second of each kind of fault from one source, and says how many were left out', () => {
    const seen: [string, number][] = [];
    const log = new Log(
      {
        write: (record, _activity, withheld) =>
          void seen.push([String(record.fields['peer']), withheld]),
      },
      'debug',
    );
    const violated = (peer: string, at: number): void =>
      log.activity({
        type: 'violated',
        at,
        userAgent: 'sip',
        code: 'bad-header',
        message: 'x',
        peer,
      });
    for (let port = 1; port <= 100; port += 1) violated(`udp 192.0.2.1:${port}`, AT + port);
    violated('udp 192.0.2.2:5060', AT + 500);
    log.activity({ type: 'draining', at: AT + 600, sessions: 0 });
    violated('udp 192.0.2.1:5060', AT + 1_001);
    expect(seen).toEqual([
      ['udp 192.0.2.1:1', 0],
      ['udp 192.0.2.2:5060', 0],
      ['undefined', 0],
      ['udp 192.0.2.1:5060', 99],
    ]);
  });

  it('is bounded even where every fault comes from another source', () => {
    let count = 0;
    const log = new Log({ write: () => void (count += 1) }, 'debug');
    for (let host = 0; host < 100_000; host += 1) {
      log.activity({
        type: 'violated',
        at: AT,
        userAgent: 'sip',
        code: 'bad-header',
        message: 'x',
        peer: `udp host-${host}:1`,
      });
    }
    expect(count).toBeLessThanOrEqual(1_025);
  });

  it('tells where a bot’s error was thrown', () => {
    const error = new Error('no desk');
    const line = activityLine(
      { type: 'failed', at: AT, what: 'decide', bot: 'echo', error },
      '03:04:05',
      PLAIN,
    );
    expect(line).toMatch(/^03:04:05 {2}failed {7}decide of echo: no desk \(log\.test\.ts:\d+\)$/);
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
