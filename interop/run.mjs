/** Interoperation: starts a house as operators do, and knocks at it with SIPp and with peers written by hand. */
/* oxlint-disable no-await-in-loop -- one after the other is what is meant */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { baresip } from './baresip.mjs';
import { cases } from './cases.mjs';
import { corpora } from './corpora.mjs';
import { drain } from './drain.mjs';
import { guarded } from './guarded.mjs';
import { openHouse } from './house.mjs';
import { linphone } from './linphone.mjs';
import { loops } from './loops.mjs';
import { registered } from './registered.mjs';
import { scanners } from './scanners.mjs';
import { sentOn } from './sent-on.mjs';
import { requireSipp } from './sipp.mjs';
import { stalled } from './stalled.mjs';
import { strangers } from './strangers.mjs';
import { ucc } from './ucc.mjs';
import { meet } from './udp-peer.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: 'string', default: '15060' },
    quick: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    log: { type: 'boolean', default: false },
    // Whoever is missing is a failure, and not passed over.
    complete: { type: 'boolean', default: false },
  },
});
const TRANSPORTS = new Map([
  ['u1', 'udp'],
  ['t1', 'tcp'],
  ['tn', 'tcp, one each'],
  ['tb', 'tcp, by octets'],
  ['ws', 'ws'],
  ['l1', 'tls'],
]);
const houses = join(dirname(fileURLToPath(import.meta.url)), 'houses');
const port = Number(values.port);
let nextPort = port + 96;

const all = [
  ...cases,
  ...guarded,
  ...ucc,
  ...corpora,
  ...scanners,
  ...linphone,
  ...baresip,
  { name: 'registered', transports: ['u1', 't1'], noHouse: true, ports: 12, run: registered },
  { name: 'sent-on', transports: ['u1', 't1'], noHouse: true, ports: 16, run: sentOn },
  { name: 'loops', transports: ['u1', 't1'], noHouse: true, ports: 12, run: loops },
  { name: 'stalled', transports: ['t1'], ownHouse: true, run: stalled },
  { name: 'strangers', transports: ['u1'], ownHouse: true, run: strangers },
  // Ends its house, so it has one of its own.
  { name: 'drain', transports: ['u1', 't1'], ownHouse: true, run: drain },
];
if (values.list) {
  for (const { name, transports } of all)
    console.log(`${name}  (${transports.map((t) => TRANSPORTS.get(t)).join('; ')})`);
  process.exit(0);
}
const unknown = positionals.filter((name) => !all.some((one) => one.name === name));
if (unknown.length > 0) {
  console.error(`no such case: ${unknown.join(', ')}; --list names them all`);
  process.exit(1);
}
const wanted = all.filter(({ name }) => positionals.length === 0 || positionals.includes(name));

console.log(`SIPp ${requireSipp()}, Node ${process.version}`);
let passed = 0;
let failed = 0;

/** Runs one case over one transport and prints its line. */
async function tell({ name, run, ports = 4 }, house, transport) {
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  const title = `${name} (${TRANSPORTS.get(transport)})`.padEnd(34);
  // Ports of its own for each, so that what one case leaves behind cannot disturb the next.
  nextPort += 4;
  const { quick, trace } = values;
  const options = { transport, port: nextPort, housePort: port, quick, trace };
  nextPort += ports - 4;
  try {
    const seen = await run(house, options);
    if (seen === undefined) {
      if (values.complete) throw new Error('the peer is not installed');
      console.log(`skip  ${title} the peer is not installed`);
      return;
    }
    console.log(`pass  ${title} ${seen}, ${seconds()}`);
    passed += 1;
  } catch (error) {
    console.log(`FAIL  ${title} ${error.message}, ${seconds()}`);
    failed += 1;
  }
}

/** Opens the house for some cases; that it closes in order afterwards is a case as well, unless one of them closed it. */
async function inHouse(some, closing, name = 'doors') {
  let house;
  try {
    house = await openHouse(join(houses, `${name}.yaml`), port);
    // SIPp is to be known there: who is not gets no more octets than he sends (see `strangers`).
    if (name === 'doors') await meet(port);
  } catch (error) {
    console.log(`FAIL  ${error.message}`);
    failed += 1;
    return;
  }
  for (const { one, transport } of some) await tell(one, house, transport);
  const open = house.sessions;
  const code = await house.stop();
  if (closing) {
    const orderly = code === 0 && open === 0;
    console.log(
      `${orderly ? 'pass' : 'FAIL'}  the house of ${name} closes: exit code ${code}, ${open} sessions were open`,
    );
    if (orderly) passed += 1;
    else failed += 1;
  }
  if (values.log) console.log(house.lastLines(Infinity));
}

const runs = wanted.flatMap((one) => one.transports.map((transport) => ({ one, transport })));
for (const name of ['doors', 'guarded', 'ucc']) {
  const shared = runs.filter(
    ({ one }) => !one.ownHouse && !one.noHouse && (one.house ?? 'doors') === name,
  );
  if (shared.length > 0) await inHouse(shared, true, name);
}
// Opens the house that it wants.
for (const { one, transport } of runs.filter((run) => run.one.noHouse)) {
  await tell(one, undefined, transport);
}
for (const run of runs.filter(({ one }) => one.ownHouse)) {
  await inHouse([run], false, run.one.house);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
