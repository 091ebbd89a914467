/** Faults planted in a copy of the sources, one at a time: each has to be found. */
import { spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One fault. */
interface Fault {
  readonly name: string;
  readonly what: string;
  /** Where it has to be found. */
  readonly target: string;
  readonly edits: readonly {
    readonly file: string;
    readonly find: string;
    readonly replace: string;
  }[];
}

/** How the faults are looked for. */
export interface PlantedOptions {
  /** At most, for each. */
  readonly seconds: number;
  readonly seed: number;
  /** Those of these names; all unless given. */
  readonly names: readonly string[];
}

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const FAULTS = fileURLToPath(new URL('planted/', import.meta.url));
/** What a target needs to run. */
const COPIED = [
  ...['package.json', 'fuzz', 'packages/core/package.json', 'packages/core/src'],
  ...[
    'packages/adapters/sip/package.json',
    'packages/adapters/sip/src',
    'packages/adapters/sip/test/fixtures',
  ],
  ...['packages/adapters/rtt/package.json', 'packages/adapters/rtt/src'],
];

/** Plants each fault and looks for it; returns whether all were found, and nothing where there is none. */
export async function findPlanted(options: PlantedOptions): Promise<boolean> {
  const faults = readdirSync(FAULTS)
    .filter((name) => name.endsWith('.json'))
    .map((file): Fault => {
      const { what, target, edits } = JSON.parse(readFileSync(join(FAULTS, file), 'utf8')) as Fault;
      return { name: file.slice(0, -'.json'.length), what, target, edits };
    })
    .filter(({ name }) => options.names.length === 0 || options.names.includes(name));
  const copy = copied();
  let passed = 0;
  try {
    for (const fault of faults) {
      const began = performance.now();
      const found = await foundIn(copy, fault, options);
      const seconds = ((performance.now() - began) / 1_000).toFixed(0);
      if (found !== undefined) passed += 1;
      console.log(
        `${found === undefined ? 'NOT FOUND' : 'found    '} ${fault.name} (${fault.target}, ${seconds} s): ${found ?? fault.what}`,
      );
    }
  } finally {
    rmSync(copy, { recursive: true });
  }
  console.log(`${passed} passed, ${faults.length - passed} failed`);
  return passed === faults.length;
}

/** The sources in a folder of their own, with the dependencies of ours. */
function copied(): string {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), 'usher-planted-')));
  for (const path of COPIED) {
    cpSync(join(ROOT, path), join(copy, path), {
      recursive: true,
      filter: (source) => !source.startsWith(join(ROOT, 'fuzz/findings')),
    });
  }
  const modules = join(copy, 'node_modules');
  mkdirSync(join(modules, '@usher'), { recursive: true });
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name !== '@usher' && !name.startsWith('.'))
      symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  symlinkSync(join(copy, 'packages/core'), join(modules, '@usher/core'));
  symlinkSync(join(copy, 'packages/adapters/sip'), join(modules, '@usher/sip'));
  return copy;
}

/** What was found of this fault first. */
async function foundIn(
  copy: string,
  fault: Fault,
  options: PlantedOptions,
): Promise<string | undefined> {
  const { edits, target, name } = fault;
  const sound = edits.map(({ file }) => readFileSync(join(copy, file), 'utf8'));
  try {
    for (const [index, { file, find, replace }] of edits.entries()) {
      const text = sound[index] ?? '';
      if (text.split(find).length !== 2)
        throw new Error(`${name}: there is no one place for it in ${file} any more`);
      writeFileSync(
        join(copy, file),
        text.replace(find, () => replace),
      );
    }
    return await firstFound(copy, target, options);
  } finally {
    for (const [index, { file }] of edits.entries())
      writeFileSync(join(copy, file), sound[index] ?? '');
  }
}

function firstFound(
  copy: string,
  target: string,
  { seconds, seed }: PlantedOptions,
): Promise<string | undefined> {
  const args = [
    ...process.execArgv.map((arg) => arg.replace(ROOT, `${copy}/`)),
    join(copy, 'fuzz/run.ts'),
  ];
  args.push(
    '--target',
    target,
    '--seconds',
    String(seconds),
    '--seed',
    String(seed),
    '--first',
    '--findings',
    join(copy, 'found'),
  );
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: copy });
    let said = '';
    child.stdout.on('data', (data) => (said += String(data)));
    child.stderr.on('data', (data) => (said += String(data)));
    child.on('close', () => {
      const line = /^ {2}FOUND (.*)$/m.exec(said)?.[1] ?? /^HANG .*/m.exec(said)?.[0];
      resolve(line?.slice(0, 100));
    });
  });
}
