/** A bot's configuration from the command line: `--config key=value`, or the file of one. */
import type { Environment } from './environment.js';
import { substitute } from './environment.js';
import { ConfigurationError, type Problem } from './problem.js';
import type { Sources } from './source.js';
import { plain } from './tree.js';
import { readYaml } from './yaml.js';

const PAIR = /^([A-Za-z_][A-Za-z0-9_-]{0,99})=/;

/** Whether a word is `key=value`, rather than the name of a file. */
export function isPair(word: string): boolean {
  return PAIR.test(word);
}

/**
 * The configuration that the words make together: of two with one key, the later counts. A pair is read as YAML has
 * `key: value`, so that numbers, truth values and `{ … }` are what they look like.
 * @param read the files among the words, in any order.
 * @throws ConfigurationError with all that is wrong with them.
 */
export function botConfig(
  words: readonly string[],
  read: Sources,
  environment: Environment,
): Record<string, unknown> {
  const texts = new Map(read.sources.map(({ file, text }) => [file, text]));
  const problems: Problem[] = [...read.problems];
  const config: Record<string, unknown> = {};
  for (const word of words) {
    const text = isPair(word) ? word.replace('=', ': ') : texts.get(word);
    if (text === undefined) continue;
    const file = isPair(word) ? `--config ${word.slice(0, word.indexOf('='))}` : word;
    const found = readYaml({ file, text });
    problems.push(...found.problems);
    for (const { tree } of found.documents) {
      const substituted = substitute(tree, environment);
      problems.push(...substituted.problems);
      if (tree.kind === 'table') Object.assign(config, plain(substituted.tree));
      else {
        const message = 'this must be a table of the keys that the bot knows, as in `greeting: Hi`';
        problems.push({ code: 'bad-value', place: tree.place, message });
      }
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return config;
}
