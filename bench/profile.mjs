/** Where the CPU time goes: the functions of the house with the most time of their own, under the load of `bench/run.mjs`. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { requireSipp, startSipp } from '../interop/sipp.mjs';
import { LOAD_CORE, requireTwoCores, root, startHouse } from './process.mjs';

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '4000' },
    rate: { type: 'string', default: '200' },
    port: { type: 'string', default: '15300' },
    top: { type: 'string', default: '40' },
    keep: { type: 'boolean', default: false },
  },
});
const sessions = Number(values.sessions);
const rate = Number(values.rate);
const port = Number(values.port);

requireTwoCores();
requireSipp();
const directory = mkdtempSync(join(tmpdir(), 'usher-profile-'));
const flags = ['--cpu-prof', '--cpu-prof-dir', directory, '--cpu-prof-interval', '500'];
const house = await startHouse(join(root, 'bench/houses/echo.yaml'), port, flags);
const result = await startSipp({
  scenario: join(root, 'interop/sipp/im-session.xml'),
  target: `127.0.0.1:${port}`,
  service: 'echo',
  port: port + 10,
  sessions,
  rate,
  seconds: sessions / rate + 30,
  pin: LOAD_CORE,
}).done;
result.remove();
const code = await house.stop();
console.log(`${result.successful} of ${sessions} sessions went well; the house ended with ${code}`);

const file = readdirSync(directory).find((name) => name.endsWith('.cpuprofile'));
const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(directory, file), 'utf8'));
const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
const own = new Map();
let busy = 0;
for (const [i, id] of samples.entries()) {
  const { functionName, url, lineNumber } = byId.get(id);
  if (functionName === '(idle)' || functionName === '(program)') continue;
  const place = url
    .replace(/^file:\/\//, '')
    .replace(`${root}/`, '')
    .replace(/^.*node_modules\//, '');
  const name = `${functionName || '(anonymous)'}  ${place}${place === '' ? '' : `:${lineNumber + 1}`}`;
  own.set(name, (own.get(name) ?? 0) + timeDeltas[i]);
  busy += timeDeltas[i];
}
console.log(
  `JavaScript and collection: ${(busy / sessions).toFixed(0)} µs a session, start-up included`,
);
console.log('  own µs   share  function');
const ranked = [...own].toSorted((a, b) => b[1] - a[1]).slice(0, Number(values.top));
for (const [name, time] of ranked) {
  console.log(
    `${(time / sessions).toFixed(1).padStart(8)} ${((time / busy) * 100).toFixed(1).padStart(6)}%  ${name}`,
  );
}
if (values.keep) console.log(`kept: ${directory}`);
else rmSync(directory, { recursive: true, force: true });
