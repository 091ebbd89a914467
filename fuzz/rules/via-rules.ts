/** What has to hold for every Via value, and for the one that an answer carries in its place (RFC 3261, 18.2.1; RFC 3581, 4). */
import type { Flow } from '@usher/core/adapter';

import { withFeedback } from '../../packages/adapters/sip/src/overload/feedback.js';
import { DEFAULT_LIMITS } from '../../packages/adapters/sip/src/syntax/limits.js';
import { parseVia, type Via } from '../../packages/adapters/sip/src/syntax/via.js';
import { answerFlow } from '../../packages/adapters/sip/src/transport/answer-flow.js';
import { stampVia } from '../../packages/adapters/sip/src/transport/stamp-via.js';
import { timed } from '../stopwatch.js';
import { hold } from '../target.js';
import { tried } from './message-rules.js';

const FLOWS: readonly Flow[] = [
  { transport: 'udp', remote: { address: '192.0.2.9', port: 5099 } },
  { transport: 'tcp', remote: { address: '2001:db8::9', port: 40_000 }, connection: 1 },
  { transport: 'tls', remote: { address: 'fe80::1%eth0', port: 40_000 }, connection: 2 },
  { transport: 'ws', remote: { address: '192.0.2.9', port: 40_000 }, connection: 3 },
];

/** What we put to a Via that has as many parameters as it may: one for each of these at most. */
const ROOM = { ...DEFAULT_LIMITS, params: DEFAULT_LIMITS.params + 6 };

/** What a text is as a Via value, whichever way its request came. */
export function holdVia(text: string): void {
  const value = timed(text.length, () => tried(() => parseVia(text)));
  if (value === undefined) return;
  hold(value.host !== '' && value.transport !== '', 'via-empty');
  hold(value.params.size <= DEFAULT_LIMITS.params, 'via-params');
  hold(value.port === undefined || (value.port > 0 && value.port < 65_536), 'via-port');
  for (const flow of FLOWS) {
    const stamped = parseVia(stampVia(value, flow), ROOM);
    holdStamp(value, stamped, flow);
    const told = withFeedback(
      value,
      stamped.raw,
      ';oc=20;oc-algo="loss";oc-validity=500;oc-seq=1.0',
    );
    const read = tried(() => parseVia(told, ROOM));
    hold(read !== undefined, 'feedback-unreadable', () => told);
    hold(rest(read, /^oc/) === rest(stamped, /^oc/), 'feedback-differs', () => told);
    const to = answerFlow(value, flow);
    hold(
      to.remote.address === flow.remote.address && to.transport === flow.transport,
      'answer-elsewhere',
    );
    hold(to.connection === flow.connection, 'answer-connection');
  }
}

/** RFC 3261, 18.2.1; RFC 3581, 4: what the flow shows stands there, whatever the peer wrote. */
function holdStamp(value: Via, stamped: Via, { remote }: Flow): void {
  const { address, port } = remote;
  hold(
    rest(value, /^(?:received|rport)$/) === rest(stamped, /^(?:received|rport)$/),
    'stamp-differs',
    () => stamped.raw,
  );
  hold(stamped.branch === value.branch, 'stamp-branch');
  const received = stamped.params.get('received');
  const plain = address.split('%')[0];
  const own = value.host === address || value.host === `[${address}]`;
  hold(
    own ? received === undefined || received === plain : received === plain,
    'stamp-received',
    () => stamped.raw,
  );
  hold(
    stamped.params.get('rport') === (value.params.has('rport') ? String(port) : undefined),
    'stamp-rport',
  );
}

/** What a Via says but for these parameters. */
function rest({ transport, host, port, params }: Via, without: RegExp): string {
  return JSON.stringify([
    transport,
    host,
    port,
    [...params].filter(([name]) => !without.test(name)),
  ]);
}
