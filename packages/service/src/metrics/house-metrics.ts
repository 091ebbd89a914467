/** The metrics of what happens in the house: invitations, sessions, messages. */
import type { BotTally } from './bot-tally.js';
import { each } from './each.js';
import type { Exposition, Labelled } from './exposition.js';
import type { MetricsSources } from './metrics-sources.js';
import type { Tally } from './tally.js';

/** Adds them. */
export function houseMetrics(exposition: Exposition, sources: MetricsSources): void {
  aboutHouse(exposition, sources);
  aboutInvitations(exposition, sources);
  aboutSessions(exposition, sources);
  aboutMessages(exposition, sources);
}

function aboutHouse(exposition: Exposition, sources: MetricsSources): void {
  const { version, durability, tally, host, commits, ready } = sources;
  exposition.gauge(
    {
      name: 'usher_info',
      help: 'Which Usher this is, and what its journal survives',
      labelNames: ['version', 'durability'],
    },
    () => [[[version, durability], 1]],
  );
  exposition.gauge(
    { name: 'usher_ready', help: 'Whether new invitations should come here: 1 or 0' },
    () => [[[], ready() ? 1 : 0]],
  );
  exposition.level(
    { name: 'usher_house_sessions', help: 'Sessions in being' },
    'How many sessions there may be',
    () => [[[], host.state.sessions]],
  );
  exposition.counter(
    { name: 'usher_violations_total', help: 'What peers did wrong', labelNames: ['code'] },
    () => each(tally.violated),
  );
  exposition.counter(
    {
      name: 'usher_failures_total',
      help: 'What failed of a bot, or with no bot named of the house',
      labelNames: ['bot', 'what'],
    },
    () => ofBots(tally, ({ failed }) => each(failed)),
  );
  if (commits === undefined) return;
  exposition.histogram(
    { name: 'usher_journal_commit_seconds', help: 'How long it took to record a message' },
    () => [[[], commits]],
  );
}

function aboutInvitations(exposition: Exposition, { tally, host }: MetricsSources): void {
  exposition.counter(
    {
      name: 'usher_invitations_total',
      help: 'Invitations that were let in',
      labelNames: ['user_agent'],
    },
    () => each(tally.invited),
  );
  exposition.level(
    { name: 'usher_invitations_pending', help: 'Invitations that await their answer' },
    'How many invitations may await their answer',
    () => [[[], host.state.pending]],
  );
  exposition.counter(
    {
      name: 'usher_invitations_shed_total',
      help: 'Invitations that the house turned away before any bot was asked, by what was in the way',
      labelNames: ['why'],
    },
    () => each(tally.shed),
  );
  exposition.counter(
    {
      name: 'usher_invitations_cancelled_total',
      help: 'Invitations whose inviter left before, or together with, the answer',
      labelNames: ['why'],
    },
    () => each(tally.cancelled),
  );
  exposition.counter(
    {
      name: 'usher_invitations_sent_total',
      help: 'Invitations that the house sent itself, those that it bridged included, by what became of them',
      labelNames: ['outcome'],
    },
    () => each(tally.answered),
  );
  exposition.counter(
    {
      name: 'usher_decisions_total',
      help: 'How invitations were decided, by the bot whose word it was; with no bot named all passed',
      labelNames: ['bot', 'decision', 'status'],
    },
    () => ofBots(tally, decisions),
  );
  exposition.counter(
    {
      name: 'usher_bot_verdicts_total',
      help: 'What bots said of invitations, or what counted in their stead',
      labelNames: ['bot', 'outcome'],
    },
    () => ofBots(tally, ({ verdicts }) => each(verdicts)),
  );
  exposition.histogram(
    {
      name: 'usher_decision_seconds',
      help: 'How long invitations waited for their answer, by the bot that decided',
      labelNames: ['bot'],
    },
    () => ofBots(tally, ({ deciding }) => [[[], deciding]]),
  );
}

function aboutSessions(exposition: Exposition, { tally, host }: MetricsSources): void {
  exposition.level(
    { name: 'usher_sessions', help: 'Sessions that a bot holds', labelNames: ['bot'] },
    'How many sessions a bot may hold',
    () => Array.from(host.state.bots, ([bot, level]) => [[bot], level]),
  );
  exposition.counter(
    { name: 'usher_sessions_started_total', help: 'Sessions that began', labelNames: ['bot'] },
    () => ofBots(tally, ({ started }) => [[[], started]]),
  );
  exposition.counter(
    {
      name: 'usher_sessions_ended_total',
      help: 'Sessions that ended, by whom',
      labelNames: ['bot', 'by'],
    },
    () => ofBots(tally, ({ ended }) => each(ended)),
  );
  exposition.counter(
    {
      name: 'usher_sessions_handed_over_total',
      help: 'Sessions that a bot let another one go on with',
      labelNames: ['bot'],
    },
    () => ofBots(tally, ({ handedOver }) => [[[], handedOver]]),
  );
  exposition.counter(
    {
      name: 'usher_sessions_moved_total',
      help: 'Sessions that went on over another medium, by why',
      labelNames: ['bot', 'why'],
    },
    () => ofBots(tally, ({ moved }) => each(moved)),
  );
}

function aboutMessages(exposition: Exposition, { tally }: MetricsSources): void {
  exposition.counter(
    {
      name: 'usher_messages_received_total',
      help: 'Messages that came in and were taken',
      labelNames: ['bot'],
    },
    () => ofBots(tally, ({ received }) => [[[], received]]),
  );
  exposition.counter(
    {
      name: 'usher_messages_refused_total',
      help: 'Messages that came in and could not be taken, by what was in the way',
      labelNames: ['bot', 'why'],
    },
    () => ofBots(tally, ({ refused }) => each(refused)),
  );
  exposition.counter(
    {
      name: 'usher_messages_delivered_total',
      help: 'Messages of bots that were delivered',
      labelNames: ['bot'],
    },
    () => ofBots(tally, ({ delivered }) => [[[], delivered]]),
  );
  exposition.counter(
    {
      name: 'usher_messages_undelivered_total',
      help: 'Messages of bots that were not delivered, by status',
      labelNames: ['bot', 'status'],
    },
    () => ofBots(tally, ({ undelivered }) => each(undelivered)),
  );
}

/** The same of each bot, with the bot as the first label. */
function* ofBots<Value>(
  { bots }: Tally,
  part: (tally: BotTally) => Iterable<Labelled<Value>>,
): Iterable<Labelled<Value>> {
  for (const [bot, tally] of bots) {
    for (const [labels, value] of part(tally)) yield [[bot, ...labels], value];
  }
}

function* decisions({ accepted, rejected, forwarded }: BotTally): Iterable<Labelled<number>> {
  yield [['accept', '200'], accepted];
  for (const [status, count] of rejected) yield [['reject', status], count];
  for (const [status, count] of forwarded) yield [['forward', status], count];
}
