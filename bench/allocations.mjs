/** Who allocates: the functions of the house by the octets of heap that a session takes in them, dead or alive. */
import { Session } from 'node:inspector/promises';
import { parseArgs } from 'node:util';

import { openByHand } from './by-hand.mjs';
import { root } from './process.mjs';

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '3000' },
    top: { type: 'string', default: '40' },
  },
});
const sessions = Number(values.sessions);

const house = await openByHand(root);
await house.talk(4000);
const session = new Session();
session.connect();
await session.post('HeapProfiler.startSampling', {
  samplingInterval: 4096,
  includeObjectsCollectedByMajorGC: true,
  includeObjectsCollectedByMinorGC: true,
});
await house.talk(sessions);
const { profile } = await session.post('HeapProfiler.stopSampling');

const own = new Map();
let all = 0;
(function add(node) {
  const { functionName, url, lineNumber } = node.callFrame;
  const place = url
    .replace(/^file:\/\//, '')
    .replace(`${root}/`, '')
    .replace(/^.*node_modules\//, '');
  const name = `${functionName || '(anonymous)'}  ${place}${place === '' ? '' : `:${lineNumber + 1}`}`;
  own.set(name, (own.get(name) ?? 0) + node.selfSize);
  all += node.selfSize;
  for (const child of node.children) add(child);
})(profile.head);

console.log(`${(all / sessions).toFixed(0)} octets of heap a session, the callers' part included`);
for (const [name, size] of [...own].toSorted((a, b) => b[1] - a[1]).slice(0, Number(values.top))) {
  console.log(
    `${(size / sessions).toFixed(0).padStart(8)} ${((size / all) * 100).toFixed(1).padStart(6)}%  ${name}`,
  );
}
