/** `usher chat` as people run it: a process of its own that is given lines, and what it printed. */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const usher = join(dirname(fileURLToPath(import.meta.url)), '../packages/service/bin/usher.js');

/**
 * Says these lines to somebody, and waits until it is over.
 * @param {string[]} words what stands behind `usher chat`
 * @param {string[]} lines what is said
 * @param {string} [password] that of `--user`
 */
export function chat(words, lines, password) {
  const child = spawn(process.execPath, ['--enable-source-maps', usher, 'chat', ...words], {
    env: { ...process.env, USHER_PASSWORD: password ?? '' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const guard = setTimeout(end, 30_000);
  let out = '';
  let errors = '';
  child.stdout.on('data', (text) => (out += text));
  child.stderr.on('data', (text) => (errors += text));
  child.stdin.end(lines.map((line) => `${line}\n`).join(''));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(guard);
      process.off('exit', end);
      resolve({ code, heard: out.split('\n').filter((line) => line !== ''), errors });
    });
  });
}
