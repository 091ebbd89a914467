import { describe, expect, it } from '@jest/globals';

import { GOOD, read, wrong } from './read.js';

const house = (lines: string): string => GOOD.replace('---', `${lines}\n---`);

describe('applications', () => {
  it('are none unless given', () => {
    expect(read(GOOD).house.applications).toBeUndefined();
  });

  it.each([
    ['application/ms-conf-invite+xml', ['application/ms-conf-invite+xml']],
    ['[application/ms-conf-invite+xml, image/*]', ['application/ms-conf-invite+xml', 'image/*']],
  ])('are one content type or several: %s', (written, expected) => {
    const text = house(`applications: ${written}`);
    expect(wrong(text)).toEqual([]);
    expect(read(text).house.applications).toEqual(expected);
  });

  it.each(['conference', 'text/plain;charset=UTF-8', "'*/*'", '/xml'])(
    'that are no content type are told what to write: %s',
    (written) => {
      expect(wrong(house(`applications: ${written}`))).toEqual([
        expect.stringContaining('a content type such as `application/ms-conf-invite+xml`'),
      ]);
    },
  );
});
