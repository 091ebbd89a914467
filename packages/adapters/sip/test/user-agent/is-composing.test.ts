import { performance } from 'node:perf_hooks';

import { describe, expect, it } from '@jest/globals';
import { SeededChance } from '@usher/core/testing';

import { parseIsComposing, printIsComposing } from '../../src/composing/is-composing.js';

const encoder = new TextEncoder();
const parse = (text: string) => parseIsComposing(encoder.encode(text));

describe('news of typing', () => {
  it.each([
    [
      'the example of RFC 3994',
      `<?xml version="1.0" encoding="UTF-8"?>\n<isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing"\n    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"\n    xsi:schemaLocation="urn:ietf:params:xml:ns:im-composing iscomposing.xsd">\n  <state>active</state>\n  <contenttype>text/plain</contenttype>\n  <refresh>90</refresh>\n</isComposing>`,
      { state: 'active', refresh: 90 },
    ],
    ['idle', '<isComposing><state>idle</state></isComposing>', { state: 'idle' }],
    [
      'a state that nobody knows',
      '<isComposing><state>dancing</state></isComposing>',
      { state: 'idle' },
    ],
    [
      'a prefix',
      '<i:isComposing xmlns:i="urn:x"><i:state> active </i:state></i:isComposing>',
      { state: 'active' },
    ],
    [
      'a comment and a byte order mark',
      '\uFEFF<!-- hi <state> --><isComposing><state>active</state><!-- - --></isComposing>',
      { state: 'active' },
    ],
    [
      'elements that nobody knows',
      '<isComposing><x><state>idle</state></x><y a=">"/><state>active</state></isComposing>',
      { state: 'active' },
    ],
    ['escapes', '<isComposing><state>act&amp;ive</state></isComposing>', { state: 'idle' }],
    [
      'a refresh that is none',
      '<isComposing><state>active</state><refresh>soon</refresh></isComposing>',
      { state: 'active' },
    ],
  ])('is read with %s', (_what, text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  it.each([
    ['nothing', ''],
    ['a document type', '<!DOCTYPE isComposing><isComposing><state>active</state></isComposing>'],
    ['an entity', '<isComposing><state>&x;</state></isComposing>'],
    ['a character reference', '<isComposing><state>&#97;ctive</state></isComposing>'],
    ['marked text', '<isComposing><state><![CDATA[active]]></state></isComposing>'],
    ['another root', '<composing><state>active</state></composing>'],
    ['no state', '<isComposing/>'],
    ['two states', '<isComposing><state>active</state><state>idle</state></isComposing>'],
    ['an element that is never closed', '<isComposing><state>active</state>'],
    ['elements that cross', '<isComposing><state>active</isComposing></state>'],
    ['an attribute twice', "<isComposing a='1' a='2'><state>active</state></isComposing>"],
    ['an attribute without quotes', '<isComposing a=1><state>active</state></isComposing>'],
    ['text outside', 'x<isComposing><state>active</state></isComposing>'],
    ['two roots', '<isComposing><state>active</state></isComposing><b/>'],
    [
      'another encoding than it says',
      '<?xml version="1.0" encoding="UTF-16"?><isComposing><state>active</state></isComposing>',
    ],
    [
      'depth',
      `<isComposing>${'<a>'.repeat(20)}${'</a>'.repeat(20)}<state>active</state></isComposing>`,
    ],
    ['very many elements', `<isComposing><state>active</state>${'<a/>'.repeat(100)}</isComposing>`],
    ['much of it', `<isComposing><state>active</state>${' '.repeat(9_000)}</isComposing>`],
  ])('is not read from %s', (_what, text) => {
    expect(parse(text)).toBeUndefined();
  });

  it('is not read from octets that are not UTF-8', () => {
    const bytes = encoder.encode('<isComposing><state>active</state></isComposing>');
    bytes[20] = 0xff;
    expect(parseIsComposing(bytes)).toBeUndefined();
  });

  it('that we print is read again', () => {
    for (const news of [{ state: 'active', refresh: 120 }, { state: 'idle' }] as const) {
      expect(parseIsComposing(printIsComposing(news))).toEqual(news);
    }
  });

  it('takes no longer for a document that is made to take long', () => {
    const evil = [
      '<'.repeat(8_000),
      '<a '.repeat(2_000),
      `<a ${'b="'.repeat(2_000)}`,
      '<!--'.repeat(2_000),
      `<isComposing>${'&'.repeat(8_000)}`,
      ' '.repeat(8_192),
      `<?xml ${'encoding='.repeat(900)}?>`,
    ];
    for (const text of evil) {
      // Others use this machine, too: the quickest of several tries counts.
      const tries = Array.from({ length: 5 }, () => {
        const begun = performance.now();
        expect(parse(text)).toBeUndefined();
        return performance.now() - begun;
      });
      expect(Math.min(...tries)).toBeLessThan(10);
    }
  });

  it('in 5,000 broken documents never throws', () => {
    const chance = new SeededChance(5);
    const seed =
      '<?xml version="1.0"?><i:isComposing xmlns:i="urn:x"><i:state>active</i:state><refresh>9</refresh><!-- x --></i:isComposing>';
    for (let count = 0; count < 5_000; count += 1) {
      const text = seed.split('');
      for (let fault = chance.integer(5); fault >= 0; fault -= 1) {
        text.splice(
          chance.integer(text.length),
          chance.integer(4),
          chance.pick(['<', '>', '/', '&', ';', '"', '=', ' ', 'x', '!', '?']),
        );
      }
      expect(() => parse(text.join(''))).not.toThrow();
    }
  });
});
