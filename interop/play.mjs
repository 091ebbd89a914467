/** One scenario of SIPp's against a house, or instead of one, and whether every session of it went as written. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startSipp } from './sipp.mjs';

/** The file of a scenario. */
export const scenario = (name) =>
  join(dirname(fileURLToPath(import.meta.url)), 'sipp', `${name}.xml`);

/** Runs one scenario against the house, and fails unless every session of it went as written. */
export async function play(house, options, name, run) {
  const target = `127.0.0.1:${house.port}`;
  const { transport, port, trace } = options;
  const file = scenario(name);
  const sipp = startSipp({ scenario: file, target, port, transport, trace, ...run });
  return judge(await sipp.done, { ...run, trace });
}

/** Fails unless every session went as written. */
export function judge(result, run) {
  const faults = [
    ...(result.code === 0 ? [] : [`sipp ended with ${result.code ?? result.signal}`]),
    ...result.failures,
    ...(result.successful === run.sessions
      ? []
      : [`${result.successful} of ${run.sessions} went well`]),
    ...(result.errors === '' ? [] : ['sipp complained']),
    ...(result.stray === 0 ? [] : [`${result.stray} messages after the end or to nobody`]),
  ];
  if (faults.length > 0)
    throw new Error(
      `${faults.join('; ')}\n${result.errors.slice(0, 3000)}\n    kept: ${result.directory}`,
    );
  if (!run.trace) result.remove();
  return result;
}
