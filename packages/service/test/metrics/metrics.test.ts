import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import type { Activity } from '@usher/core';

import { CONDITIONS } from '../../src/health/readiness.js';
import { Durations } from '../../src/metrics/durations.js';
import { metrics } from '../../src/metrics/metrics.js';
import { AT, everyActivity } from '../log/activities.js';
import { MACHINE, names, samples, sources } from './house.js';

/** What is counted once all of this has happened. */
async function after(activities: readonly Activity[]): Promise<string[]> {
  const from = sources();
  for (const activity of activities) from.tally.activity(activity);
  return samples(from);
}

describe('metrics', () => {
  it('tell how full the house and each of its bots are, and may be', async () => {
    expect(await samples()).toEqual(
      expect.arrayContaining([
        'usher_house_sessions 7',
        'usher_house_sessions_limit 100',
        'usher_invitations_pending 2',
        'usher_invitations_pending_limit 50',
        'usher_sessions{bot="echo"} 5',
        'usher_sessions_limit{bot="echo"} 10',
        'usher_sessions{bot="desk"} 2',
      ]),
    );
    expect((await samples()).join()).not.toContain('usher_sessions_limit{bot="desk"}');
  });

  it('tell of each user agent what it holds, may hold, and turned away', async () => {
    expect(await samples()).toEqual(
      expect.arrayContaining([
        'usher_user_agent_resources{user_agent="sip",resource="dialogs"} 7',
        'usher_user_agent_resources{user_agent="sip",resource="connections"} 3',
        'usher_user_agent_resources_limit{user_agent="sip",resource="connections"} 1000',
        'usher_user_agent_events_total{user_agent="sip",event="refused-invitations"} 4',
        'usher_user_agent_shedding_seconds{user_agent="sip"} 1.5',
      ]),
    );
  });

  it('tell of datagrams that the system dropped, where it tells', async () => {
    expect(await samples(sources(), MACHINE)).toEqual(
      expect.arrayContaining([
        'usher_udp_dropped_total{address="127.0.0.1",port="5060"} 9',
        'usher_udp_waiting_bytes{address="127.0.0.1",port="5060"} 512',
      ]),
    );
    expect((await samples()).join()).not.toContain('usher_udp');
  });

  it('count all that happens, by bot and by what became of it', async () => {
    expect(await after(everyActivity('x'))).toEqual(
      expect.arrayContaining([
        'usher_invitations_total{user_agent="sip"} 1',
        'usher_invitations_shed_total{why="pending"} 1',
        'usher_invitations_cancelled_total{why="cancelled"} 1',
        'usher_invitations_sent_total{outcome="accepted"} 1',
        'usher_invitations_sent_total{outcome="rejected"} 1',
        'usher_invitations_sent_total{outcome="forwarded"} 1',
        'usher_decisions_total{bot="echo",decision="accept",status="200"} 1',
        'usher_decisions_total{bot="",decision="reject",status="480"} 1',
        'usher_decisions_total{bot="echo",decision="forward",status="302"} 1',
        'usher_bot_verdicts_total{bot="gatekeeper",outcome="pass"} 3',
        'usher_bot_verdicts_total{bot="echo",outcome="accept"} 3',
        'usher_sessions_started_total{bot="echo"} 1',
        'usher_sessions_ended_total{bot="echo",by="peer"} 1',
        'usher_sessions_handed_over_total{bot="echo"} 1',
        'usher_sessions_moved_total{bot="echo",why="escalated"} 1',
        'usher_sessions_moved_total{bot="echo",why="lost"} 1',
        'usher_messages_received_total{bot="echo"} 1',
        'usher_messages_refused_total{bot="echo",why="mailbox"} 1',
        'usher_messages_delivered_total{bot="echo"} 1',
        'usher_messages_undelivered_total{bot="echo",status="480"} 1',
        'usher_failures_total{bot="echo",what="conversation"} 1',
        'usher_failures_total{bot="desk",what="conversation"} 1',
        'usher_violations_total{code="bad-header"} 1',
      ]),
    );
  });

  it('tell how long invitations waited for their answer, each bound with all below it', async () => {
    const decided = everyActivity('x').find(({ type }) => type === 'decided');
    if (decided?.type !== 'decided') throw new Error('none was decided');
    const told = await after(
      [0.5, 2, 2.5, 40, 45_000].map((took) => Object.assign({}, decided, { took })),
    );
    expect(told.filter((line) => /usher_decision_seconds.*bot="echo"/.test(line))).toEqual([
      'usher_decision_seconds_bucket{le="0.001",bot="echo"} 1',
      'usher_decision_seconds_bucket{le="0.0025",bot="echo"} 3',
      'usher_decision_seconds_bucket{le="0.005",bot="echo"} 3',
      'usher_decision_seconds_bucket{le="0.01",bot="echo"} 3',
      'usher_decision_seconds_bucket{le="0.025",bot="echo"} 3',
      'usher_decision_seconds_bucket{le="0.05",bot="echo"} 4',
      ...['0.1', '0.25', '0.5', '1', '2.5', '5', '10', '30'].map(
        (le) => `usher_decision_seconds_bucket{le="${le}",bot="echo"} 4`,
      ),
      'usher_decision_seconds_bucket{le="+Inf",bot="echo"} 5',
      'usher_decision_seconds_sum{bot="echo"} 45.045',
      'usher_decision_seconds_count{bot="echo"} 5',
    ]);
  });

  it('tell how long the journal takes, where there is one', async () => {
    const commits = new Durations();
    commits.observe(3);
    const told = await samples(sources({ commits }));
    expect(told).toContain('usher_journal_commit_seconds_bucket{le="0.005"} 1');
    expect(told).toContain('usher_journal_commit_seconds_sum 0.003');
    expect((await samples()).join()).not.toContain('usher_journal');
  });

  it('say whether new invitations should come here', async () => {
    expect(await samples(sources({ ready: () => false }))).toContain('usher_ready 0');
  });

  it('show each bot from the beginning, so that what never happened can be seen', async () => {
    expect(await samples()).toEqual(
      expect.arrayContaining([
        'usher_sessions_started_total{bot="desk"} 0',
        'usher_messages_received_total{bot="desk"} 0',
        'usher_sessions_ended_total{bot="desk",by="network"} 0',
        'usher_invitations_shed_total{why="sessions"} 0',
      ]),
    );
  });

  it('stay bounded whatever a user agent calls what peers do wrong', async () => {
    const violations = Array.from({ length: 10_000 }, (_, index): Activity => ({
      type: 'violated',
      at: AT,
      userAgent: 'sip',
      code: `code-${index}`,
      message: 'x',
    }));
    const told = (await after(violations)).filter((line) => line.startsWith('usher_violations'));
    expect(told.length).toBeLessThanOrEqual(257);
    expect(told).toContain('usher_violations_total{code="other"} 9744');
  });

  it('hold nothing that anybody said, nor who they are', async () => {
    const told = (await after(everyActivity('CANARY'))).join('\n');
    expect(told).not.toContain('CANARY');
    expect(told).not.toContain('BODY');
    expect(told).not.toContain('alice');
  });

  it('are put together once for all who ask at the same time', async () => {
    let asked = 0;
    const exposition = await metrics(
      sources({
        ready: () => {
          asked += 1;
          return true;
        },
      }),
    );
    await Promise.all([exposition.text(), exposition.text(), exposition.text()]);
    expect(asked).toBe(1);
    await exposition.text();
    expect(asked).toBe(2);
  });

  it('of two houses in one process do not mix', async () => {
    const [one, other] = [sources(), sources()];
    one.tally.invited.add('sip');
    expect(await samples(one)).toContain('usher_invitations_total{user_agent="sip"} 1');
    expect((await samples(other)).join()).not.toContain('usher_invitations_total{');
  });
});

describe('the docs on operating', () => {
  const page = readFileSync(join(__dirname, '../../../../docs/operating.md'), 'utf8');
  const listed = new Set([...page.matchAll(/^\| `(usher_[a-z_]+)`/gm)].map((found) => found[1]));

  it('list every metric that there is, and no other', async () => {
    const there = (await names()).filter((name) => !name.endsWith('_limit'));
    expect(listed).toEqual(new Set(there));
  });

  it('list every condition of being ready', () => {
    for (const condition of CONDITIONS)
      expect(page).toMatch(new RegExp(`^\\| \`${condition}\` `, 'm'));
  });
});
