/** SIPp: one scenario run to its end, and what it counted. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** The version that SIPp names itself by; ends the program, saying what to install, where there is none. */
export function requireSipp() {
  const { error, stdout } = spawnSync('sipp', ['-v'], { encoding: 'utf8' });
  if (error !== undefined) {
    console.error(`sipp cannot be run (${error.message}).`);
    console.error('Install it: apt-get install --no-install-recommends sip-tester');
    process.exit(1);
  }
  return /SIPp (v[\w.]+)/.exec(stdout)?.[1] ?? 'of unknown version';
}

/**
 * Starts SIPp. Each run has a directory of its own for what SIPp writes; `done` removes it, unless something failed.
 * @param {object} run
 * @param {string} run.scenario the XML file
 * @param {Record<string, string>} [run.fill] what stands for each `@NAME@` in that file
 * @param {string} [run.target] `host:port` to which sessions are made; left out, SIPp answers
 * @param {number} run.port ours; the one after it is taken as well, for SIPp's own control
 * @param {'u1' | 't1' | 'tn'} [run.transport] UDP, TCP over one connection, TCP over one connection a session
 * @param {number} [run.sessions] in all
 * @param {number} [run.rate] new sessions a second
 * @param {number} [run.pause] milliseconds that a pause without a length of its own takes
 * @param {number} run.seconds after which it has failed
 * @param {string} [run.service] the user part of whom to invite
 * @param {string} [run.user] who answers challenges, with `run.password`
 * @param {string} [run.outOfCall] the XML file that takes requests which belong to no session of SIPp's
 * @param {boolean} [run.trace] whether to keep every message that went over the wire
 * @param {string[]} [run.pin] a command that comes before, such as `taskset -c 1`
 */
export function startSipp(run) {
  const directory = mkdtempSync(join(tmpdir(), 'usher-sipp-'));
  const file = (name) => join(directory, name);
  const given = (value, ...args) => (value === undefined ? [] : args);
  const args = [
    given(run.target, run.target),
    ['-sf', filled(run.scenario, run.fill ?? {}, directory)],
    ['-i', '127.0.0.1', '-p', `${run.port}`, '-cp', `${run.port + 1}`],
    ['-t', run.transport ?? 'u1', '-max_socket', '4000'],
    given(run.sessions, '-m', `${run.sessions}`),
    given(run.rate, '-r', `${run.rate}`, '-l', '100000'),
    given(run.pause, '-d', `${run.pause}`),
    given(run.service, '-s', run.service),
    given(run.user, '-au', run.user, '-ap', run.password),
    given(run.outOfCall, '-oocsf', run.outOfCall),
    ['-timeout', `${run.seconds}s`, '-timeout_error', '-nostdin', '-skip_rlimit'],
    // SIPp's own default of 64 kB loses datagrams when two hundred come at once.
    ['-buff_size', '2097152'],
    ['-trace_err', '-error_file', file('errors'), '-trace_counts'],
    ['-trace_stat', '-stf', file('statistics'), '-fd', '1'],
    run.trace ? ['-trace_msg', '-message_file', file('messages')] : [],
  ].flat();
  const [command, ...before] = [...(run.pin ?? []), 'sipp'];
  const started = performance.now();
  const child = spawn(command, [...before, ...args], {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  // SIPp keeps its own time; should it hang, it is ended a little later.
  const guard = setTimeout(() => child.kill('SIGKILL'), (run.seconds + 5) * 1000);
  // Nothing of ours outlives the run.
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const done = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(guard);
      process.off('exit', end);
      const result = { code, signal, directory, ...readFigures(directory) };
      result.seconds = (performance.now() - started) / 1000;
      result.remove = () => rmSync(directory, { recursive: true, force: true });
      resolve(result);
    });
  });
  return {
    pid: child.pid,
    directory,
    done,
    /** Begins no new session, and is done when those in progress are. */
    finish: () => child.kill('SIGUSR1'),
    kill: end,
  };
}

/** What SIPp counted so far, of a run that may still be going on. */
export function readFigures(directory) {
  const last = lastRow(directory, (name) => name === 'statistics');
  const figure = (name) => Number(last.get(`${name}(C)`) ?? 0);
  const failures = [...last]
    .filter(([name, value]) => /^(Failed|Fatal).*\(C\)$/.test(name) && Number(value) > 0)
    .map(([name, value]) => `${name.slice(0, -3)} ${value}`);
  return {
    successful: figure('SuccessfulCall'),
    failed: figure('FailedCall'),
    retransmissions: figure('Retransmissions'),
    /** Messages that belonged to no session, or to one that was over. */
    stray: figure('OutOfCallMsgs') + figure('DeadCallMsgs'),
    failures,
    /** By step of the scenario: `3_200_Recv`, `3_200_Retrans`, … */
    counts: lastRow(directory, (name) => name.endsWith('_counts.csv')),
    errors: complaints(read(join(directory, 'errors'))),
  };
}

/** No complaint about the other end: that an echo came to nobody in particular, and that SIPp itself was short of time. */
const HARMLESS = /using the out-of-call scenario|Overload warning: the m(?:in|aj)or watchdog/;

/** What SIPp complained of: one entry after the other, each begins with its time. */
function complaints(text) {
  return text
    .split(/(?=\d{4}-\d\d-\d\d\t)/)
    .slice(1)
    .filter((entry) => !HARMLESS.test(entry))
    .join('\n');
}

/** The last row of a table that SIPp wrote, by the names of its columns. */
function lastRow(directory, matches) {
  const name = readdirSync(directory).find(matches);
  const rows = name === undefined ? [] : read(join(directory, name)).trim().split('\n');
  const values = (rows.length > 1 ? rows.at(-1) : '').split(';');
  return new Map((rows[0] ?? '').split(';').map((column, i) => [column, values[i] ?? '0']));
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // SIPp writes only what it has to say
  }
}

function filled(scenario, fill, directory) {
  const text = readFileSync(scenario, 'utf8').replace(
    /@([A-Z_]+)@/g,
    (whole, name) => fill[name] ?? whole,
  );
  const path = join(directory, basename(scenario));
  writeFileSync(path, text);
  return path;
}
