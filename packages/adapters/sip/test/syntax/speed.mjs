// What reading and printing cost: run `npm run build`, then `node packages/adapters/sip/test/syntax/speed.mjs`.
// Times are of the processor, each the best of many rounds. It fails where something takes more than its share.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const dist = process.env.SIP_DIST ?? join(here, '..', '..', 'dist');
const { parseMessage } = await import(join(dist, 'syntax', 'parser.js'));
const { printRequest, printResponse } = await import(join(dist, 'syntax', 'printer.js'));
const { parseSdp } = await import(join(dist, 'sdp', 'sdp-parser.js'));
const { parseUri } = await import(join(dist, 'syntax', 'uri.js'));
const fixtures = join(here, '..', 'fixtures');

/** Microseconds of processor time that one run takes, at best. */
function cost(run, times, rounds = 15) {
  let best = Infinity;
  for (let round = 0; round < rounds; round += 1) {
    const since = process.cpuUsage();
    for (let time = 0; time < times; time += 1) run();
    const { user, system } = process.cpuUsage(since);
    best = Math.min(best, (user + system) / times);
  }
  return best;
}

const failures = [];
function report(what, figure, most, unit = 'µs') {
  const right = most === undefined || figure <= most;
  console.log(
    `${right ? ' ' : '!'} ${figure.toFixed(2).padStart(10)} ${unit.padEnd(4)} ${what}${most === undefined ? '' : ` (at most ${most})`}`,
  );
  if (!right) failures.push(what);
}

let kept = 0;
/** All that the layers above read of every message. */
function touch(message) {
  if (message.type === 'malformed') return;
  kept +=
    (message.via.branch ?? '').length + (message.fromTag ?? '').length + message.to.uri.length;
  kept += message.callId.length + message.cseq.number + message.body.length;
}
function touchAll(message) {
  touch(message);
  if (message.type === 'malformed') return;
  for (const value of [
    'contacts',
    'routes',
    'recordRoutes',
    'supported',
    'reasons',
    'contentDisposition',
    'mediaType',
  ]) {
    try {
      kept += message[value] === undefined ? 0 : 1;
    } catch {
      kept += 1;
    }
  }
  for (const name of new Set([...message.fields].map(([each]) => each)))
    kept += message.list(name).length;
  if (message.mediaType === 'application/sdp') parseSdp(message.body);
}

const typical = new Uint8Array(
  readFileSync(join(fixtures, 'captures', '34-rakia-pager-after-proxy.sip')),
);
report(
  `a MESSAGE of ${typical.length} octets: parse, and read Via, From, To, Call-ID, CSeq and body`,
  cost(() => touch(parseMessage(typical)), 20_000),
  12,
);

const message = parseMessage(typical);
const fields = [...message.fields].filter(([name]) => name !== 'Content-Length');
report(
  'the same printed as a request',
  cost(
    () => (kept += printRequest(message.method, message.uri, fields, message.body).length),
    20_000,
  ),
);
const answer = fields.filter(([name]) => /^(?:Via|From|To|Call-ID|CSeq)$/.test(name));
report(
  'a 200 to it printed',
  cost(() => (kept += printResponse(200, undefined, answer).length), 20_000),
);
report(
  'a SIP URI parsed',
  cost(() => (kept += parseUri('sip:alice@example.com:5060;transport=tcp;lr').host.length), 50_000),
);
const invite = parseMessage(
  new Uint8Array(readFileSync(join(fixtures, 'captures', '02-sipe-invite-ocs2007-m-message.sip'))),
);
report(
  'the description of an INVITE parsed',
  cost(() => (kept += parseSdp(invite.body).media.length), 20_000),
);

let worst = { file: '', took: 0, size: 0, share: 0 };
let dearest = worst;
for (const folder of readdirSync(fixtures, { withFileTypes: true }).filter((entry) =>
  entry.isDirectory(),
)) {
  for (const file of readdirSync(join(fixtures, folder.name)).filter((name) =>
    /\.(?:sip|dat|bin)$/.test(name),
  )) {
    const bytes = new Uint8Array(readFileSync(join(fixtures, folder.name, file)));
    const took = cost(() => touchAll(parseMessage(bytes)), 20, 5);
    const share = took / Math.max(bytes.length / 4096, 1);
    if (took > worst.took) worst = { file, took, size: bytes.length, share };
    if (share > dearest.share) dearest = { file, took, size: bytes.length, share };
  }
}
report(
  `the dearest file of the corpora, every value read: ${worst.file}, ${worst.size} octets`,
  worst.took,
  5000,
);
report(
  `the dearest for its size, each 4 KiB: ${dearest.file}, ${dearest.size} octets`,
  dearest.share,
  1000,
);

/** Shapes that cost the more, the longer they are, where anything is read twice; no limit stops them here. */
const WIDE = {
  headerBlock: 1e6,
  headerLines: 1e6,
  headerValue: 1e6,
  vias: 1e6,
  routes: 1e6,
  params: 64,
  requestUri: 1e6,
  displayName: 1e6,
  body: 1e6,
};
const base = (extra, uri = 'sip:a@b', from = '<sip:a@b>;tag=1') =>
  new TextEncoder().encode(
    `MESSAGE ${uri} SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=1\r\nFrom: ${from}\r\nTo: <sip:c@d>\r\nCall-ID: 1\r\nCSeq: 1 MESSAGE\r\n${extra}\r\n`,
  );
const fill = (piece, length) => piece.repeat(Math.ceil(length / piece.length));
const SHAPES = {
  'spaces in a value': (n) => base(`X: ${fill(' ', n)}x\r\n`),
  'spaces before a colon': (n) => base(`X${fill(' ', n)}: x\r\n`),
  folds: (n) => base(`X: ${fill('a\r\n ', n)}b\r\n`),
  'folds of nothing': (n) => base(`X: ${fill('\r\n ', n)}b\r\n`),
  'commas in a Contact': (n) => base(`Contact: ${fill(',', n)}\r\n`),
  'quotes in a Contact': (n) => base(`Contact: ${fill('"', n)}\r\n`),
  'brackets in a Contact': (n) => base(`Contact: ${fill('<', n)}\r\n`),
  'backslashes in a display name': (n) => base('', 'sip:a@b', `"${fill('\\', n)}" <sip:a@b>`),
  'escaped controls in a display name': (n) =>
    base('', 'sip:a@b', `"${fill('\\\u0001', n)}" <sip:a@b>`),
  'tokens in a display name': (n) => base('', 'sip:a@b', `${fill('a ', n)}<sip:a@b>`),
  'semicolons in a Request-URI': (n) => base('', `sip:a@b${fill(';a', n)}`),
  'one parameter in a Request-URI': (n) => base('', `sip:a@b;a=${fill('%41', n)}`),
  'ampersands in a Contact': (n) => base(`Contact: <sip:a@b?${fill('a=b&', n)}>\r\n`),
  'colons in a host': (n) => base('', `sip:[${fill(':', n)}]`),
  'many header fields': (n) => base(fill('X: y\r\n', n)),
  'many known header fields': (n) => base(fill('Via: a\r\n', n)),
  'many Vias in one': (n) => base(`Via: ${fill('SIP/2.0/UDP h, ', n)}SIP/2.0/UDP h\r\n`),
  'line ends before it': (n) => new TextEncoder().encode(`${fill('\r\n', n)}MESSAGE`),
  'no end': (n) => new TextEncoder().encode(`MESSAGE sip:a@b SIP/2.0\r\n${fill('Via: a\r\n', n)}`),
  'not UTF-8': (n) => base(`X: ${fill('é', n)}\r\n`).map((octet, at) => (at === n ? 0xff : octet)),
};
for (const [shape, make] of Object.entries(SHAPES)) {
  const [short, long] = [make(8192), make(65_536)];
  const run = (bytes) => () => touchAll(parseMessage(bytes, WIDE));
  const growth = cost(run(long), 10, 8) / cost(run(short), 40, 8);
  // Eight times as long: eight times the time where it is linear, 64 times where it is not.
  report(`${shape}: 64 KiB against 8 KiB`, growth, 16, '×');
}
console.log(
  failures.length === 0 ? 'All within their shares.' : `Too much: ${failures.join('; ')}`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
if (kept < 0) console.log(kept);
