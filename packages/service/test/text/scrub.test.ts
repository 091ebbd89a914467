import { describe, expect, it } from '@jest/globals';

import { scrubber } from '../../src/text/scrub.js';

describe('striking secrets out of a text', () => {
  it('strikes each, wherever it stands, in each way that a line may spell it', () => {
    const scrub = scrubber(['pass"word', 'tab\tulator']);
    expect(scrub('xpass"wordx, pass\\"word, tab\\u{9}ulator, tab\\tulator')).toBe(
      'x[secret]x, [secret], [secret], [secret]',
    );
  });

  it('strikes a longer one whole that contains a shorter one', () => {
    expect(scrubber(['hunter22', 'hunter22-again'])('hunter22-again hunter22')).toBe(
      '[secret] [secret]',
    );
  });

  it('leaves short ones, which are found by chance, where it is not told to look for them', () => {
    expect(scrubber(['info'])('{"level":"info"}')).toBe('{"level":"info"}');
  });

  it.each(['abc', 'a-b', 'a.c', '$&', '(x)', '[y]', 'a|b', '\\d+', 'ümläut'])(
    'strikes a short one where it stands alone, if it is told to: %s',
    (value) => {
      const scrub = scrubber([value], 2);
      expect(scrub(`it is "${value}", not x${value}x`)).toContain('it is "[secret]", not');
      expect(scrub('nothing of that')).toBe('nothing of that');
    },
  );

  it('leaves a text as it is where there is no secret', () => {
    expect(scrubber([])('as it is')).toBe('as it is');
    expect(scrubber(['', 'a'], 2)('a text')).toBe('a text');
  });
});
