/** Where the house may forward to, as an operator writes it. */
import { describe, expect, it } from '@jest/globals';

import { GOOD, read, wrong } from './read.js';

/** A house with these lines in it, and a bot. */
function house(lines: string): string {
  return GOOD.replace('---', `${lines}\n---`);
}

describe('forwarding', () => {
  it('is to any SIP address where nothing is written', () => {
    expect(read(GOOD).house.forwarding).toBeUndefined();
  });

  it('is held to the schemes and domains that are written, one or several', () => {
    const one = house("forwarding: { schemes: sips, domains: '*.example.com' }");
    expect(wrong(one)).toEqual([]);
    expect(read(one).house.forwarding).toEqual({ schemes: ['sips'], domains: ['*.example.com'] });
    const several = house(
      "forwarding: { schemes: [sip, tel], domains: [example.com, '[2001:*]'] }",
    );
    expect(wrong(several)).toEqual([]);
    expect(read(several).house.forwarding).toEqual({
      schemes: ['sip', 'tel'],
      domains: ['example.com', '[2001:*]'],
    });
  });

  it.each([
    ['forwarding: { domain: example.com }', 'did you mean `domains`'],
    ['forwarding: { domains: [] }', '`forwarding.domains` must be a domain such as `example.com`'],
    ['forwarding: { domains: sip:bob@example.com }', '`forwarding.domains` must be a domain'],
    ['forwarding: { schemes: http }', '`forwarding.schemes` must be `sip`, `sips` or `tel`'],
    ['forwarding: everywhere', '`forwarding` must be a table with the keys schemes, domains'],
  ])('that reads %s is told with what to write instead', (lines, why) => {
    expect(wrong(house(lines))).toEqual([expect.stringContaining(why)]);
  });
});
