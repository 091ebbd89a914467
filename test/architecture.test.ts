/** The rules of who may import whom, and of what may reach the outside world: the plan of the house, held by a test. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

import { describe, expect, it } from '@jest/globals';

const ROOT = join(__dirname, '..');

interface Import {
  readonly specifier: string;
  readonly line: number;
}

interface Source {
  /** From the root, with forward slashes: `packages/core/src/index.ts`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (['node_modules', 'dist', 'fixtures'].includes(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : path.endsWith('.ts') ? [path] : [];
  });
}

/** Comments blanked out, lines kept: a rule is about code. */
function withoutComments(text: string): string {
  return text
    .replaceAll(/\/\*[^]*?\*\//g, (comment) => comment.replaceAll(/[^\n]/g, ' '))
    .replaceAll(/(^|\s)\/\/.*$/gm, '$1');
}

function importsOf(text: string): Import[] {
  const pattern = /(?:\bfrom\s+|\bimport\s*\(\s*|\bimport\s+)'([^'\n]+)'/g;
  return [...withoutComments(text).matchAll(pattern)].map((found) => ({
    specifier: found[1] ?? '',
    line: text.slice(0, found.index).split('\n').length,
  }));
}

function sourcesBelow(folder: string): Source[] {
  return filesBelow(join(ROOT, folder)).map((file) => {
    const text = readFileSync(file, 'utf8');
    return {
      path: relative(ROOT, file).split(sep).join('/'),
      text: withoutComments(text),
      imports: importsOf(text),
    };
  });
}

const sources = [...sourcesBelow('packages'), ...sourcesBelow('examples')];
const shipped = sources.filter(({ path }) => path.includes('/src/'));

/** `packages/adapters/sip` of `packages/adapters/sip/src/…`. */
function packageOf(path: string): string {
  return path.slice(0, /\/(?:src|test)\//.exec(path)?.index);
}

/** Every import that `forbidden` objects to, as `file:line imports X`. */
function violations(
  among: readonly Source[],
  forbidden: (specifier: string, path: string) => boolean,
): string[] {
  return among.flatMap(({ path, imports }) =>
    imports
      .filter(({ specifier }) => forbidden(specifier, path))
      .map(({ specifier, line }) => `${path}:${line} imports ${specifier}`),
  );
}

const usher = (specifier: string): boolean => specifier.startsWith('@usher/');
const inFolder =
  (...folders: string[]) =>
  ({ path }: Source): boolean =>
    folders.some((folder) => path.startsWith(folder));

describe('who may import whom', () => {
  it('finds the sources at all', () => {
    expect(shipped.length).toBeGreaterThan(40);
    expect(shipped.flatMap(({ imports }) => imports).length).toBeGreaterThan(100);
  });

  it('the core imports no other package of the house', () => {
    expect(violations(shipped.filter(inFolder('packages/core/')), usher)).toEqual([]);
  });

  it('bots import the face for bot authors and no other', () => {
    const allowed = new Set(['@usher/core']);
    expect(
      violations(shipped.filter(inFolder('packages/bots/')), (s) => usher(s) && !allowed.has(s)),
    ).toEqual([]);
  });

  it('adapters and stores import the core and its adapter face, and never one another', () => {
    const allowed = new Set(['@usher/core', '@usher/core/adapter']);
    const adapters = shipped.filter(inFolder('packages/adapters/', 'packages/stores/'));
    expect(violations(adapters, (s) => usher(s) && !allowed.has(s))).toEqual([]);
  });

  it('the testing face is imported by tests alone', () => {
    expect(violations(shipped, (s) => s === '@usher/core/testing')).toEqual([]);
  });

  it('nobody imports an example, and no package but the service names a bot', () => {
    const bots = new Set(
      shipped
        .filter(inFolder('packages/bots/'))
        .map(({ path }) => `@usher/${packageOf(path).split('/').at(-1)}`),
    );
    const others = shipped
      .filter(inFolder('packages/'))
      .filter(({ path }) => !path.startsWith('packages/service/'));
    expect(violations(others, (s) => bots.has(s) || s.startsWith('@usher/example'))).toEqual([]);
  });

  it('a package is entered by its faces, never by a path into it', () => {
    expect(violations(sources, (s) => /^@usher\/[^/]+\/(?!adapter$|testing$)/.test(s))).toEqual([]);
  });

  it('relative imports stay within their own package', () => {
    const leaves = (specifier: string, path: string): boolean =>
      specifier.startsWith('.') &&
      !join(dirname(path), specifier)
        .split(sep)
        .join('/')
        .startsWith(`${packageOf(path)}/`);
    expect(violations(sources, leaves)).toEqual([]);
  });
});

describe('machines', () => {
  /** Folders of protocol machines, and single files beside them. */
  const MACHINES =
    /^packages\/(?:core\/src\/machine\/timers|adapters\/[^/]+\/src\/(?:syntax|sdp|authentication|overload|passport|transport|transaction|dialog|registration|wire|endpoint|rtp|text)(?:\/|\.ts$|-))/;
  const machines = shipped.filter(({ path }) => MACHINES.test(path) && !path.includes('/node/'));

  it('are found', () => {
    expect(machines.length).toBeGreaterThan(15);
  });

  it('import no library at all, RxJS included', () => {
    const library = (specifier: string): boolean =>
      !specifier.startsWith('.') &&
      specifier !== '@usher/core' &&
      specifier !== '@usher/core/adapter';
    expect(violations(machines, library)).toEqual([]);
  });

  it('know no Buffer, no process and no promise of Node', () => {
    const found = machines.filter(({ text }) =>
      /\b(?:Buffer|process|setImmediate|queueMicrotask)\b/.test(text),
    );
    expect(found.map(({ path }) => path)).toEqual([]);
  });
});

describe('the outside world', () => {
  const outside = shipped.filter(
    ({ path }) => !path.includes('/node/') && !path.startsWith('examples/'),
  );

  it('node: modules are imported only under a folder named node', () => {
    expect(violations(outside, (s) => s.startsWith('node:'))).toEqual([]);
  });

  it('time and chance come in only under a folder named node', () => {
    const reach =
      /\b(?:Date\.now|new Date\(\)|Math\.random|setTimeout|setInterval|performance\.now)\b/;
    expect(outside.filter(({ text }) => reach.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

describe('the shape of the code', () => {
  const FACES = /^packages\/.*\/src\/(?:index|adapter|testing\/index)\.ts$/;

  it('imports make no circle, type imports included', () => {
    const edges = new Map(
      shipped.map(({ path, imports }) => [
        path,
        imports
          .filter(({ specifier }) => specifier.startsWith('.'))
          .map(({ specifier }) =>
            join(dirname(path), specifier).split(sep).join('/').replace(/\.js$/, '.ts'),
          ),
      ]),
    );
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (path: string, trail: readonly string[]): void => {
      const at = trail.indexOf(path);
      if (at >= 0) circles.push([...trail.slice(at), path].join(' → '));
      if (at >= 0 || done.has(path)) return;
      for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
      done.add(path);
    };
    for (const path of edges.keys()) visit(path, []);
    expect(circles).toEqual([]);
  });

  it('a face re-exports and does nothing else', () => {
    const faces = shipped.filter(({ path }) => FACES.test(path));
    expect(faces.length).toBeGreaterThan(5);
    const busy = faces.filter(({ text }) => {
      const rest = text.replaceAll(/export\s+(?:type\s+)?(?:\*|\{[^}]*\})\s*from\s*'[^']+';/g, '');
      return rest.trim() !== '';
    });
    expect(busy.map(({ path }) => path)).toEqual([]);
  });

  it('no file names its idea manager, helper or utils', () => {
    const named = sources.filter(({ path }) => /(?:manager|helper|util)s?\b/i.test(path));
    expect(named.map(({ path }) => path)).toEqual([]);
  });
});
