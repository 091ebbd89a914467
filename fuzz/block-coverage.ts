/** Which blocks of the code under test were run, as V8 counts them. */
import { readFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { transpile } from './typescript/transpile.mjs';

/** Where a block begins. */
export interface BlockStart {
  readonly url: string;
  /** Where its function begins. */
  readonly code: number;
  readonly start: number;
}

/** A stretch of code that V8 counts by itself: a function, a branch, or what comes behind one. */
interface Segment {
  readonly start: number;
  covered: boolean;
}

/** One function: its segments in order, the first of which begins where it does. */
interface Code {
  readonly end: number;
  segments: Segment[];
}

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

interface ScriptCoverage {
  readonly url: string;
  readonly functions: readonly { readonly ranges: readonly Range[] }[];
}

/** A block that was never run. */
export interface UncoveredBlock {
  /** `packages/…/parser.ts:57`. */
  readonly place: string;
  /** How it begins. */
  readonly text: string;
}

/**
 * The blocks that were run so far. Code that is to be counted must be loaded after this was made. V8 tells of a block by itself
 * only where it was run another number of times than what is around it: so the blocks become known bit by bit, and all of them
 * are once each was passed by at least once.
 */
export class BlockCoverage {
  readonly #session = new Session();
  readonly #root: string;
  readonly #scripts = new Map<string, Map<number, Code>>();
  #covers: readonly string[] = [];

  /** @param root of the repository, as a file URL with a slash at its end. */
  constructor(root: string) {
    this.#root = root;
    this.#session.connect();
    this.#post('Profiler.enable');
    this.#post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Counts these files, and what is in these folders. */
  watch(covers: readonly string[]): void {
    this.#covers = covers.map((path) => this.#root + path);
  }

  /** Takes note of all that was run since the last look; returns what of it was never run before. */
  look(): readonly BlockStart[] {
    const fresh: BlockStart[] = [];
    for (const { url, functions } of this.#take()) {
      let script = this.#scripts.get(url);
      if (script === undefined) this.#scripts.set(url, (script = new Map<number, Code>()));
      for (const { ranges } of functions) note(script, ranges, url, fresh);
    }
    return fresh;
  }

  /** Which of these blocks were run since the last look. */
  reached(wanted: readonly BlockStart[]): readonly BlockStart[] {
    const taken = new Map(this.#take().map((script) => [script.url, script.functions]));
    return wanted.filter(({ url, code, start }) =>
      taken.get(url)?.some(({ ranges }) => {
        const [whole] = ranges;
        if (whole?.startOffset !== code) return false;
        return (countsOf(ranges).findLast((count) => count.start <= start)?.count ?? 0) > 0;
      }),
    );
  }

  /** How many blocks there are, and how many of them were run. */
  get counts(): { readonly blocks: number; readonly covered: number } {
    let blocks = 0;
    let covered = 0;
    for (const script of this.#scripts.values()) {
      for (const { segments } of script.values()) {
        blocks += segments.length;
        for (const segment of segments) if (segment.covered) covered += 1;
      }
    }
    return { blocks, covered };
  }

  /** The blocks that were never run, by file and line. */
  uncovered(): readonly UncoveredBlock[] {
    const found: UncoveredBlock[] = [];
    for (const [url, script] of this.#scripts) {
      const starts = [...script.values()].flatMap(({ segments }) =>
        segments.filter(({ covered }) => !covered).map(({ start }) => start),
      );
      if (starts.length > 0) found.push(...placesOf(fileURLToPath(url), starts, this.#root));
    }
    return found;
  }

  #take(): readonly ScriptCoverage[] {
    const taken = this.#post('Profiler.takePreciseCoverage') as { result: ScriptCoverage[] };
    return taken.result.filter(({ url }) => this.#covers.some((path) => url.startsWith(path)));
  }

  #post(method: string, parameters?: object): unknown {
    let answer: unknown;
    this.#session.post(method, parameters, (error: Error | null, result?: object) => {
      if (error !== null) throw error;
      answer = result;
    });
    return answer;
  }
}

/** Takes note of one function's ranges: nested, each before those within it. */
function note(
  script: Map<number, Code>,
  ranges: readonly Range[],
  url: string,
  fresh: BlockStart[],
): void {
  const [whole] = ranges;
  if (whole === undefined) return;
  const { startOffset, endOffset } = whole;
  let code = script.get(startOffset);
  if (code === undefined) {
    code = { end: endOffset, segments: [{ start: startOffset, covered: false }] };
    script.set(startOffset, code);
  }
  if (code.end !== endOffset || (whole.count === 0 && ranges.length === 1)) return;
  const counts = countsOf(ranges);
  const segments: Segment[] = [];
  let next = 0;
  for (const [index, { start, covered }] of code.segments.entries()) {
    const end = code.segments[index + 1]?.start ?? code.end;
    while ((counts[next + 1]?.start ?? Infinity) <= start) next += 1;
    // Each count that begins within the segment begins a segment of its own.
    for (let at = start; at < end; at = counts[next]?.start ?? end) {
      const run = (counts[next]?.count ?? 0) > 0;
      segments.push({ start: at, covered: covered || run });
      if (run && !covered) fresh.push({ url, code: startOffset, start: at });
      if ((counts[next + 1]?.start ?? Infinity) >= end) break;
      next += 1;
    }
  }
  code.segments = segments;
}

/** How often the code was run from each place on: that of the innermost range. */
function countsOf(ranges: readonly Range[]): { start: number; readonly count: number }[] {
  const counts: { start: number; readonly count: number }[] = [];
  const open: Range[] = [];
  const begin = (start: number, count: number): void => {
    if (counts.at(-1)?.start === start) counts.pop();
    if (counts.at(-1)?.count !== count) counts.push({ start, count });
  };
  const close = (until: number): void => {
    for (
      let last = open.at(-1);
      last !== undefined && last.endOffset <= until;
      last = open.at(-1)
    ) {
      open.pop();
      const outer = open.at(-1);
      if (outer !== undefined) begin(last.endOffset, outer.count);
    }
  };
  for (const range of ranges) {
    close(range.startOffset);
    open.push(range);
    begin(range.startOffset, range.count);
  }
  const [whole] = ranges;
  if (whole !== undefined) close(whole.endOffset - 1);
  return counts;
}

function placesOf(path: string, starts: readonly number[], root: string): UncoveredBlock[] {
  const { code, map } = transpile(path, readFileSync(path, 'utf8'));
  const lines = new SourceMap(JSON.parse(map ?? '{}') as SourceMapPayload);
  const name = relative(fileURLToPath(root), path);
  return starts
    .toSorted((a, b) => a - b)
    .map((start) => {
      const text = code.slice(start, start + 80);
      const at = start + Math.max(text.search(/[^\s{}]/), 0);
      const before = code.slice(0, at);
      const line = before.split('\n').length - 1;
      const column = at - before.lastIndexOf('\n') - 1;
      const entry = lines.findEntry(line, column);
      const original = 'originalLine' in entry ? entry.originalLine + 1 : 0;
      return { place: `${name}:${original}`, text: text.replaceAll(/\s+/g, ' ').trim() };
    });
}
