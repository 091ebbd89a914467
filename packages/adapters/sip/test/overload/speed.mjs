// What overload control costs: run `npm run build`, then `node packages/adapters/sip/test/overload/speed.mjs`.
// Times are of the processor, each the best of many rounds. It fails where something takes more than its share.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const dist = process.env.SIP_DIST ?? join(here, '..', '..', 'dist');
const { classify } = await import(join(dist, 'overload', 'classify.js'));
const { OverloadControl } = await import(join(dist, 'overload', 'overload-control.js'));
const { refusalOf } = await import(join(dist, 'overload', 'refusal-of.js'));
const { parseMessage } = await import(join(dist, 'syntax', 'parser.js'));
const { printResponse } = await import(join(dist, 'syntax', 'printer.js'));
const { stampVias } = await import(join(dist, 'transport', 'stamp-via.js'));
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
function report(what, figure, most) {
  const right = most === undefined || figure <= most;
  const bound = most === undefined ? '' : ` (at most ${most})`;
  console.log(`${right ? ' ' : '!'} ${figure.toFixed(2).padStart(8)} µs ${what}${bound}`);
  if (!right) failures.push(what);
}

const load = (file) => readFileSync(join(fixtures, file));
const messages = {
  INVITE: load('captures/50-sipjs-ws-invite-ms-im-sdp.sip'),
  'MESSAGE in a dialog': load('captures/51-sipjs-ws-in-dialog-message.sip'),
  'pager MESSAGE': load('captures/34-rakia-pager-after-proxy.sip'),
  BYE: load('captures/07-sipe-bye.sip'),
  response: load('captures/08-sipe-200-to-invite-answer-sdp.sip'),
};
const remote = { address: '192.0.2.7', port: 5070 };
const flow = { transport: 'udp', local: { address: '192.0.2.1', port: 5060 }, remote };
const flow6 = { ...flow, remote: { address: '2001:db8:1:2:3:4:5:6', port: 5070 } };
const known = { transaction: () => false, dialog: () => true, request: () => true };
const TAG = 'abcdefghijklmnopqrstuvwxyz';
let kept = 0;
let now = Date.UTC(2026, 0, 1);

/** A control whose turns come at once, and the turns that are due. */
function controlled() {
  let due = false;
  const control = new OverloadControl({ tag: TAG, known, arrange: () => (due = true) });
  const turn = () => {
    if (!due) return;
    due = false;
    control.take(now);
  };
  return { control, turn };
}

for (const [name, bytes] of Object.entries(messages)) {
  report(
    `${name}: classify`,
    cost(() => (kept += classify(bytes)), 20_000),
    20,
  );
  report(
    `${name}: classify, known asked`,
    cost(() => (kept += classify(bytes, known)), 20_000),
    20,
  );
  for (const from of name === 'INVITE' ? [flow, flow6] : [flow]) {
    const { control, turn } = controlled();
    const pass = () => {
      now += 0.1;
      if (control.put(bytes, from, now) === 'pass') kept += 1;
      turn();
    };
    report(`${name}: passes straight through, ${from.remote.address}`, cost(pass, 20_000), 1);
  }
  const { control } = controlled();
  const wait = () => {
    control.put(bytes, flow, (now += 5));
    now += 9;
    for (let time = 0; time < 30; time += 1) control.put(bytes, flow, now);
    while (control.size > 0) kept += control.take((now += 0.1)).work.length;
  };
  report(`${name}: waits, and is taken`, cost(wait, 200) / 30, 20);
}

/** The same refusal by way of the whole parser. */
function parseAndPrint(bytes) {
  const message = parseMessage(bytes);
  if (message.type !== 'request') return undefined;
  const { from, to, toTag, callId, cseq } = message;
  return printResponse(503, undefined, [
    ...stampVias(message, flow).map((via) => ['Via', via]),
    ['From', from.raw],
    ['To', toTag === undefined ? `${to.raw};tag=${TAG}` : to.raw],
    ['Call-ID', callId],
    ['CSeq', `${cseq.number} ${cseq.method}`],
  ]);
}

for (const name of ['INVITE', 'MESSAGE in a dialog', 'pager MESSAGE']) {
  const bytes = messages[name];
  report(
    `${name}: refused`,
    cost(() => (kept += refusalOf(bytes, flow, TAG) ? 1 : 0), 5_000),
    50,
  );
  report(
    `${name}: parsed whole, and refused`,
    cost(() => (kept += parseAndPrint(bytes) ? 1 : 0), 5_000),
  );
}

const START = 'INVITE sip:a SIP/2.0\r\n';
const VIA = 'v:SIP/2.0/UDP h;branch=z9hG4bKa\r\n';
const REST = 'From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: a\r\nCSeq: 1 INVITE\r\n\r\n';
const hostile = {
  'thousands of short lines': `${START}${'a\r\n'.repeat(20_000)}`,
  'thousands of lines that begin as To does': `${START}${'t\r\n'.repeat(20_000)}`,
  'spaces without end': `${START}t${' '.repeat(60_000)}`,
  'lines of spaces': `${START}${`t${' '.repeat(80)}\r\n`.repeat(700)}`,
  'semicolons without end': `${START}To:${';'.repeat(60_000)}`,
  'a To of semicolons': `${START}${VIA}To:${';'.repeat(1_000)}\r\n\r\n`,
  'a To of nearly tags': `${START}${VIA}To:${';tag'.repeat(250)}\r\n\r\n`,
  'a Via of nearly branches': `${START}v:SIP/2.0/UDP h${';branc'.repeat(160)}\r\n${REST}`,
  'folds without end': `${START}${' x\r\n'.repeat(20_000)}`,
  'folded lines': `${START}${`x: a${'\r\n b'.repeat(15)}\r\n`.repeat(90)}${VIA}${REST}`,
  'as many Vias as are taken': `${START}${VIA.repeat(32)}${REST}`,
  'a list of Vias': `${START}v:${'SIP/2.0/UDP h,'.repeat(70)}SIP/2.0/UDP h\r\n${REST}`,
  'a Via of escapes': `${START}v:SIP/2.0/UDP h;a="${'\\\\'.repeat(480)}"\r\n${REST}`,
  'a Via of parameters': `${START}v:SIP/2.0/UDP h${';a'.repeat(480)}\r\n${REST}`,
  'nearly Resource-Priorities': `${START}${'resource-priorit:x\r\n'.repeat(98)}${VIA}${REST}`,
  'a NUL': `${START}${VIA}${REST.replace('From: ', 'From: "\0" ')}`,
  'a large body': `${START}${VIA}${REST}${'x'.repeat(60_000)}`,
};
const worst = { classify: ['', 0], wait: ['', 0], refusalOf: ['', 0], parse: ['', 0] };
function look(name, bytes) {
  const note = (what, figure) => {
    if (figure > worst[what][1]) worst[what] = [name, figure];
  };
  note(
    'classify',
    cost(() => (kept += classify(bytes, known)), 300, 8),
  );
  const { control } = controlled();
  const wait = () => {
    control.put(bytes, flow, (now += 5));
    now += 9;
    for (let time = 0; time < 9; time += 1) control.put(bytes, flow, now);
    while (control.size > 0) kept += control.take((now += 0.1)).work.length;
  };
  note('wait', cost(wait, 50, 8) / 10);
  note(
    'refusalOf',
    cost(() => (kept += refusalOf(bytes, flow, TAG) ? 1 : 0), 300, 8),
  );
  note(
    'parse',
    cost(() => (kept += parseAndPrint(bytes) ? 1 : 0), 50, 4),
  );
}
for (const folder of ['sip-dos', 'redos', 'sip-attacks', 'utf8', 'rfc4475']) {
  for (const file of readdirSync(join(fixtures, folder))) {
    if (!file.endsWith('.json')) look(`${folder}/${file}`, load(join(folder, file)));
  }
}
for (const [name, text] of Object.entries(hostile)) look(name, Buffer.from(text));
report(`the worst message to classify: ${worst.classify[0]}`, worst.classify[1], 20);
report(`the worst message to let wait: ${worst.wait[0]}`, worst.wait[1], 50);
report(`the worst message to refuse: ${worst.refusalOf[0]}`, worst.refusalOf[1], 50);
report(`the worst message to parse and refuse: ${worst.parse[0]}`, worst.parse[1]);

if (kept === 0) console.log('nothing was done');
if (failures.length > 0) process.exitCode = 1;
