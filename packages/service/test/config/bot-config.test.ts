import { describe, expect, it } from '@jest/globals';

import { botConfig } from '../../src/config/bot-config.js';
import { ConfigurationError } from '../../src/config/problem.js';

/** The configuration that words make, with these files. */
function config(
  words: readonly string[],
  files: Record<string, string> = {},
): Record<string, unknown> {
  const sources = Object.entries(files).map(([file, text]) => ({ file, text }));
  return botConfig(words, { sources, problems: [] }, { DESK: '4711' });
}

function wrong(words: readonly string[], files?: Record<string, string>): string {
  try {
    config(words, files);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  throw new Error('nothing was wrong with it');
}

describe('the configuration of a bot on the command line', () => {
  it('is made of pairs, whose values are what they look like in YAML', () => {
    expect(
      config(['greeting=Good day', 'times=3', 'loud=true', 'desk={ uri: sip:desk@example.com }']),
    ).toEqual({
      greeting: 'Good day',
      times: 3,
      loud: true,
      desk: { uri: 'sip:desk@example.com' },
    });
  });

  it('is made of files as well, and the later word counts', () => {
    const files = { 'a.yaml': 'greeting: Hi\nto: ${env:DESK}\n' };
    expect(config(['times=1', 'a.yaml', 'greeting=Ho'], files)).toEqual({
      times: 1,
      greeting: 'Ho',
      to: '4711',
    });
  });

  it.each([
    [['a={'], {}, /^--config a:1:\d+: this is not YAML: .* \[bad-yaml\]$/],
    [['constructor=1'], {}, /`constructor` cannot be a key.* \[forbidden-key\]/],
    [['a=${env:NOBODY}'], {}, /`NOBODY`.* \[missing-variable\]/],
    [['a.yaml'], { 'a.yaml': '- one\n' }, /^a\.yaml:1:1: this must be a table .* \[bad-value\]$/],
  ])('%j is refused with its place', (words, files, message) => {
    expect(wrong(words, files)).toMatch(message);
  });
});
